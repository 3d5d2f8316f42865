import { describe, expect, it } from 'vitest'
import { deniedRequests, duplicatesOf, nextRequest, targetOf } from '#components/decide/target.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { MachineRow, RequestRow } from '#lib/csr/rows/rows.ts'

/** Pending requests by name: `c` of the client signer, `s` of the serving one. */
const named = (names: string, odd: Partial<RequestRow> = {}): readonly RequestRow[] =>
  names.split(' ').map(
    (name) =>
      ({
        name,
        signerName: name.startsWith('s') ? KUBELET_SERVING : KUBE_APISERVER_CLIENT_KUBELET,
        status: 'Pending',
        verdict: 'verified',
        superseded: false,
        ...odd,
      }) as RequestRow,
  )

const bad = { verdict: 'suspicious' } as const
const old = { superseded: true } as const

describe('the requests that a denial of a machine covers', () => {
  it.each<[string, 'approveClient' | 'approveServing' | 'review' | null, RequestRow[], string]>([
    ['its serving request alone', 'approveServing', [...named('s1'), ...named('c1', old)], 's1'],
    [
      'and those that it supersedes',
      'approveServing',
      [...named('s3'), ...named('s2 s1 c1', old)],
      's3 s2 s1',
    ],
    ['its client request first', 'approveClient', [...named('s1'), ...named('c1')], 'c1'],
    ['all that fail a check', 'review', [...named('s2 s1', bad), ...named('c1', old)], 's2 s1'],
    [
      'a sound request does not fall with a stranger’s',
      'review',
      [...named('c3', bad), ...named('c2'), ...named('c1', old)],
      'c3',
    ],
    [
      'nor with a stranger’s of the same second',
      'review',
      [...named('c2'), ...named('c3', bad)],
      'c3',
    ],
    ['nothing pending', null, [...named('c1', { status: 'Denied', verdict: null })], ''],
  ])('a denial covers the right requests: %s', (_, next, requests, denied) => {
    const machine = { next, requests } as unknown as MachineRow
    const names = deniedRequests({ kind: 'machine', machine }).map(({ name }) => name)
    expect(names.join(' ')).toBe(denied)
  })

  it('a denial of a request without a machine covers that request alone', () => {
    const request = named('c1')[0] as RequestRow
    expect(deniedRequests({ kind: 'request', request })).toEqual([request])
  })
})

describe('the duplicates that one click approves', () => {
  it.each<[string, Partial<RequestRow>, string]>([
    ['include an older request of the same requestor', {}, 'c1'],
    ['leave another requestor’s alone, though its checks pass', { requestor: 'token-2' }, ''],
    ['leave another signer’s alone', { signerName: KUBELET_SERVING }, ''],
    ['leave one alone that fails a check', bad, ''],
  ])('the duplicates that one click approves %s', (_, odd, names) => {
    const by = { requestor: 'token-1' }
    const requests = [...named('c2', by), ...named('c1', { ...by, ...old, ...odd })]
    const machine = { next: 'approveClient', requests } as unknown as MachineRow
    const duplicates = duplicatesOf({ kind: 'machine', machine })
    expect(duplicates.map(({ name }) => name).join(' ')).toBe(names)
  })
})

describe('a row that has its pending requests only', () => {
  const pending = [...named('s2'), ...named('s1 c1', old)]
  const row = {
    name: 'worker-1',
    next: 'approveServing',
    stage: 'clientIssued',
    pending,
    pendingCount: 3,
  } as const

  it('a row’s pending requests are decided as its machine’s, under the machine’s name', () => {
    const target = targetOf(row)
    expect(nextRequest(target)).toMatchObject({ name: 's2', nodeName: 'worker-1' })
    expect(deniedRequests(target).map(({ name }) => name)).toEqual(['s2', 's1'])
  })

  it.each([
    [3, false],
    [4, true],
  ])('with %i pending requests the row lacks some of them: %s', (pendingCount, isPartial) => {
    expect(targetOf({ ...row, pendingCount })).toMatchObject({ machine: { isPartial } })
  })
})
