import { expect, it } from 'vitest'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makePerson, makeProposal } from '#lib/csr/fixtures/make-proposal.ts'
import { Proposals } from '#lib/csr/world/proposals.ts'

const target = makeCsr()
const proposal = makeProposal(target, { uid: 'p-1' })
const another = makeProposal(target, { uid: 'p-2', requestor: makePerson('bob') })

function proposalsOf(...csrs: (typeof proposal)[]): Proposals {
  const proposals = new Proposals()
  for (const csr of csrs) expect(proposals.set(csr)).toBe(target.uid)
  return proposals
}

it('an ordinary request is no proposal', () => {
  const proposals = new Proposals()
  expect(proposals.set(target)).toBeNull()
  expect(proposals.get(target.uid)).toBeNull()
  expect([...proposals.of(target.uid), ...proposals.unasked]).toEqual([])
})

it.each([
  ['a node', makePerson('system:node:worker-1')],
  ['a bootstrap identity', makePerson('system:bootstrap:abcdef')],
  ['nobody', makePerson('kim', { groups: ['system:unauthenticated'] })],
])('a request of the proposal signer by %s is no proposal', (_, requestor) => {
  const proposals = new Proposals()
  expect(proposals.set(makeProposal(target, { requestor }))).toBeNull()
  expect([...proposals.of(target.uid)]).toEqual([])
})

it('a proposer’s right is queued for review until answered, unless it cannot matter', () => {
  const proposals = proposalsOf(proposal)
  expect([...proposals.unasked]).toEqual(['p-1'])
  proposals.passOver('p-1')
  expect([...proposals.unasked]).toEqual([])
  // The target has arrived.
  proposals.lookAgain(target.uid)
  expect([...proposals.unasked]).toEqual(['p-1'])
  expect(proposals.setRight('p-1', 'may')).toBe(target.uid)
  expect([...proposals.unasked]).toEqual([])
  proposals.lookAgain(target.uid)
  expect([...proposals.unasked]).toEqual([])
})

it('a proposer’s known right survives changes of the proposal, and is reported once', () => {
  const proposals = proposalsOf(proposal)
  expect(proposals.setRight('p-1', 'mayNot')).toBe(target.uid)
  expect(proposals.setRight('p-1', 'mayNot')).toBeNull()
  expect(proposals.setRight('nobody', 'may')).toBeNull()
  const changed = { ...proposal, resourceVersion: '2' }
  proposals.set(changed)
  expect(proposals.get('p-1')).toEqual({ csr: changed, target: target.uid, right: 'mayNot' })
  expect([...proposals.unasked]).toEqual([])
})

it('several proposals for one target are independent', () => {
  const proposals = proposalsOf(proposal, another)
  const stored = () => [...proposals.of(target.uid)].map(({ csr }) => csr.uid)
  expect(stored()).toEqual(['p-1', 'p-2'])
  expect(proposals.delete('p-1')).toBe(target.uid)
  expect(stored()).toEqual(['p-2'])
  expect([...proposals.unasked]).toEqual(['p-2'])
  expect(proposals.delete('p-1')).toBeNull()
  expect(proposals.delete('p-2')).toBe(target.uid)
  expect([...stored(), ...proposals.unasked]).toEqual([])
})
