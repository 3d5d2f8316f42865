import {
  makeContext,
  makeMachineObject,
  makeNode,
  NOW,
  presents,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { type Context, deriveMachine } from '#lib/csr/machine/derive.ts'
import type { CheckCode, Csr, Node } from '#lib/csr/model.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { CHECKS } from '#lib/csr/verdict/check-table.ts'
import { checkResults } from '#lib/csr/verdict/verdict.ts'
import { World } from '#lib/csr/world/world.ts'
import { readPolicy } from '#lib/policy/read-policy.ts'
import { atMost, type Figure } from '../figure.ts'
import { quantile, spread } from '../quantiles.ts'
import { CROWD } from '../rig.ts'

const { nodes: NODES, csrs: REQUESTS } = CROWD
/** Nodes that change one at a time. */
const CHANGES = 1_000

/** A policy with every field and with rules of its own. */
const POLICY = `
apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata: { name: bench }
spec:
  allowedAddresses: [10.0.0.0/8, 198.18.0.0/15, "fd00::/8"]
  allowedNames: [db-*, node-*, new-*]
  rules:
    - name: own-name-only
      message: A machine asks for its own name.
      cel: request.dnsNames.all(name, name == request.nodeName)
    - name: no-databases
      message: Databases have certificates of their own.
      cel: '!request.dnsNames.exists(name, name.startsWith("db-"))'
  automatic: { mode: act }
`

/**
 * Two figures of the domain alone, in this process. The requests are real PKCS#10 with a key each;
 * making them is not measured.
 */
export const checks: Figure = {
  name: 'checks',
  appless: true,
  method:
    `In process, on ${NODES} nodes, each with a Machine, a line in the list of expected machines and ` +
    `a certificate on its port, and ${REQUESTS} requests with real keys: half serving requests of ` +
    'the nodes, a quarter client requests of new machines, a quarter renewals of client ' +
    'certificates; the policy has prefixes, name patterns and two rules in CEL. Each check of the ' +
    'table has answered at least once. All checks: every check of ' +
    'the table for one pending request, nothing remembered, over all requests, after one round to ' +
    `warm up. One node changes: its readiness turns over, and every row that this touches is ` +
    `derived again; ${CHANGES} nodes in turn. p50, p99 and the worst are given, the worst counts ` +
    'for the node and p99 for the checks (a single collection of garbage is longer than all of ' +
    'them). On a core: without the time in which others had it, from the thread’s processor time.',
  async measure() {
    const csrs = requests()
    const context = makeContext({ policy: policy() })
    const world = filled(csrs)
    everyCheck(world, csrs, context)
    const asked = codesOf(world, csrs, context)
    const left = CHECKS.filter(({ code }) => !asked.has(code))
    if (left.length > 0) throw new Error(`never asked: ${left.map(({ code }) => code)}`)
    const took = everyCheck(world, csrs, context)
    const changed = everyChange(world, context)
    const changes = changed.map(({ wall }) => wall)
    const onCore = changed.map(({ core }) => core)
    return [
      atMost(`all ${CHECKS.length} checks for one request, p99`, 1, quantile(took, 0.99), {
        unit: 'ms',
        digits: 3,
        more: spread(took, [0.5, 1], 3),
      }),
      atMost(
        `${REQUESTS} requests, ${NODES} nodes, one node changes: worst`,
        16,
        Math.max(...changes),
        {
          unit: 'ms',
          digits: 1,
          more: `${spread(changes, [0.5, 0.99], 3)}; on a core: ${spread(onCore, [1], 1)}`,
        },
      ),
    ]
  },
}

function policy(): Policy {
  const reading = readPolicy(POLICY)
  if (!('value' in reading)) throw new Error(JSON.stringify(reading.problems))
  return reading.value
}

function requests(): readonly Csr[] {
  return Array.from({ length: REQUESTS }, (_, i) => {
    const n = Math.floor(i / 2) % NODES
    if (i % 2 === 0) return makeCsr({ nodeName: nodeName(n), ipAddresses: [address(n)] })
    if (i % 4 === 1) return makeCsr({ kind: 'client', nodeName: `new-${i}` })
    return makeCsr({ kind: 'renewal', nodeName: nodeName(n) })
  })
}

function filled(csrs: readonly Csr[]): World {
  const world = new World()
  world.setReadable({ nodes: true, machines: true })
  world.setKubeletRules({ ports: [10_250], networks: ['198.18.0.0/15'] })
  const numbers = Array.from({ length: NODES }, (_, i) => i)
  for (const i of numbers) {
    const name = nodeName(i)
    const there = node(i, 'True')
    world.upsertNode(there)
    world.upsertMachineObject(
      makeMachineObject({ name, internalDns: [name], ips: [address(i)], nodeRef: name }),
    )
    const live = presents({ nodeName: name, ipAddresses: [address(i)] })
    world.setEvidence(name, {
      where: world.kubeletPlace(there),
      askedAt: NOW,
      ca: 'kubeconfig',
      live,
    })
  }
  world.setExpected(
    numbers.map((i) => ({ name: nodeName(i), addresses: [address(i)], role: 'worker' })),
  )
  for (const csr of csrs) world.upsertCsr(csr)
  world.takeTouched()
  return world
}

function codesOf(world: World, csrs: readonly Csr[], context: Context): ReadonlySet<CheckCode> {
  return new Set(
    csrs.flatMap(({ uid }) => {
      const claim = world.claim(uid)
      return claim === null ? [] : checkResults(claim, world, context).map(({ code }) => code)
    }),
  )
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

interface Took {
  /** Elapsed milliseconds. */
  readonly wall: number
  /** Milliseconds in which this thread had a core. */
  readonly core: number
}

function everyChange(world: World, context: Context): Took[] {
  // Derive every row once, as at the start of the program; then only changes are judged.
  for (const name of world.machineNames()) deriveMachine(world, name, context)
  return Array.from({ length: CHANGES }, (_, i) => {
    const changed = node(i % NODES, 'False')
    const [began, before] = [performance.now(), process.threadCpuUsage()]
    world.upsertNode(changed)
    const { machines } = world.takeTouched()
    for (const name of machines) deriveMachine(world, name, context)
    const wall = performance.now() - began
    const { user, system } = process.threadCpuUsage(before)
    if (!machines.has(changed.name)) throw new Error('the change touched nothing')
    return { wall, core: (user + system) / 1_000 }
  })
}

function node(i: number, ready: 'True' | 'False'): Node {
  return makeNode({ name: nodeName(i), ips: [address(i)], ready })
}

function nodeName(i: number): string {
  return `node-${String(i + 1).padStart(4, '0')}`
}

/** An address of RFC 2544's network for benchmarks. */
function address(i: number): string {
  return `198.18.${Math.floor(i / 250)}.${(i % 250) + 1}`
}
