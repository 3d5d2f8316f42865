import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { until } from '../cluster/until.ts'
import { snapshot } from '../fixtures/api.ts'
import { type App, startApp } from '../fixtures/app.ts'
import {
  CSRS,
  conditionTypes,
  type KubeClient,
  type KubeObject,
  kubeClient,
} from '../fixtures/kube-client.ts'
import type { ApproverProcess } from './approver-process.ts'
import { type Installation, installApprover } from './installation.ts'
import {
  eachOf,
  fileStory,
  goodTraffic,
  hostileTraffic,
  joinAll,
  type Planned,
  shuffled,
  TRAFFIC_SPEC,
} from './traffic.ts'

/**
 * 500 good requests and more than 500 hostile ones, mixed, on a real API server: first under a
 * policy that only watches, then under the same policy acting.
 */

const GOOD = 500
const POLICY = 'configmap:countersign/countersign-policy'
const MINUTES = 60_000

const traffic = { good: goodTraffic(GOOD), ...hostileTraffic(GOOD) }
const planned = [...traffic.good, ...traffic.hostile]
const filed = new Map<string, Planned>()
let cluster: Cluster
let admin: KubeClient
let installation: Installation
let approver: ApproverProcess
let app: App

beforeAll(async () => {
  cluster = await startCluster()
  admin = kubeClient(cluster.kubeconfigs.admin)
  installation = await installApprover(cluster, admin)
  await writePolicy('shadow')
  approver = await installation.start('one')
  app = await startApp({
    kubeconfig: cluster.kubeconfigs.admin,
    env: { COUNTERSIGN_POLICY: POLICY },
  })
  await joinAll(admin, traffic)
  await eachOf(shuffled(planned), async (one) => {
    const request = await fileStory(admin, one)
    if (request !== null) filed.set(request.metadata.uid, one)
  })
}, 5 * MINUTES)

afterAll(async () => {
  await app?.stop()
  await installation?.stop()
  await admin?.close()
  await cluster?.stop()
})

function writePolicy(mode: 'shadow' | 'act'): Promise<void> {
  return installation.writePolicy({ name: 'traffic', mode, spec: TRAFFIC_SPEC })
}

const m = (name: string) => `countersign_approver_${name}`
const namesOf = (uids: Iterable<unknown>) =>
  [...uids].map((uid) => filed.get(String(uid))?.name ?? `? ${uid}`).toSorted()
const GOOD_NAMES = traffic.good.map(({ name }) => name).toSorted()

/** As much of the answer as is looked at. */
interface ShadowAnswer {
  readonly counts: Readonly<Record<string, number>>
  readonly rows: readonly { readonly uid: string }[]
}

async function listed(): Promise<readonly KubeObject[]> {
  return (await admin.call<{ items: readonly KubeObject[] }>('GET', CSRS)).body.items
}

async function forecast(query = ''): Promise<ShadowAnswer> {
  const response = await app.fetch(`/api/policy/forecast${query}`)
  if (!response.ok) throw new Error(`forecast: ${response.status} ${await response.text()}`)
  return (await response.json()) as ShadowAnswer
}

it('there are enough of both', () => {
  const good = [...filed.values()].filter(({ name }) => GOOD_NAMES.includes(name))
  expect(good).toHaveLength(GOOD)
  expect(filed.size - good.length).toBeGreaterThanOrEqual(500)
})

it('watching, it would approve every good one and none of the hostile', {
  timeout: 2 * MINUTES,
}, async () => {
  await until(
    'every request to be judged',
    async () => {
      const left = await approver.metric(m('left_requests'))
      return left + everWould().size === filed.size ? true : null
    },
    MINUTES,
  )
  expect(namesOf(everWould())).toEqual(GOOD_NAMES)
  expect((await listed()).flatMap(conditionTypes)).toEqual([])
})

it('each fault alone is seen by the check that is there for it', async () => {
  const { machines, others } = await snapshot(app)
  const rows = [...machines.flatMap(({ requests }) => requests), ...others]
  const failing = new Map(rows.map((row) => [row.uid, row.failing]))
  const missed: string[] = []
  for (const [uid, { name, checks }] of filed) {
    // Of two, the first may leave nothing for the second to be seen in: a text before the PEM block.
    const seen = checks.some((check) => failing.get(uid)?.includes(check) === true)
    if (checks.length > 0 && !seen) missed.push(`${name}: ${checks.join(', ')}`)
  }
  expect(missed).toEqual([])
})

it('the page forecasts what the approver says it would do', async () => {
  const { rows } = await forecast('?show=wouldApprove')
  expect(namesOf(rows.map(({ uid }) => uid))).toEqual(GOOD_NAMES)
})

it('acting, it does exactly that', { timeout: 3 * MINUTES }, async () => {
  await writePolicy('act')
  const approved = await until(
    'every good request to be approved',
    async () => {
      const decided = (await listed()).filter((csr) => conditionTypes(csr).length > 0)
      return decided.length >= GOOD ? decided : null
    },
    2 * MINUTES,
  )
  // Once more round for everything that is left: nothing else follows.
  await until('the approver to rest', async () => {
    return (await approver.metric(m('pending_requests'))) === filed.size - GOOD
  })
  expect(namesOf(approved.map(({ metadata }) => metadata.uid))).toEqual(GOOD_NAMES)
  const types = (await listed()).flatMap(conditionTypes).filter((type) => type !== 'Approved')
  expect(types).toEqual([])
  expect(await approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(GOOD)
  expect(await approver.metric(m('left_requests'))).toBe(filed.size - GOOD)
})

it('and the page says that nothing differs from what was done', async () => {
  const { counts } = await until('the page to have seen it', async () => {
    const answer = await forecast()
    return answer.counts.same === filed.size ? answer : null
  })
  expect(counts).toEqual({ same: filed.size, wouldApprove: 0, wouldLeave: 0, cannotTell: 0 })
})

/** Of which requests the approver ever said that it would approve them. */
function everWould(): ReadonlySet<unknown> {
  const lines = approver.log.filter(({ event }) => event === 'wouldApprove')
  return new Set(lines.map(({ uid }) => uid))
}
