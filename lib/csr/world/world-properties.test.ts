import fc from 'fast-check'
import { expect, it } from 'vitest'
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
import { alikeChange, change, crowdChange, fleetChange } from '#lib/csr/fixtures/random-changes.ts'
import { deriveMachine, deriveOther } from '#lib/csr/machine/derive.ts'
import { describeMachine } from '#lib/csr/machine/detail.ts'
import type { Csr } from '#lib/csr/model.ts'
import type { JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
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

type Change = (world: World) => unknown

interface Rows {
  readonly machines: Map<string, JudgedMachine>
  readonly others: Map<string, JudgedRequest>
}

function deriveTouched(world: World, rows: Rows): void {
  world.noticeMachineApprover(context.now)
  const touched = world.takeTouched()
  for (const machine of touched.machines) {
    const row = deriveMachine(world, machine, context)
    if (row === null) rows.machines.delete(machine)
    else rows.machines.set(machine, row)
  }
  for (const uid of touched.others) {
    const row = deriveOther(world, uid, context)
    if (row === null) rows.others.delete(uid)
    else rows.others.set(uid, row)
  }
}

/** A new world with the same alarms, filled with the same objects in another order. */
function deriveAnew(world: World, alarms: Alarms, around: WorldOptions = {}): Rows {
  const anew = makeWorld({
    ...around,
    csrs: [...world.requests.claims.values()].map(({ csr }) => csr).reverse(),
    nodes: [...world.cluster.nodes()].reverse(),
    machines: [...world.cluster.machineObjects()].reverse(),
    readable: world.readable,
    expected: world.expected?.machines() ?? null,
    machineNamespaces: world.machineNamespaces,
    alarms,
  })
  anew.setMachineApprover(world.machineApprover)
  const rows: Rows = { machines: new Map(), others: new Map() }
  for (const machine of anew.machineNames()) {
    const row = deriveMachine(anew, machine, context)
    if (row !== null) rows.machines.set(machine, row)
  }
  for (const uid of anew.requests.others) {
    const row = deriveOther(anew, uid, context)
    if (row !== null) rows.others.set(uid, row)
  }
  return rows
}

const earlier = (a: number | null, b: number | null) =>
  a === null || (b !== null && b < a) ? b : a
const sorted = <T>(map: Map<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

/** Machines in the end: the touched ones derived after each change, and all derived anew. */
function machinesAfter(changes: readonly Change[], around: WorldOptions = {}) {
  const alarms = new Alarms()
  const world = makeWorld({ ...around, alarms })
  const rows: Rows = { machines: new Map(), others: new Map() }
  for (const apply of changes) {
    apply(world)
    deriveTouched(world, rows)
  }
  return {
    touched: sorted(rows.machines),
    anew: sorted(deriveAnew(world, alarms, around).machines),
  }
}

it('deriving touched rows equals deriving all rows, after any changes in any order', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 40 }), fc.nat(3), (changes, step) => {
      const alarms = new Alarms()
      const world = makeWorld({ alarms })
      const rows: Rows = { machines: new Map(), others: new Map() }
      for (const [index, apply] of changes.entries()) {
        apply(world)
        if (index % (step + 1) === 0) deriveTouched(world, rows)
      }
      deriveTouched(world, rows)
      const anew = deriveAnew(world, alarms)
      expect(sorted(rows.machines)).toEqual(sorted(anew.machines))
      expect(sorted(rows.others)).toEqual(sorted(anew.others))
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
const denialChange = fc
  .tuple(
    fc.constantFrom(...OF_ONE),
    fc.constantFrom<(world: World, csr: Csr) => void>(
      (world, csr) => world.upsertCsr(csr),
      (world, csr) => world.upsertCsr(csr),
      (world, csr) => world.upsertCsr(denied(csr, '2026-11-24T12:03:00Z')),
      (world, csr) => world.upsertCsr(denied(csr, 'whenever')),
      (world, { uid }) => world.removeCsr(uid),
      (world, { uid }) => world.removeCsr(uid),
    ),
  )
  .map(
    ([csr, apply]) =>
      (world: World) =>
        apply(world, csr),
  )

it('touched rows suffice when people deny and the cluster deletes denied requests', () => {
  const isDenied = ({ failing }: JudgedRequest) => failing.includes('machine.denial')
  let [turns, runs] = [0, 0]
  fc.assert(
    fc.property(fc.array(denialChange, { minLength: 2, maxLength: 30 }), (changes) => {
      runs += 1
      const alarms = new Alarms()
      const world = makeWorld({ alarms, nodes: [makeNode()] })
      const rows: Rows = { machines: new Map(), others: new Map() }
      for (const apply of changes) {
        const before = rows.machines.get('worker-1')?.requests ?? []
        apply(world)
        deriveTouched(world, rows)
        const after = rows.machines.get('worker-1')?.requests ?? []
        turns += after.filter((row) => {
          const earlier = before.find(({ uid }) => uid === row.uid)
          return (
            earlier?.verdict != null && row.verdict !== null && isDenied(row) !== isDenied(earlier)
          )
        }).length
      }
      expect(sorted(rows.machines)).toEqual(sorted(deriveAnew(world, alarms).machines))
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
        (claim) => isPending(claim.csr) && isSuperseded(claim, claims, world, context),
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
      const brakes: Change = (world) => world.setMachineApprover(APPROVER)
      const { touched, anew } = machinesAfter([brakes, ...changes], around)
      expect(touched).toEqual(anew)
    }),
    { numRuns: 150 },
  )
})

it('touched rows suffice when more look-alikes come and go than are named', () => {
  const around = { readRequest: readEachOnce() }
  fc.assert(
    fc.property(fc.array(alikeChange, { minLength: 4, maxLength: 60 }), (changes) => {
      const { touched, anew } = machinesAfter(changes, around)
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
      const brakes: Change = (world) => world.setMachineApprover(APPROVER)
      const { touched, anew } = machinesAfter([brakes, ...counted], around)
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
