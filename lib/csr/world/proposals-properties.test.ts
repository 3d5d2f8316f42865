import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  approved,
  denied,
  makeContext,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makePerson, makeProposal } from '#lib/csr/fixtures/make-proposal.ts'
import { deriveMachine, deriveOther } from '#lib/csr/machine/derive.ts'
import type { Csr } from '#lib/csr/model.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { isPerson } from '#lib/csr/policy/proposal.ts'
import type { JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
import type { World } from '#lib/csr/world/world.ts'

const policy = {
  ...DEFAULT_POLICY,
  allowedSigners: ['example.com/mesh'],
  secondPerson: { for: ['suspicious', 'controlPlane'] as const, withinSeconds: 600 },
}
const context = makeContext({ policy })

/** Two machines' requests (one shares its key with each of its proposals), and a request of no machine. */
const TARGETS = [
  makeCsr({ nodeName: 'worker-1', ipAddresses: ['198.51.100.99'] }),
  makeCsr({ nodeName: 'worker-2', kind: 'client' }),
  makeCsr({ signerName: 'example.com/mesh', kind: 'client' }),
]
const PROPOSALS = TARGETS.flatMap((target) =>
  ['alice', 'bob', 'carol', 'system:node:worker-1'].map((name, index) =>
    makeProposal(target, { requestor: makePerson(name), createdAt: `2026-11-24T12:0${index}:00Z` }),
  ),
)

type Change = (world: World) => void

const csr = fc.constantFrom(...TARGETS, ...PROPOSALS)
const decided = fc.constantFrom<(csr: Csr) => Csr>(
  (one) => one,
  (one) => one,
  (one) => one,
  (one) => one,
  (one) => approved(one),
  (one) => denied(one),
)
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.tuple(csr, decided).map(
      ([one, decide]) =>
        (world: World) =>
          world.upsertCsr(decide(one)),
    ),
  },
  {
    weight: 2,
    arbitrary: csr.map(
      ({ uid }) =>
        (world: World) =>
          world.removeCsr(uid),
    ),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...PROPOSALS),
        fc.constantFrom('may', 'may', 'may', 'mayNot', 'cannotAsk', 'unreviewed'),
      )
      .map(
        ([{ uid }, right]) =>
          (world: World) =>
            world.setProposerRight(uid, right),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('worker', 'control-plane')
      .map(
        (role) => (world: World) => world.upsertNode(makeNode({ name: 'worker-2', roles: [role] })),
      ),
  },
)

type Rows = Record<string, JudgedMachine | JudgedRequest>

function deriveTouched(world: World, rows: Rows): void {
  const { machines, others } = world.takeTouched()
  const keep = (key: string, row: Rows[string] | null) => {
    if (row === null) delete rows[key]
    else rows[key] = row
  }
  for (const name of machines) keep(name, deriveMachine(world, name, context))
  for (const uid of others) keep(uid, deriveOther(world, uid, context))
}

/** A new world, filled with the same objects in another order, with all rows derived. */
function deriveAnew(world: World): Rows {
  const proposals = PROPOSALS.flatMap(({ uid }) => world.proposals.get(uid) ?? [])
  const anew = makeWorld({
    csrs: [
      ...proposals.map((proposal) => proposal.csr).reverse(),
      ...[...world.requests.claims.values()].map((claim) => claim.csr).reverse(),
    ],
    nodes: [...world.cluster.nodes()],
    readable: world.readable,
  })
  for (const { csr: one, right } of proposals) {
    if (right !== null) anew.setProposerRight(one.uid, right)
  }
  const rows: Rows = {}
  deriveTouched(anew, rows)
  return rows
}

it('a proposal changes only its target’s row, in any order of arrival', () => {
  let found = 0
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 60 }), fc.nat(3), (changes, step) => {
      const world = makeWorld({ csrs: [...PROPOSALS.slice(step), ...TARGETS.slice(step)] })
      const rows: Rows = {}
      for (const [index, apply] of changes.entries()) {
        apply(world)
        if (index % (step + 1) === 0) deriveTouched(world, rows)
      }
      deriveTouched(world, rows)
      expect(rows).toEqual(deriveAnew(world))
      const text = JSON.stringify(rows)
      if (text.includes('"uncounted":null')) found += 1
      // Rows themselves only without their target or by a node, and never another requestor with the
      // same key.
      for (const { uid, requestor } of PROPOSALS) {
        const stands = world.proposals.get(uid)?.target ?? ''
        const isRow = world.claim(uid) !== null
        expect(uid in rows).toBe(isRow)
        expect(isRow && isPerson(requestor) && world.claim(stands) !== null).toBe(false)
      }
      expect(text).not.toContain('key.reuse')
    }),
    { numRuns: 150 },
  )
  expect(found).toBeGreaterThan(10)
})
