import { expect, it } from 'vitest'
import { liveCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { keepProposers } from '#lib/cluster/proposers.ts'
import { KIM, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makePerson, makeProposal } from '#lib/csr/fixtures/make-proposal.ts'
import type { Csr } from '#lib/csr/model.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import type { ProposerRight } from '#lib/csr/policy/proposal.ts'
import { World } from '#lib/csr/world/world.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'

const target = makeCsr({ ipAddresses: ['198.51.100.99'] })
const twofold = { ...DEFAULT_POLICY.secondPerson, for: ['suspicious'] as const }

it('a row says whether its proposer may approve, as soon as that is answered', async () => {
  const policy = { secondPerson: twofold }
  const cluster = await liveCluster({ csrs: [target], nodes: [makeNode()], policy })
  const proposal = () => cluster.feed.request(target.uid, KIM)?.secondPerson?.proposal
  expect(proposal()).toBeNull()
  cluster.csrs.put(makeProposal(target, { requestor: makePerson('may.not.but.named.so') }))
  await cluster.turn()
  expect(proposal()).toMatchObject({ by: 'may.not.but.named.so', uncounted: null })
  cluster.csrs.list(target, makeProposal(target, { requestor: makePerson('alice') }))
  await cluster.turn()
  expect(proposal()).toMatchObject({ by: 'alice', uncounted: 'mayNot' })
  expect(cluster.feed.moment().rows.others.size).toBe(0)
})

it('a row shows what a decision has found out about the proposer', async () => {
  const alice = makePerson('alice')
  const proposal = makeProposal(target, { requestor: alice })
  const csrs = [target, proposal, makeProposal(target, { requestor: makePerson('bob') })]
  const cluster = await liveCluster({
    csrs,
    nodes: [makeNode()],
    policy: { secondPerson: twofold },
  })
  cluster.feed.proposerReviewed(target.uid, alice, 'may')
  await cluster.turn()
  expect(cluster.feed.request(target.uid, KIM)?.secondPerson?.proposal).toMatchObject({
    ...{ by: 'alice', uncounted: null },
  })
})

function rig(csrs: readonly Csr[], kinds = twofold) {
  const world = new World()
  for (const csr of csrs) world.upsertCsr(csr)
  const clock = manualClock()
  const asked: string[] = []
  const answers: (ProposerRight | Error)[] = []
  const proposers = keepProposers({
    world,
    policy: () => ({ ...DEFAULT_POLICY, secondPerson: kinds }),
    async review({ username }) {
      asked.push(username)
      const answer = answers.shift() ?? 'may'
      if (answer instanceof Error) throw answer
      return answer
    },
    clock,
    onAnswer: () => {},
  })
  const settle = async () => {
    proposers.notice()
    for (let turns = 0; turns < 20; turns += 1) await Promise.resolve()
  }
  return { world, clock, asked, answers, settle }
}

it('each proposer is asked about once', async () => {
  const proposals = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) =>
    makeProposal(target, { requestor: makePerson(name) }),
  )
  const { asked, settle, world } = rig([target, ...proposals])
  await settle()
  await settle()
  expect(asked.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  expect(world.proposals.unasked.size).toBe(0)
})

it.each<readonly [string, readonly Csr[], typeof twofold]>([
  ['nothing takes two', [target, makeProposal(target)], { ...twofold, for: [] as never }],
  [
    'it could not count anyway',
    [target, makeProposal(target, { requestor: makePerson('system:node:worker-1') })],
    twofold,
  ],
  ['its target is not there', [makeProposal(target)], twofold],
  [
    'its target is decided',
    [
      {
        ...target,
        conditions: [
          { type: 'Approved', status: 'True', reason: '', message: '', lastUpdateTime: null },
        ],
      },
      makeProposal(target),
    ],
    twofold,
  ],
])('no proposer is asked about where %s', async (_case, csrs, kinds) => {
  const { asked, settle } = rig(csrs, kinds)
  await settle()
  expect(asked).toEqual([])
})

it('an API server that does not answer is asked again after a while', async () => {
  const proposal = makeProposal(target)
  const { asked, answers, settle, clock, world } = rig([target, proposal])
  answers.push(new Error('reset'))
  await settle()
  await settle()
  expect(asked).toHaveLength(1)
  clock.advance(5_000)
  await settle()
  expect(asked).toHaveLength(2)
  expect(world.proposals.get(proposal.uid)?.right).toBe('may')
})

it('thousands of proposers who cannot count are passed over, and the next one is asked about', async () => {
  const node = makePerson('system:node:x', { groups: ['system:nodes'] })
  const forged = Array.from({ length: 3_000 }, (_, n) =>
    // Half of them about nothing that there is.
    makeProposal(n % 2 === 0 ? target : makeCsr({ uid: `none-${n}` }), { requestor: node }),
  )
  const late = makeProposal(target)
  const { asked, settle, clock, world } = rig([target, ...forged, late])
  for (let turns = 0; turns < 12 && asked.length === 0; turns += 1) {
    await settle()
    clock.advance(0)
  }
  await settle()
  expect(asked).toEqual(['alice'])
  expect(world.proposals.get(late.uid)?.right).toBe('may')
  expect([world.proposals.unasked.size, clock.alarms]).toEqual([0, []])
})

it('one proposer is asked about once, however often they propose the request', async () => {
  const proposals = Array.from({ length: 300 }, () => makeProposal(target))
  const { asked, settle, world } = rig([target, ...proposals])
  await settle()
  expect(asked).toEqual(['alice'])
  expect([...world.proposals.of(target.uid)].every(({ right }) => right === 'may')).toBe(true)
})

it('the proposer of a request that is not here yet is asked about when it comes', async () => {
  const { asked, settle, world } = rig([makeProposal(target)])
  await settle()
  expect([asked, world.proposals.unasked.size]).toEqual([[], 0])
  world.upsertCsr(target)
  await settle()
  expect(asked).toEqual(['alice'])
})
