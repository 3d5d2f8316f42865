import { expect, it } from 'vitest'
import { type Claim, keysOf, strayLabels } from '#lib/csr/claim/claim.ts'
import { claimOf } from '#lib/csr/fixtures/ask.ts'
import { approvedByMachineApprover } from '#lib/csr/fixtures/make-cluster.ts'
import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { RequestIndex } from '#lib/csr/world/request-index.ts'

/** Uids that the index finds by each property of the claim. */
function found(index: RequestIndex, claim: Claim) {
  const { csr, reading, sans, names } = claim
  const key = reading.x509cr?.publicKey.fingerprint ?? ''
  return {
    uidOfName: index.uidOf(csr.name),
    machines: [...index.machineNames],
    others: [...index.others],
    ofMachine: [...index.ofMachine(claim.nodeName ?? '')].map(({ csr }) => csr.uid),
    askingFor: sans.flatMap(keysOf).flatMap((key) => [...index.askingFor(key)]),
    askingUnder: [...strayLabels(claim)].flatMap((label) => [...index.askingUnder(label)]),
    lookingLike: names.flatMap(({ skeleton }) => [...index.lookingLike(skeleton)]),
    withKey: [...index.withKey(key)],
    holders: [...index.holders(key)],
    holderCount: index.holderCount(key),
    braking: index.braking.size,
    byMachineApprover: index.byMachineApprover.size,
  }
}

const nothing: ReturnType<typeof found> = {
  uidOfName: null,
  machines: [],
  others: [],
  ofMachine: [],
  askingFor: [],
  askingUnder: [],
  lookingLike: [],
  withKey: [],
  holders: [],
  holderCount: 0,
  braking: 0,
  byMachineApprover: 0,
}
const everything: ReturnType<typeof found> = {
  uidOfName: 'u',
  machines: ['worker-1'],
  others: [],
  ofMachine: ['u'],
  askingFor: ['u', 'u'],
  askingUnder: [],
  lookingLike: ['u'],
  withKey: ['u'],
  holders: ['worker-1'],
  holderCount: 1,
  braking: 1,
  byMachineApprover: 0,
}

it.each<readonly [string, CsrOptions, Partial<ReturnType<typeof found>>]>([
  ['a serving request', {}, {}],
  [
    'with a name that is spelt as an address',
    { dnsNames: ['203.0.113.1'] },
    { askingFor: ['u', 'u', 'u'] },
  ],
  [
    'with two names that begin with another’s',
    { dnsNames: ['worker-2.x', 'WORKER-2.y.', 'worker-1.x'], ipAddresses: [] },
    { askingFor: ['u', 'u', 'u'], askingUnder: ['u'] },
  ],
  ['a client request', { kind: 'client' }, { askingFor: [] }],
  ['that does not prove its key', { badSignature: true }, { holders: [], holderCount: 0 }],
  [
    'for another signer',
    { signerName: 'example.com/mesh' },
    { machines: [], others: ['u'], ofMachine: [], braking: 0 },
  ],
  [
    'from a person',
    { requestor: { username: 'kim', uid: '', groups: [], extra: {} } },
    { braking: 0 },
  ],
  [
    'that cannot be read',
    { request: 'AAAA' },
    { ...nothing, uidOfName: 'u', others: ['u'], braking: 1 },
  ],
])('a request is found by its properties, and by none once deleted: %s', (_, options, differs) => {
  const index = new RequestIndex()
  const claim = claimOf(makeCsr({ uid: 'u', ...options }))
  index.add(claim)
  expect(found(index, claim)).toEqual({ ...everything, ...differs })
  index.delete(claim)
  expect(found(index, claim)).toEqual(nothing)
  expect(index.claims.size).toBe(0)
})

it('a name belongs to the last request with it, whichever is deleted first', () => {
  const index = new RequestIndex()
  const first = claimOf(makeCsr({ uid: 'first', name: 'csr-1' }))
  index.add(first)
  index.add(claimOf(makeCsr({ uid: 'second', name: 'csr-1' })))
  index.delete(first)
  expect(index.uidOf('csr-1')).toBe('second')
})

it('a node holds a key while one of its requests proves it', () => {
  const index = new RequestIndex()
  const [first, second] = [claimOf(makeCsr({ keyName: 'k' })), claimOf(makeCsr({ keyName: 'k' }))]
  const key = first.reading.x509cr?.publicKey.fingerprint ?? ''
  index.add(first)
  index.add(second)
  expect(index.holderCount(key)).toBe(1)
  index.delete(first)
  expect(index.holderCount(key)).toBe(1)
  index.delete(second)
  expect(index.holderCount(key)).toBe(0)
})

/** Approved by the machine-approver, which does not count its own approvals. */
it('an approved request removes no other of the same second from the brake’s count', () => {
  const index = new RequestIndex()
  const decided = claimOf(approvedByMachineApprover(makeCsr(), '2026-11-24T12:05:00Z'))
  index.add(claimOf(makeCsr()))
  index.add(decided)
  expect(index.braking.size).toBe(1)
  index.replace(decided, { ...decided })
  expect(index.braking.size).toBe(1)
  index.delete(decided)
  expect(index.braking.size).toBe(1)
})

it.each<readonly [string, CsrOptions, readonly string[]]>([
  ['of a machine', {}, ['worker-1']],
  ['of none', { commonNames: [] }, []],
])('a request %s no longer counts for the brake once approved', (_, options, machines) => {
  const index = new RequestIndex()
  const pending = claimOf(makeCsr(options))
  const decided = {
    ...pending,
    csr: approvedByMachineApprover(pending.csr, '2026-11-24T12:05:00Z'),
  }
  index.add(pending)
  index.replace(pending, { ...pending })
  expect(index.braking.size).toBe(1)
  index.replace(pending, decided)
  expect([index.braking.size, index.byMachineApprover.size]).toEqual([0, 1])
  expect(index.claims.get(pending.csr.uid)).toBe(decided)
  expect([...index.machineNames]).toEqual(machines)
  index.replace(decided, pending)
  expect([index.braking.size, index.byMachineApprover.size]).toEqual([1, 0])
})
