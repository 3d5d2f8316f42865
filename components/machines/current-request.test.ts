import { describe, expect, it } from 'vitest'
import { currentRequest } from '#components/machines/current-request.ts'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'

describe('the request that a machine’s page shows', () => {
  const request = (uid: string, odd: Partial<RequestDetail> = {}) =>
    ({ uid, verdict: 'verified', superseded: false, ...odd }) as RequestDetail
  const decided = { verdict: null } as const
  const old = { verdict: 'suspicious', superseded: true } as const
  const at = { createdAt: '2026-11-24T12:00:00Z' }
  it.each<readonly [string, readonly RequestDetail[], string | null]>([
    ['the newest that is pending', [request('c', decided), request('b'), request('a')], 'b'],
    ['not a superseded one', [request('b', old), request('a')], 'a'],
    [
      'the newest decided one, where nothing waits',
      [request('b', decided), request('a', decided)],
      'b',
    ],
    [
      'the held-back one of several of one second',
      [request('b', at), request('a', { ...at, verdict: 'suspicious' })],
      'a',
    ],
    ['not one left over behind it', [request('b', decided), request('a', old)], 'b'],
    ['nor one filed after it', [request('b', old), request('a', decided)], 'a'],
    ['none where all that is there is left over', [request('a', old)], null],
    ['none where there is none', [], null],
  ])('a machine’s page shows one request: %s', (_, requests, uid) => {
    expect(currentRequest(requests)?.uid ?? null).toBe(uid)
  })
})
