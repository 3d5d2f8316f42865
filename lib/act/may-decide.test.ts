import { describe, expect, it } from 'vitest'
import { mayNotDecide, mayNotRun } from '#lib/act/may-decide.ts'
import type { Access } from '#lib/wire/wire.ts'

const SIGNER = 'kubernetes.io/kubelet-serving'
const reviewedAt = '2026-11-24T14:00:00Z'
const UNKNOWN: Access = { approval: false, signers: {}, reviewedAt: null }
const NOTHING: Access = { approval: false, signers: {}, reviewedAt }
const NO_SIGNER: Access = { approval: true, signers: { [SIGNER]: false }, reviewedAt }
const ALL: Access = { approval: true, signers: { [SIGNER]: true }, reviewedAt }

const LAPTOP = { name: 'kim', mayApprove: () => true }
const TEAM = { ...LAPTOP, uid: 'kims-uid' }

describe('of a team, whoever', () => {
  it.each<[what: string, access: Access, expected: string | undefined]>([
    ['is not reviewed yet', UNKNOWN, 'rightsUnknown'],
    ['may approve nothing', NOTHING, 'mayNotApprove'],
    ['lacks the signer', NO_SIGNER, 'mayNotApprove'],
    ['has all rights', ALL, undefined],
  ])('%s is answered alike at a decision and at a run', (_, access, expected) => {
    const asked = { viewer: TEAM, access }
    const answers = [mayNotDecide(asked, [SIGNER]), mayNotRun(asked)]
    expect(answers.map((answer) => answer?.refused)).toEqual([expected, expected])
  })
})

describe('on a laptop, whoever', () => {
  it.each<[what: string, access: Access, run: string | undefined]>([
    ['is not reviewed yet', UNKNOWN, undefined],
    ['may approve nothing', NOTHING, 'mayNotApprove'],
    ['lacks the signer', NO_SIGNER, undefined],
    ['has all rights', ALL, undefined],
  ])(
    '%s has each decision answered by the API server, and no run where it would only wait',
    (_, access, run) => {
      const asked = { viewer: LAPTOP, access }
      expect(mayNotDecide(asked, [SIGNER])).toBeNull()
      expect(mayNotRun(asked)?.refused).toBe(run)
    },
  )
})
