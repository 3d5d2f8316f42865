import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deriveAnew, deriveTouched, type Rows } from '#lib/csr/fixtures/derived-rows.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import {
  approved,
  denied,
  KIM,
  makeContext,
  makeNode,
  makeWorld,
  readEachOnce,
  type WorldOptions,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { nextChangeAt } from '#lib/csr/fixtures/next-change.ts'
import {
  alikeChange,
  type Change,
  change,
  crowdChange,
  fleetChange,
  weighted,
} from '#lib/csr/fixtures/random-changes.ts'
import { deriveMachine } from '#lib/csr/machine/derive.ts'
import { describeMachine } from '#lib/csr/machine/detail.ts'
import type { Csr } from '#lib/csr/model.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { isSuperseded, supersession } from '#lib/csr/stage/superseded.ts'
import { isPending } from '#lib/csr/status.ts'
import { Alarms } from '#lib/csr/world/alarms.ts'
import type { World } from '#lib/csr/world/world.ts'

const context = makeContext()
const APPROVER = {
  presence: 'present',
  available: true,
  message: '',
  clients: 'on',
} as const
const brakes: Change = (world) => world.setMachineApprover(APPROVER)

const earlier = (a: number | null, b: number | null) =>
  a === null || (b !== null && b < a) ? b : a

/** The rows as they are touched, derived after each `step` changes, and all rows anew. */
function bothWays(changes: readonly Change[], around: WorldOptions = {}, step = 1) {
  const alarms = new Alarms()
  const world = makeWorld({ ...around, alarms })
  const rows: Rows = {}
  for (const [index, apply] of changes.entries()) {
    apply(world)
    if (index % step === 0) deriveTouched(world, rows, context)
  }
  deriveTouched(world, rows, context)
  return { touched: rows, anew: deriveAnew(world, context, { ...around, csrs: [], alarms }) }
}

it('deriving touched rows equals deriving all rows, after any changes in any order', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 40 }), fc.nat(3), (changes, step) => {
      const { touched, anew } = bothWays(changes, {}, step + 1)
      expect(touched).toEqual(anew)
    }),
    { numRuns: 300 },
  )
})

/** One machine's requests at few times, each with its own key, so that mostly a stranger's fail. */
const OF_ONE = ['12:00', '12:01', '12:05', '12:10'].flatMap((time) =>
  (['serving', 'serving', 'renewal'] as const).map((kind, index) =>
    makeCsr({
      kind,
      createdAt: `2026-11-24T${time}:00Z`,
      keyName: `${time}-${index}`,
      ...(index === 1 ? { ipAddresses: ['198.51.100.99'] } : {}),
    }),
  ),
)
const JOINING = ['11:40', '11:50', '12:00'].flatMap((time) => {
  const kind = 'client'
  const keyName = `client-${time}`
  const csr = makeCsr({ kind, createdAt: `2026-11-24T${time}:00Z`, keyName })
  return [csr, approved(csr, '2026-11-24T12:04:00Z', makeCertificate({ kind, keyName }))]
})
const filed = fc
  .tuple(
    fc.constantFrom(...OF_ONE, ...JOINING),
    fc.constantFrom<(csr: Csr) => Csr>(
      (csr) => csr,
      (csr) => csr,
      (csr) => approved(csr, '2026-11-24T12:11:00Z', 'issued'),
      denied,
    ),
  )
  .map(([csr, decide]) => decide(csr))

/** Requests that are filed, denied or deleted, few at a time. */
const { arbitrary: denialChange } = weighted(
  1,
  fc.tuple(
    fc.constantFrom(...OF_ONE),
    fc.constantFrom<(world: World, csr: Csr) => void>(
      (world, csr) => world.upsertCsr(csr),
      (world, csr) => world.upsertCsr(csr),
      (world, csr) => world.upsertCsr(denied(csr, '2026-11-24T12:03:00Z')),
      (world, csr) => world.upsertCsr(denied(csr, 'whenever')),
      (world, { uid }) => world.removeCsr(uid),
      (world, { uid }) => world.removeCsr(uid),
    ),
  ),
  (world, [csr, apply]) => apply(world, csr),
)

it('touched rows suffice when people deny and the cluster deletes denied requests', () => {
  const requestsOf = (world: World) => deriveMachine(world, 'worker-1', context)?.requests ?? []
  const isDenied = ({ failing }: JudgedRequest) => failing.includes('machine.denial')
  let [turns, runs] = [0, 0]
  fc.assert(
    fc.property(fc.array(denialChange, { minLength: 2, maxLength: 30 }), (changes) => {
      runs += 1
      const counted = changes.map((apply) => (world: World) => {
        const before = requestsOf(world)
        apply(world)
        turns += requestsOf(world).filter((row) => {
          const earlier = before.find(({ uid }) => uid === row.uid)
          return (
            earlier?.verdict != null && row.verdict !== null && isDenied(row) !== isDenied(earlier)
          )
        }).length
      })
      const { touched, anew } = bothWays(counted, { nodes: [makeNode()] })
      expect(touched).toEqual(anew)
    }),
    { numRuns: 150 },
  )
  expect(turns).toBeGreaterThan(runs / 3)
})

