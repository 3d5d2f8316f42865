import { describe, expect, it } from 'vitest'
import { ago, makeMachine, makeRequest, NOW } from '#lib/csr/fixtures/make-rows.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
import { joinTimes } from '#lib/web/metrics/join-times.ts'

type Request = Partial<JudgedRequest>
const pending: Request = { createdAt: ago(100) }
const another: Request = { uid: 'another', createdAt: ago(50) }
const approved: Request = { ...pending, status: 'Approved', verdict: null, decidedAt: ago(30) }
const issued: Request = { ...approved, status: 'Approved,Issued' }
const denied: Request = { ...pending, status: 'Denied', verdict: null, decidedAt: ago(30) }

function machine(requests: readonly Request[], more: Partial<JudgedMachine> = {}): JudgedMachine {
  return makeMachine({ requests: requests.map((fields) => makeRequest(fields)), ...more })
}

function steps(before: JudgedMachine | null, after: JudgedMachine): string[] {
  const times = joinTimes([{ kind: 'machine', key: 'worker-1', before, after }], NOW)
  return [...times].map(({ step, seconds }) => `${step} ${seconds}`)
}

describe('a request', () => {
  it.each<[string, Request | null, Request, string[]]>([
    ['is approved', pending, approved, ['approve 70']],
    ['is issued', approved, issued, ['issue 30']],
    ['is both at once', pending, issued, ['approve 70', 'issue 30']],
    ['is filed and approved between two looks', null, approved, ['approve 70']],
    ['is filed', null, pending, []],
    ['is denied', pending, denied, []],
    ['stays approved', approved, approved, []],
    ['was approved long before it is listed', null, { ...issued, decidedAt: ago(90) }, []],
    ['fails after its approval', approved, { ...approved, status: 'Approved,Failed' }, []],
    ['has no time of approval', pending, { ...approved, decidedAt: null }, []],
  ])('a request that %s is timed for the steps that it has taken', (_, before, after, expected) => {
    expect(steps(machine(before === null ? [] : [before]), machine([after]))).toEqual(expected)
  })

  it('the time of an approval is counted by its signer, with other signers than the kubelets’ as one', () => {
    const signers = [KUBELET_SERVING, 'example.com/a', 'example.com/b'].map((signerName) => {
      const change = {
        kind: 'request' as const,
        key: 'u',
        before: makeRequest({ ...pending, signerName }),
        after: makeRequest({ ...approved, signerName }),
      }
      return [...joinTimes([change], NOW)].map(({ signer }) => signer)
    })
    expect(signers).toEqual([[KUBELET_SERVING], ['other'], ['other']])
  })
})

describe('a machine', () => {
  const joined = (seconds: number) => machine([issued, another], { joinedAt: ago(seconds) })

  it('the time until a machine becomes Ready counts from its first request', () => {
    expect(steps(machine([issued, another]), joined(10))).toEqual(['ready 90'])
  })

  it.each([
    ['is Ready already', joined(10), joined(10)],
    ['joined long before it is listed', machine([issued, another]), joined(61)],
    ['is not Ready', machine([issued]), machine([issued])],
  ])('a machine that %s has no times', (_, before, after) => {
    expect(steps(before, after)).toEqual([])
  })
})
