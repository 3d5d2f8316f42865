import { describe, expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import type { RequestRow } from '#lib/csr/machine/rows.ts'
import type { Reason } from '#lib/csr/model.ts'
import type { Trust } from '#lib/csr/policy/trust.ts'
import { makeRequest, NOW } from '#lib/live/fixtures/cluster.ts'
import { UNTOLD } from '#lib/live/told.ts'
import { runItem } from '#lib/query/run.ts'
import { objectionTo } from '#lib/query/run-batch.ts'

const request = makeRequest({ uid: 'u' })
const reason: Reason = { code: 'identity.machine', finding: 'none', values: {} }
const item = (accept: Trust) => runItem(request, { machine: 'a', accept, followed: false, at: NOW })
const AGAIN = {
  verdict: 'plausible',
  reason: { code: 'node.new', finding: 'rebootstrapping', values: {} },
} as const
const TWO = { because: 'controlPlane', proposal: null } as const

describe('what speaks against an item, by how it was on screen', () => {
  it.each<[Trust, Partial<RequestRow>]>([
    ['verified', { verdict: 'verified' }],
    ['plausible', { verdict: 'plausible' }],
    ['plausible', { verdict: 'verified' }],
    ['rebootstrapping', AGAIN],
    ['rebootstrapping', { verdict: 'plausible' }],
    // The server says what came of it.
    ['verified', { status: 'Approved', verdict: null }],
  ])('%s, and now %o: nothing', (shown, now) => {
    expect(objectionTo(item(shown), { ...request, ...now })).toBeNull()
  })

  it.each<[Trust, Partial<RequestRow>, object]>([
    [
      'verified',
      { verdict: 'plausible' },
      { outcome: 'changed', detail: 'notVerified', causes: [cause('notVerified'), reason] },
    ],
    [
      'plausible',
      AGAIN,
      {
        outcome: 'changed',
        detail: 'nodeExists',
        causes: [cause('nodeExists'), AGAIN.reason],
      },
    ],
    ['rebootstrapping', { verdict: 'suspicious' }, { outcome: 'changed', reason }],
    ['verified', { verdict: 'suspicious' }, { outcome: 'changed', reason }],
    ['plausible', { verdict: 'suspicious' }, { outcome: 'changed', reason }],
    ['plausible', { verdict: null }, { outcome: 'changed', reason }],
    ['plausible', { verdict: 'refused' }, { outcome: 'refused', reason }],
    [
      'verified',
      { verdict: 'verified', secondPerson: TWO },
      { outcome: 'refused', detail: 'takesTwoByNow', causes: [cause('takesTwoByNow')] },
    ],
    ['verified', { uid: 'another' }, { outcome: 'gone' }],
    ['verified', { verdict: 'verified', name: 'another' }, { outcome: 'changed', reason }],
    ['verified', { verdict: 'verified', signerName: 'another' }, { outcome: 'changed', reason }],
  ])('%s, and now %o', (shown, now, objection) => {
    expect(objectionTo(item(shown), { ...request, reason, ...now })).toEqual({
      uid: 'u',
      reason: null,
      ...UNTOLD,
      ...objection,
    })
  })

  it('taken up as it arrived: that a person is to look by now', () => {
    const followed = { ...item('plausible'), followed: true }
    const now = { ...request, reason, unattended: 'plausible' } as const
    expect(objectionTo(followed, now)).toBeNull()
    expect(objectionTo(followed, { ...now, unattended: null })).toMatchObject({
      outcome: 'changed',
      causes: [cause('arrivedUnconfirmed'), reason],
    })
    expect(objectionTo({ ...followed, accept: 'verified' }, now)).not.toBeNull()
    // One that was on screen was looked at.
    expect(objectionTo(item('plausible'), { ...now, unattended: null })).toBeNull()
  })

  it('is that it is gone', () => {
    expect(objectionTo(item('verified'), null)).toMatchObject({ outcome: 'gone' })
  })
})
