import { type Context, deriveMachine } from '#lib/csr/derive.ts'
import { makeContext, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr, Node } from '#lib/csr/model.ts'
import { checkResults } from '#lib/csr/verdict.ts'
import { World } from '#lib/csr/world.ts'
import type { Figure } from '../figure.ts'
import { quantile } from '../quantiles.ts'
import { NODES, REQUESTS } from '../stage.ts'

/** Nodes that change, one at a time. */
const CHANGES = 1_000

/**
 * Two figures of the domain alone, in this process. The requests are real PKCS#10 with a key each;
 * making them is not measured.
 */
export const checks: Figure = {
  name: 'checks',
  method:
    `In process, on ${NODES} nodes and ${REQUESTS} requests with real keys, half of them serving ` +
    'requests of the nodes and half client requests of new machines. All checks: every check of ' +
    'the table for one pending request, nothing remembered, over all requests, after one round to ' +
    `warm up. One node changes: its readiness turns over, and every row that this touches is ` +
    `derived again; ${CHANGES} nodes in turn. p50, p99 and the worst are given, the worst counts ` +
    'for the node and p99 for the checks (a single collection of garbage is longer than all of them).',
  async measure() {
    const csrs = requests()
    const context = makeContext()
    const world = filled(csrs)
    everyCheck(world, csrs, context)
    const took = everyCheck(world, csrs, context)
    const changes = everyChange(world, context)
    return [
      {
        figure: 'all checks for one request, p99',
        reach: '≤ 1 ms',
        measured: `${ms(quantile(took, 0.99))} (p50 ${ms(quantile(took, 0.5))}, worst ${ms(Math.max(...took))})`,
        ok: quantile(took, 0.99) <= 1,
      },
      {
        figure: `${REQUESTS} requests, ${NODES} nodes, one node changes: worst`,
        reach: '≤ 16 ms',
        measured: `${ms(Math.max(...changes))} (p50 ${ms(quantile(changes, 0.5))}, p99 ${ms(quantile(changes, 0.99))})`,
        ok: Math.max(...changes) <= 16,
      },
    ]
  },
}

function requests(): readonly Csr[] {
  return Array.from({ length: REQUESTS }, (_, i) =>
    i % 2 === 0
      ? makeCsr({ nodeName: nodeName((i / 2) % NODES), ipAddresses: [address((i / 2) % NODES)] })
      : makeCsr({ kind: 'client', nodeName: `new-${i}` }),
  )
}

function filled(csrs: readonly Csr[]): World {
  const world = new World()
  world.setReadable({ nodes: true, machines: 'absent' })
  for (let i = 0; i < NODES; i++) world.upsertNode(node(i, 'True'))
  for (const csr of csrs) world.upsertCsr(csr)
  world.takeTouched()
  return world
}

function everyCheck(world: World, csrs: readonly Csr[], context: Context): number[] {
  return csrs.map(({ uid }) => {
    const claim = world.claim(uid)
    if (claim === null) throw new Error(`the world has lost ${uid}`)
    const began = performance.now()
    const results = checkResults(claim, world, context)
    const took = performance.now() - began
    if (results.length === 0) throw new Error('no check applies')
    return took
  })
}

function everyChange(world: World, context: Context): number[] {
  // Every row once, as at the start of the program: from then on only what changes is judged.
  for (const name of world.machineNames()) deriveMachine(world, name, context)
  return Array.from({ length: CHANGES }, (_, i) => {
    const changed = node(i % NODES, 'False')
    const began = performance.now()
    world.upsertNode(changed)
    const { machines } = world.takeTouched()
    for (const name of machines) deriveMachine(world, name, context)
    const took = performance.now() - began
    if (!machines.has(changed.name)) throw new Error('the change touched nothing')
    return took
  })
}

function node(i: number, ready: 'True' | 'False'): Node {
  return makeNode({ name: nodeName(i), ips: [address(i)], ready })
}

function nodeName(i: number): string {
  return `node-${String(i + 1).padStart(4, '0')}`
}

/** Of the network for benchmarks, RFC 2544. */
function address(i: number): string {
  return `198.18.${Math.floor(i / 250)}.${(i % 250) + 1}`
}

function ms(value: number): string {
  return `${value.toFixed(value < 1 ? 3 : 1)} ms`
}
