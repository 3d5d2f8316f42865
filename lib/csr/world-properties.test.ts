import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deriveMachine, deriveOther, nextChangeAt } from '#lib/csr/derive.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import {
  approved,
  denied,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr, MachineRow, RequestRow } from '#lib/csr/model.ts'
import type { World } from '#lib/csr/world.ts'

/** Few names and addresses, so that everything collides with everything. */
const NAMES = ['worker-1', 'worker-l', 'worker-2', 'w0rker-2'] as const
const IPS = ['198.51.100.11', '198.51.100.12', '::ffff:198.51.100.12'] as const
const TIMES = ['11:58:00', '12:00:00', '12:01:00', '12:16:00'] as const
const KINDS = ['client', 'renewal', 'serving'] as const

const name = fc.constantFrom(...NAMES)
const time = fc.constantFrom(...TIMES).map((clock) => `2026-11-24T${clock}Z`)
const ips = fc.subarray([...IPS])
const key = fc.constantFrom('key-a', 'key-b', 'key-c')

type Change = (world: World) => void

/** Signing is slow: a pool of real requests, from which the changes choose. */
const POOL: readonly Csr[] = fc
  .sample(
    fc.record({
      nodeName: name,
      kind: fc.constantFrom(...KINDS),
      createdAt: time,
      keyName: key,
      ipAddresses: ips,
      flaw: fc.constantFrom(
        {},
        {},
        {},
        {},
        { badSignature: true },
        { commonNames: ['system:node:worker-1', 'system:node:worker-2'] },
        { signerName: 'example.com/mesh' },
        { request: 'AAAA' },
        { usages: [] },
      ),
      path: fc.constantFrom('csr-a', 'csr-b', 'csr-c', 'csr-d', 'csr-e', 'csr-f'),
    }),
    { numRuns: 80, seed: 7 },
  )
  .map(({ flaw, ipAddresses, path, ...options }) =>
    makeCsr({
      ...options,
      ...flaw,
      name: path,
      ipAddresses: options.kind === 'serving' ? ipAddresses : [],
    }),
  )

const CERTIFICATE = makeCertificate({
  notBefore: '2026-11-24T11:00:00Z',
  notAfter: '2026-11-24T12:40:00Z',
})

const decided = fc.constantFrom<(csr: Csr) => Csr>(
  (csr) => csr,
  (csr) => csr,
  (csr) => approved(csr),
  (csr) => approved(csr, '2026-11-24T12:05:00Z', CERTIFICATE),
  (csr) => denied(csr),
)

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...POOL), decided).map(upsertCsr) },
  { weight: 2, arbitrary: fc.constantFrom(...POOL).map(removeCsr) },
  {
    weight: 4,
    arbitrary: fc
      .record({
        name,
        uid: fc.constantFrom('first', 'second'),
        ips,
        createdAt: time,
        ready: fc.constantFrom('True' as const, 'False' as const),
        deletedAt: fc.constantFrom(null, '2026-11-24T12:02:00Z'),
      })
      .map(({ uid, ...options }) => (world: World) => {
        world.upsertNode(makeNode({ ...options, uid: `${options.name}-${uid}` }))
      }),
  },
  { weight: 3, arbitrary: fc.tuple(name, fc.boolean()).map(turnNode) },
  {
    weight: 1,
    arbitrary: fc.tuple(name, fc.constantFrom('first', 'second')).map(
      ([node, uid]) =>
        (world: World) =>
          world.removeNode(`${node}-${uid}`),
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        name: fc.constantFrom('m-a', 'm-b'),
        uid: fc.constantFrom('m-1', 'm-2', 'm-3'),
        internalDns: fc.subarray([...NAMES]),
        ips,
        nodeRef: fc.option(name, { nil: null }),
        createdAt: time,
      })
      .map((options) => (world: World) => world.upsertMachineObject(makeMachineObject(options))),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('m-1', 'm-2', 'm-3')
      .map((uid) => (world: World) => world.removeMachineObject(uid)),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ nodes: fc.boolean(), machines: fc.constantFrom('absent' as const, true, false) })
      .map((readable) => (world: World) => world.setReadable(readable)),
  },
  {
    weight: 2,
    arbitrary: fc
      .option(
        fc.uniqueArray(fc.record({ name, addresses: ips, role: fc.constantFrom(null, 'worker') }), {
          selector: (machine) => machine.name,
        }),
        { nil: null, freq: 5 },
      )
      .map((list) => (world: World) => world.setExpected(list)),
  },
)

function upsertCsr([csr, decide]: [Csr, (csr: Csr) => Csr]): Change {
  return (world) => world.upsertCsr(decide(csr))
}

/** A Node that stays as it is but for its readiness, or begins to go. */
function turnNode([nodeName, goes]: [string, boolean]): Change {
  return (world) => {
    const node = world.cluster.node(nodeName)
    if (node === null || node.ready === null) return
    const status = node.ready.status === 'True' ? 'False' : 'True'
    world.upsertNode(
      goes
        ? { ...node, deletedAt: '2026-11-24T12:02:00Z' }
        : { ...node, ready: { ...node.ready, status } },
    )
  }
}

function removeCsr({ uid }: Csr): Change {
  return (world) => world.removeCsr(uid)
}

const context = makeContext()

interface Rows {
  readonly machines: Map<string, MachineRow>
  readonly others: Map<string, RequestRow>
}

function deriveTouched(world: World, rows: Rows): void {
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

/** The same objects told to a new world, in another order, and everything derived. */
function deriveAnew(world: World): Rows {
  const anew = makeWorld({
    csrs: [...world.requests.claims.values()].map(({ csr }) => csr).reverse(),
    nodes: [...world.cluster.nodes()].reverse(),
    machines: [...world.cluster.machineObjects()].reverse(),
    readable: world.readable,
    expected: world.expected?.machines() ?? null,
  })
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

const sorted = <T>(map: Map<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

it('deriving what was touched is deriving everything, after any changes in any order', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 40 }), fc.nat(3), (changes, step) => {
      const world = makeWorld()
      const rows: Rows = { machines: new Map(), others: new Map() }
      for (const [index, apply] of changes.entries()) {
        apply(world)
        if (index % (step + 1) === 0) deriveTouched(world, rows)
      }
      deriveTouched(world, rows)
      const anew = deriveAnew(world)
      expect(sorted(rows.machines)).toEqual(sorted(anew.machines))
      expect(sorted(rows.others)).toEqual(sorted(anew.others))
    }),
    { numRuns: 300 },
  )
})

it('a row stays what it is until the moment that is told', () => {
  const minutes = fc.integer({ min: -60, max: 240 })
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 20 }),
      minutes,
      fc.nat(1),
      (changes, minute, part) => {
        const world = makeWorld()
        for (const apply of changes) apply(world)
        const now = context.now + minute * 60_000
        for (const machine of world.machineNames()) {
          const here = { ...context, now }
          const next = nextChangeAt(world, machine, here)
          const last = next === null ? now + 1e10 : next - 1
          const later = { ...context, now: part === 0 ? last : Math.floor((now + last) / 2) }
          expect(deriveMachine(world, machine, later)).toEqual(deriveMachine(world, machine, here))
        }
      },
    ),
    { numRuns: 80 },
  )
})
