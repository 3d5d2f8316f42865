import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deriveAnew, deriveTouched, type Rows } from '#lib/csr/fixtures/derived-rows.ts'
import {
  approved,
  denied,
  makeContext,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { makePerson, makeProposal } from '#lib/csr/fixtures/make-proposal.ts'
import { type Change, weighted } from '#lib/csr/fixtures/random-changes.ts'
import type { Csr } from '#lib/csr/model.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { isPerson } from '#lib/csr/policy/proposal.ts'
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

const csr = fc.constantFrom(...TARGETS, ...PROPOSALS)
const decided = fc.constantFrom<(csr: Csr) => Csr>(
  (one) => one,
  (one) => one,
  (one) => one,
  (one) => one,
  (one) => approved(one),
  (one) => denied(one),
)
const right = fc.constantFrom('may', 'may', 'may', 'mayNot', 'cannotAsk', 'unreviewed')
const change: fc.Arbitrary<Change> = fc.oneof(
  weighted(10, fc.tuple(csr, decided), (world, [one, decide]) => world.upsertCsr(decide(one))),
  weighted(2, csr, (world, { uid }) => world.removeCsr(uid)),
  weighted(8, fc.tuple(fc.constantFrom(...PROPOSALS), right), (world, [{ uid }, answer]) =>
    world.setProposerRight(uid, answer),
  ),
  weighted(2, fc.constantFrom('worker', 'control-plane'), (world, role) =>
    world.upsertNode(makeNode({ name: 'worker-2', roles: [role] })),
  ),
)

/** All rows, derived in a new world with the same objects. */
function allRows(world: World): Rows {
  const proposals = PROPOSALS.flatMap(({ uid }) => world.proposals.get(uid) ?? [])
  const csrs = proposals.map((proposal) => proposal.csr).reverse()
  return deriveAnew(world, context, { csrs }, (anew) => {
    for (const { csr: one, right: answer } of proposals) {
      if (answer !== null) anew.setProposerRight(one.uid, answer)
    }
  })
}

it('a proposal changes only its target’s row, in any order of arrival', () => {
  let found = 0
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 60 }), fc.nat(3), (changes, step) => {
      const world = makeWorld({ csrs: [...PROPOSALS.slice(step), ...TARGETS.slice(step)] })
      const rows: Rows = {}
      for (const [index, apply] of changes.entries()) {
        apply(world)
        if (index % (step + 1) === 0) deriveTouched(world, rows, context)
      }
      deriveTouched(world, rows, context)
      expect(rows).toEqual(allRows(world))
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
