import { beforeAll, describe, expect, it } from 'vitest'
import { answerOf, call } from '#app/fixtures/call-route.ts'
import { type DecisionRig, decisionRig } from '#lib/act/fixtures/decision-rig.ts'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import {
  FLOODED,
  largeMachines,
  largeNode,
  largeNodes,
  largeOperators,
  largeRequests,
  longCommonNames,
  longLists,
  longNames,
  longProposals,
  longSans,
  manySans,
} from '#lib/kube/fixtures/largest-objects.ts'
import {
  projectClusterOperator,
  projectCsr,
  projectMachine,
  projectNode,
} from '#lib/kube/objects/project.ts'
import { rememberRunning } from '#lib/web/door/running.ts'
import { runningFor } from '#lib/web/fixtures/running-rig.ts'
import { DECISION_LIMIT, type Snapshot, type StreamEvent } from '#lib/wire/wire.ts'
import { GET as activity } from './activity/route.ts'
import { POST as decisions } from './decisions/route.ts'
import { GET as expected } from './expected/route.ts'
import { GET as machine } from './machines/[name]/route.ts'
import { GET as machines } from './machines/route.ts'
import { GET as nodes } from './nodes/route.ts'
import { POST as makePlan } from './plans/route.ts'
import { GET as forecast } from './policy/forecast/route.ts'
import { POST as previewPolicy } from './policy/preview/route.ts'
import { GET as policy } from './policy/route.ts'
import { GET as request } from './requests/[uid]/route.ts'
import { GET as requests } from './requests/route.ts'
import { GET as search } from './search/route.ts'
import { GET as snapshot } from './snapshot/route.ts'
import { GET as summary } from './summary/route.ts'

/** Most bytes of an answer, whatever the cluster holds. */
const MOST_BYTES = 2_000_000
/** Requests but for those with many names, which are of one machine. */
const OTHERS = 200 + 100 + 800 + 20 + 20
const SETUP_WITHIN_MS = 60_000
/**
 * The slowest answer takes 100 to 300 ms. Without bounds on texts it took 2.4 s on a quick machine.
 */
const MOST_MS = 2_000

let rig: DecisionRig
let rows: readonly RequestRow[]

beforeAll(async () => {
  const csrs = [
    ...longNames(200),
    ...longSans(100),
    ...manySans(40),
    ...longCommonNames(800),
    ...largeRequests(20),
    ...longLists(20),
    ...longProposals(20, 'uid-of-san-0'),
  ].map(projectCsr)
  rig = await decisionRig({
    csrs,
    nodes: largeNodes(20).map(projectNode),
    machines: largeMachines(20).map((raw) => projectMachine('machine.openshift.io', raw)),
    policy: { secondPerson: { for: ['suspicious'], withinSeconds: 3_600 } },
  })
  rig.cluster.operators.list(...largeOperators(10).map(projectClusterOperator))
  await rig.cluster.turn()
  await untilListed()
  rememberRunning(runningFor(rig))
  const whole = (await answerOf(call(snapshot, '/api/snapshot'))) as Snapshot
  rows = [...whole.machines.flatMap(({ requests }) => requests), ...whole.others]
}, SETUP_WITHIN_MS)

/**
 * Waits until all requestors’ requests were read: requestors take turns, with some requests a turn.
 */
async function untilListed(): Promise<void> {
  const { others } = rig.cluster.feed.moment().rows
  for (let turns = 0; turns < 200 && others.size < OTHERS; turns += 1) await rig.cluster.turn()
}

const bytesOf = (text: string) => Buffer.byteLength(text)

describe('the API in a world of the largest objects that etcd accepts', () => {
  it('every request of that world has a row', () => {
    expect(rows).toHaveLength(OTHERS + 40)
  })

  it.each<[string, () => Promise<Response>]>([
    ['the snapshot', () => call(snapshot, '/api/snapshot')],
    ['a page of machines', () => call(machines, '/api/machines?section=all&to=200')],
    ['a page of waiting machines', () => call(machines, '/api/machines?section=waiting&to=200')],
    ['a page of requests', () => call(requests, '/api/requests?to=200')],
    ['a page of requests found', () => call(requests, '/api/requests?to=200&text=%00%20a')],
    ['a page of nodes', () => call(nodes, '/api/nodes?to=200')],
    ['a page of activity', () => call(activity, '/api/activity?to=200')],
    ['a search', () => call(search, '/api/search?text=a')],
    ['the summary', () => call(summary, '/api/summary')],
    ['a machine with 140 requests of 44 kB', () => call(machine, { name: FLOODED })],
    ['a machine with a Node and a Machine of 1.5 MB', () => call(machine, { name: 'large-1' })],
    ...[
      'name-0',
      'uid-of-san-0',
      'uid-of-sans-0',
      'uid-of-cn-0',
      'uid-of-large-0',
      'uid-of-lists-0',
    ].map((uid): [string, () => Promise<Response>] => [
      `the request ${uid}`,
      () => call(request, { uid }),
    ]),
    ['a plan', () => call(makePlan, '/api/plans', { selection: 'safe' })],
    ['the forecast', () => call(forecast, '/api/policy/forecast')],
    ['the policy', () => call(policy, '/api/policy')],
    ['a policy tried', () => call(previewPolicy, '/api/policy/preview', { text: '' })],
    ['the expected machines', () => call(expected, '/api/expected')],
  ])('the answer to %s is small and quick', async (_, answer) => {
    const begun = process.threadCpuUsage()
    const response = await answer()
    const text = await response.text()
    const { user, system } = process.threadCpuUsage(begun)
    expect([response.ok, bytesOf(text) <= MOST_BYTES]).toEqual([true, true])
    expect((user + system) / 1_000).toBeLessThan(MOST_MS)
  })

  it('an event is small, whatever has changed', async () => {
    const reported: StreamEvent[] = []
    const undo = rig.cluster.feed.subscribe((event) => reported.push(event))
    for (let n = 0; n < 5; n += 1) {
      const message = `${n}${'\u0001'.repeat(1_400_000)}`
      rig.cluster.nodes.put({
        ...projectNode(largeNode(FLOODED, 0, message)),
        resourceVersion: `2${n}`,
      })
      await rig.cluster.turn()
    }
    rig.cluster.feed.policyChanged()
    await rig.cluster.turn()
    undo()
    expect(reported.length).toBeGreaterThan(0)
    for (const event of reported) {
      expect(bytesOf(JSON.stringify(event))).toBeLessThanOrEqual(MOST_BYTES)
    }
  })

  it('every request of that world can be denied', async () => {
    const outcomes: (string | undefined)[] = []
    for (const items of batches()) {
      const answer = await call(decisions, '/api/decisions', { decision: 'deny', items })
      expect(answer.status).toBe(200)
      const lines = (await answer.text()).trim().split('\n')
      outcomes.push(...lines.map((line) => (JSON.parse(line) as { outcome?: string }).outcome))
    }
    expect(outcomes.filter((outcome) => outcome !== undefined)).toEqual(rows.map(() => 'denied'))
    const longest = Math.max(...rig.audit.map((entry) => JSON.stringify(entry).length))
    expect(longest).toBeLessThan(2_000)
  })
})

function batches() {
  const items = rows.map(({ uid, resourceVersion }) => ({ uid, resourceVersion }))
  const count = Math.ceil(items.length / DECISION_LIMIT)
  return Array.from({ length: count }, (_, n) =>
    items.slice(n * DECISION_LIMIT, (n + 1) * DECISION_LIMIT),
  )
}
