import fc from 'fast-check'
import { expect, it } from 'vitest'
import { automatic } from '#lib/csr/approval/automatic.ts'
import { capture, forecast, forStorage } from '#lib/csr/approval/forecast.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import {
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { change } from '#lib/csr/fixtures/random-changes.ts'
import { factsOf } from '#lib/csr/machine/derive.ts'
import type { CheckCode } from '#lib/csr/model.ts'
import { DEFAULT_POLICY, type Policy } from '#lib/csr/policy/policy.ts'
import { isPending } from '#lib/csr/status.ts'
import { CHECKS, type Check } from '#lib/csr/verdict/check-table.ts'
import { ask } from '#lib/csr/verdict/verdict.ts'
import type { World } from '#lib/csr/world/world.ts'

const context = makeContext()

const policy: fc.Arbitrary<Policy> = fc
  .record({
    allowedAddresses: fc.constantFrom([], [], ['198.51.100.0/28'], ['203.0.113.0/24']),
    allowedNames: fc.constantFrom([], [], ['worker-*'], ['edge-*']),
    maxExpirationSeconds: fc.constantFrom(60, 366 * 86_400),
    extraBootstrapRequestors: fc.constantFrom([], ['system:node:worker-1']),
    allowRebootstrap: fc.boolean(),
    expectedComplete: fc.boolean(),
    rules: fc.constantFrom(
      [],
      [
        {
          name: 'ready',
          message: 'only of Nodes that are Ready',
          cel: '',
          run: ({ node }: { node: unknown }) => ({
            outcome: node === null ? ('fail' as const) : ('pass' as const),
          }),
        },
      ],
    ),
    clients: fc.boolean(),
    accept: fc.constantFrom('verified' as const, 'plausible' as const),
    required: fc.oneof(
      fc.constant([]),
      fc.subarray(
        CHECKS.map(({ code }) => code),
        { maxLength: 4 },
      ),
    ),
  })
  .map(({ clients, accept, required, ...rest }) => ({
    ...DEFAULT_POLICY,
    ...rest,
    automatic: { ...DEFAULT_POLICY.automatic, clients, accept, required },
  }))

/** Sound machines, before any change. */
const GOOD = ['worker-1', 'worker-2'].map((name, index) => ({
  csr: makeCsr({ nodeName: name, ipAddresses: [`198.51.100.1${index + 1}`] }),
  node: makeNode({ name, ips: [`198.51.100.1${index + 1}`] }),
}))

const world = fc
  .tuple(fc.array(change, { maxLength: 12 }), fc.boolean(), fc.boolean(), fc.boolean())
  .map(([changes, hasList, asksKubelets, areNetworksKnown]) => {
    const made = makeWorld({
      csrs: GOOD.map(({ csr }) => csr),
      nodes: GOOD.map(({ node }) => node),
      machines: [makeMachineObject({ nodeRef: 'worker-1' })],
      expected: hasList ? [{ name: 'worker-1', addresses: [], role: null }] : null,
      asksKubelets,
      reserved: { areNetworksKnown },
    })
    for (const apply of changes) apply(made)
    return made
  })

function pendingOf(made: World): Claim[] {
  return [...made.requests.claims.values()].filter(({ csr }) => isPending(csr))
}

function isSuperseded(claim: Claim, made: World): boolean {
  return (
    claim.nodeName !== null && factsOf(made, claim.nodeName, context).superseded.has(claim.csr.uid)
  )
}

it('a captured pending request is judged as it was then, for any world and policy', () => {
  let approvals = 0
  let asking = 0
  fc.assert(
    fc.property(world, policy, policy, (made, inForce, other) => {
      for (const claim of pendingOf(made)) {
        const superseded = isSuperseded(claim, made)
        const captured = capture(claim, made, { ...context, policy: inForce }, superseded)
        for (const tried of [inForce, other]) {
          const then = automatic(claim, made, { ...context, policy: tried }, superseded, null)
          if (then.act === 'approve') approvals += 1
          else if (then.because === 'asking') asking += 1
          expect(forecast(captured, tried).automatic).toEqual(then)
          expect(forecast(forStorage(captured), tried)).toEqual(forecast(captured, tried))
        }
      }
    }),
    { numRuns: 200 },
  )
  // Guards against a property that only sees refusals.
  expect(approvals).toBeGreaterThan(10)
  expect(asking).toBeGreaterThan(10)
})

it('only policy-bound checks answer differently under another policy', () => {
  const differed = new Map<CheckCode, Check>()
  fc.assert(
    fc.property(world, policy, policy, (made, one, other) => {
      for (const claim of pendingOf(made)) {
        for (const check of CHECKS) {
          if (!check.appliesTo.includes(claim.kind)) continue
          const answer = (tried: Policy) =>
            ask(check, { claim, world: made, policy: tried, now: context.now })
          if (JSON.stringify(answer(one)) !== JSON.stringify(answer(other))) {
            differed.set(check.code, check)
          }
        }
      }
    }),
    { numRuns: 150 },
  )
  expect([...differed.values()].filter(({ policy }) => policy === undefined)).toEqual([])
  // These did differ, so the marks are needed. (node.new differs too, but rarely.)
  expect([...differed.keys()]).toEqual(
    expect.arrayContaining([
      'policy.addresses',
      'policy.names',
      'policy.rules',
      'identity.expected',
    ]),
  )
})