/** Node creation times: before all of its requests, or among them. */
const BORN = ['2026-11-24T11:00:00Z', '2026-11-24T11:45:00Z', '2026-11-24T12:05:00Z']

it('supersededBy of one request agrees with that of all its machine’s requests', () => {
  let [count, runs] = [0, 0]
  fc.assert(
    fc.property(fc.array(filed, { maxLength: 8 }), fc.constantFrom(...BORN), (csrs, createdAt) => {
      runs += 1
      const world = makeWorld({ csrs, nodes: [makeNode({ createdAt })] })
      const claims = world.claimsOf('worker-1')
      const { superseded } = supersession(claims, world, context)
      const alone = claims.filter(
        (claim) => isPending(claim.csr) && isSuperseded(claim, world, context),
      )
      expect(new Set(alone.map(({ csr }) => csr.uid))).toEqual(superseded)
      count += superseded.size
    }),
    { numRuns: 300 },
  )
  // Guards against an empty property: the least of hundreds of tries is three times this.
  expect(count).toBeGreaterThan(runs / 15)
})

it('touched rows suffice when the machine-approver’s brake trips and is released', () => {
  const any = fc.oneof({ weight: 3, arbitrary: change }, { weight: 2, arbitrary: crowdChange })
  const around = { readRequest: readEachOnce() }
  fc.assert(
    fc.property(fc.array(any, { minLength: 2, maxLength: 20 }), (changes) => {
      const { touched, anew } = bothWays([brakes, ...changes], around)
      expect(touched).toEqual(anew)
    }),
    { numRuns: 150 },
  )
})

it('touched rows suffice when more look-alikes come and go than are named', () => {
  const around = { readRequest: readEachOnce() }
  fc.assert(
    fc.property(fc.array(alikeChange, { minLength: 4, maxLength: 60 }), (changes) => {
      const { touched, anew } = bothWays(changes, around)
      expect(touched).toEqual(anew)
    }),
    { numRuns: 150 },
  )
})

it('touched rows suffice when Cluster API clusters become this one or cease to be', () => {
  const csrs = (['worker-1', 'worker-2', 'w0rker-2'] as const).flatMap((nodeName) => [
    makeCsr({ nodeName, kind: 'client' }),
    makeCsr({ nodeName, kind: 'serving', ipAddresses: ['198.51.100.12'] }),
  ])
  const around = { csrs, readable: { machines: true }, readRequest: readEachOnce() }
  let [turns, runs] = [0, 0]
  fc.assert(
    fc.property(fc.array(fleetChange, { minLength: 4, maxLength: 40 }), (changes) => {
      runs += 1
      const counted = changes.map((apply) => (world: World) => {
        const before = world.cluster.ownClusters.has('fleet/one')
        apply(world)
        if (before !== world.cluster.ownClusters.has('fleet/one')) turns += 1
      })
      const { touched, anew } = bothWays([brakes, ...counted], around)
      expect(touched).toEqual(anew)
    }),
    { numRuns: 150 },
  )
  expect(turns).toBeGreaterThan(runs / 6)
})

it('a machine that waits or is not Ready has a reason', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const world = makeWorld()
      for (const apply of changes) apply(world)
      for (const machine of world.machineNames()) {
        const row = deriveMachine(world, machine, context)
        if (row === null) continue
        expect(row.hold !== null).toBe(row.waiting || row.stage !== 'ready')
        expect(describeMachine(world, machine, context, KIM)?.holds[0] ?? null).toEqual(row.hold)
      }
    }),
    { numRuns: 150 },
  )
})

it('a row does not change before its stated time', () => {
  const minutes = fc.integer({ min: -60, max: 240 })
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 4, arbitrary: change }, { weight: 1, arbitrary: crowdChange }), {
        maxLength: 20,
      }),
      minutes,
      fc.nat(1),
      (changes, minute, part) => {
        const world = makeWorld()
        world.setMachineApprover(APPROVER)
        for (const apply of changes) apply(world)
        const now = context.now + minute * 60_000
        for (const machine of world.machineNames()) {
          const here = { ...context, now }
          const next = earlier(
            nextChangeAt(world, machine, here),
            world.machineApproverChangesAt(now),
          )
          const last = next === null ? now + 1e10 : next - 1
          const later = { ...context, now: part === 0 ? last : Math.floor((now + last) / 2) }
          expect(deriveMachine(world, machine, later)).toEqual(deriveMachine(world, machine, here))
        }
      },
    ),
    { numRuns: 80 },
  )
})
