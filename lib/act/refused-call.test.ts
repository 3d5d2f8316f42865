import { expect, it } from 'vitest'
import { callerRights, refusalNow } from '#lib/act/refused-call.ts'
import type { Access } from '#lib/csr/approval/may-act-now.ts'
import { cause } from '#lib/csr/cause.ts'

it('a run of another person is resumed by its owner alone, whom the sentence names', () => {
  const facts = { signedOut: false, stranger: false }
  expect(refusalNow('resume', { ...facts, owner: 'lee' })).toEqual({
    refused: 'notAllowed',
    why: [cause('ownerResumes', { person: 'lee' })],
  })
  // The owner's name may be unknown.
  expect(refusalNow('resume', { ...facts, owner: '' })?.refused).toBe('notAllowed')
  expect(refusalNow('resume', { ...facts, owner: null })).toBeNull()
})

const SIGNER = 'kubernetes.io/kubelet-serving'
const OTHER = 'kubernetes.io/kube-apiserver-client-kubelet'
const reviewedAt = '2026-11-24T14:00:00Z'
const NO_SIGNER: Access = { approval: true, signers: { [SIGNER]: false }, reviewedAt }
const ONE_SIGNER = { ...NO_SIGNER, signers: { [SIGNER]: false, [OTHER]: true } }
const ALL = { ...NO_SIGNER, signers: { [SIGNER]: true } }
const NOTHING = { signedOut: false, server: false, cluster: false, record: null, actor: false }

/** Codes of the answers to a click on a request of SIGNER, to a run and to a message. */
function answersTo(access: Access, team: { readonly uid?: string }): string {
  const caller = { access, viewer: { name: 'kim', mayApprove: () => true, ...team } }
  const click = { ...NOTHING, ...callerRights(caller, [SIGNER]) }
  const any = { ...NOTHING, ...callerRights(caller) }
  const refusals = [refusalNow('click', click), refusalNow('run', any), refusalNow('message', any)]
  return refusals.map((refusal) => refusal?.refused ?? 'may').join(' ')
}

it.each<[what: string, access: Access, ofTeam: string, onLaptop: string]>([
  [
    'are unknown',
    { ...ALL, reviewedAt: null },
    'rightsUnknown rightsUnknown rightsUnknown',
    'may may may',
  ],
  [
    'do not include approval',
    { ...ALL, approval: false },
    'mayNotApprove mayNotApprove mayNotApprove',
    'may mayNotApprove mayNotApprove',
  ],
  ['include no signer', NO_SIGNER, 'mayNotApprove mayNotApprove mayNotApprove', 'may may may'],
  ['include another signer', ONE_SIGNER, 'mayNotApprove may may', 'may may may'],
  ['are complete', ALL, 'may may may', 'may may may'],
])(
  'rights that %s answer a click, a run and a message; on a laptop the API server answers each write, and a run that could only wait is refused',
  (_, access, ofTeam, onLaptop) => {
    expect(answersTo(access, { uid: 'kims-uid' })).toBe(ofTeam)
    expect(answersTo(access, {})).toBe(onLaptop)
  },
)
