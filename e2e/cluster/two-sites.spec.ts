/** Two clusters in one process, each with its own site: nothing crosses from one to the other. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { JudgedMachine } from '#lib/csr/rows/rows.ts'
import { readKubeconfig } from '#lib/kube/credentials/config.ts'
import { readSettings } from '#lib/settings/settings.ts'
import { rightToSee } from '#lib/web/door/route-handler.ts'
import { type Started, start } from '#lib/web/start.ts'
import { type Cluster, type Identity, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { conditionTypes, type KubeClient, kubeClient, readCsr } from '../fixtures/kube-client.ts'
import { fileOn, type OddRequest } from '../fixtures/real-requests.ts'

/** Each of these machines is expected in both clusters. */
const EXPECTED = [1, 2, 3, 4, 5, 6, 7].map((number) => `worker-${number}`)
const ADDRESS = '198.18.5.5'
/** Time for an event to reach the rows. */
const SOON = { timeout: 10_000 }

/** One cluster with its site. */
interface Side extends Pick<Started, 'running' | 'stop'> {
  readonly cluster: Cluster
  readonly admin: KubeClient
  /** The site's one person. */
  readonly caller: NonNullable<Awaited<ReturnType<Started['running']['people']['caller']>>>
}

let folder: string
let openBefore: readonly string[]
let a: Side
let b: Side

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-two-sites-'))
  writeFileSync(join(folder, 'expected.csv'), `name\n${EXPECTED.join('\n')}\n`)
  const options = { openshift: false, controllerManager: false }
  const clusters = await Promise.all([startCluster(options), startCluster(options)])
  openBefore = open()
  const sides = [openSite(clusters[0], 'approver'), openSite(clusters[1], 'admin')] as const
  ;[a, b] = await Promise.all(sides)
  await until('both are live', () => [a, b].every(({ running }) => running.feed.isLive()))
})
afterAll(async () => {
  for (const side of [a, b]) {
    await side?.admin.close()
    await side?.cluster.stop()
  }
  rmSync(folder, { recursive: true, force: true })
})

/** The dashboard on that cluster, as a laptop's person has it. */
async function openSite(cluster: Cluster, as: Identity): Promise<Side> {
  const kubeconfig = cluster.kubeconfigs[as]
  const reading = readSettings(['--expected', join(folder, 'expected.csv')], {
    COUNTERSIGN_LIVE_CERTIFICATES: 'off',
    COUNTERSIGN_RECORD: `sqlite:${join(folder, as)}.sqlite`,
  })
  if (!('settings' in reading)) throw new Error('The settings are refused.')
  const { settings } = reading
  const config = readKubeconfig({ kubeconfig, env: {} })
  const { running, stop } = start(settings, config, null, () => {})
  const authorization = `Bearer ${settings.launchKey}`
  const caller = await running.people.caller({
    ...{ authorization, cookie: undefined, binding: undefined },
  })
  if (caller === null) throw new Error('The launch key opens nothing.')
  return { running, stop, cluster, caller, admin: kubeClient(cluster.kubeconfigs.admin) }
}

/** Everything that keeps the process from ending, by kind. */
function open(): readonly string[] {
  return process.getActiveResourcesInfo().toSorted()
}

/** Files a request of that node there, and waits for its row. */
async function file(side: Side, odd: OddRequest): Promise<string> {
  const { metadata } = await fileOn(side.admin, odd)
  await until('the request is judged', () => requestOf(side, metadata.uid) !== undefined)
  return metadata.uid
}

async function addNode(side: Side, name: string, address: string): Promise<void> {
  const addresses = [
    { type: 'InternalIP', address },
    { type: 'Hostname', address: name },
  ]
  const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }]
  const body = {
    ...{ apiVersion: 'v1', kind: 'Node', metadata: { name } },
    status: { addresses, conditions },
  }
  const { status } = await side.admin.call('POST', '/api/v1/nodes', { body })
  expect(status).toBe(201)
  await until('the Node is known', () => machineOf(side, name)?.node !== undefined)
}

function machineOf({ running }: Side, name: string): JudgedMachine | undefined {
  return running.feed.moment().rows.machines.get(name)
}

function requestOf({ running }: Side, uid: string) {
  const machines = [...running.feed.moment().rows.machines.values()]
  return machines.flatMap(({ requests }) => requests).find((request) => request.uid === uid)
}

/** Asks for the verdict of a request with its failed checks. */
function verdictOf(side: Side, uid: string): () => readonly unknown[] {
  return () => {
    const request = requestOf(side, uid)
    return [request?.verdict, ...(request?.failing ?? [])]
  }
}

async function decide({ running, caller }: Side, decision: 'approve' | 'deny', uid: string) {
  const { resourceVersion = '' } = running.feed.judged(uid) ?? {}
  const outcomes: unknown[] = []
  await running.decisions.run(
    { decision, note: 'A test.', items: [{ uid, resourceVersion }] },
    {
      principal: caller.principal,
      signal: new AbortController().signal,
      tell: (line) => void ('outcome' in line && outcomes.push(line.outcome)),
    },
  )
  return outcomes
}

/** Decisions that arrived at that API server: each with its user and its answer. */
function decisionsAt({ cluster }: Side): readonly string[] {
  return auditEntries(cluster, '/approval').map(
    ({ user, responseStatus }) => `${user.username} ${responseStatus.code}`,
  )
}

/** Watches of requests that the API server serves now, by its own count. */
async function watchesAt({ admin }: Side): Promise<number> {
  const { body } = await admin.call<unknown>('GET', '/metrics')
  const counts = String(body).matchAll(
    /^apiserver_longrunning_requests\{.*resource="certificatesigningrequests".*\} (\d+)$/gm,
  )
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}

it('a key that one cluster has under a node name may have another one in the other cluster', async () => {
  const inA = await file(a, { nodeName: 'worker-1', keyName: 'one key' })
  const inB = await file(b, { nodeName: 'worker-2', keyName: 'one key' })
  await expect.poll(verdictOf(a, inA), SOON).toEqual(['verified'])
  await expect.poll(verdictOf(b, inB), SOON).toEqual(['verified'])
  await file(a, { nodeName: 'worker-3', keyName: 'one key' })
  await expect.poll(verdictOf(a, inA), SOON).toEqual(['suspicious', 'key.reuse'])
  await expect.poll(verdictOf(b, inB), SOON).toEqual(['verified'])
})

it('an address of a Node in one cluster is free in the other cluster', async () => {
  await addNode(a, 'worker-3', ADDRESS)
  await addNode(b, 'worker-4', ADDRESS)
  const serving = { kind: 'serving', ipAddresses: [ADDRESS] } as const
  const of = (nodeName: string) => ({ ...serving, nodeName, dnsNames: [nodeName] })
  const inA = await file(a, of('worker-3'))
  const inB = await file(b, of('worker-4'))
  await expect.poll(verdictOf(a, inA), SOON).toEqual(['plausible'])
  await expect.poll(verdictOf(b, inB), SOON).toEqual(['plausible'])
  await addNode(a, 'worker-6', ADDRESS)
  await expect.poll(verdictOf(a, inA), SOON).toEqual(['suspicious', 'sans.foreign'])
  await expect.poll(verdictOf(b, inB), SOON).toEqual(['plausible'])
})

it('a Node takes its name in its own cluster alone', async () => {
  await addNode(a, 'worker-5', '198.18.5.6')
  const inA = await file(a, { nodeName: 'worker-5' })
  const inB = await file(b, { nodeName: 'worker-5' })
  await expect.poll(verdictOf(a, inA), SOON).toEqual(['suspicious', 'node.new'])
  await expect.poll(verdictOf(b, inB), SOON).toEqual(['verified'])
})

it('an approval is written in its own cluster with the credential for it, and its machine counts as joined there alone', async () => {
  const inA = await file(a, { nodeName: 'worker-2' })
  const inB = await file(b, { nodeName: 'worker-2' })
  expect(await decide(a, 'approve', inA)).toEqual(['approved'])
  expect([decisionsAt(a), decisionsAt(b)]).toEqual([['approver 200'], []])
  const again = await file(a, { nodeName: 'worker-2', keyName: 'a second key' })
  await expect.poll(verdictOf(a, again), SOON).toEqual(['plausible'])
  await expect.poll(verdictOf(b, inB), SOON).toEqual(['verified'])
})

it('a denial holds its machine in its own cluster alone', async () => {
  const inA = await file(a, { nodeName: 'worker-7' })
  const inB = await file(b, { nodeName: 'worker-7' })
  expect(await decide(a, 'deny', inA)).toEqual(['denied'])
  const again = await file(a, { nodeName: 'worker-7', keyName: 'a third key' })
  await expect.poll(verdictOf(a, again), SOON).toEqual(['suspicious', 'machine.denial'])
  await expect.poll(verdictOf(b, inB), SOON).toEqual(['verified'])
})

it('a person of one cluster may see nothing of the other one', () => {
  expect([rightToSee(a.running, a.caller), rightToSee(b.running, b.caller)]).toEqual(['may', 'may'])
  expect(rightToSee(a.running, b.caller)).toBe('mayNot')
})

it('a decision counts in the metrics of its own cluster alone', async () => {
  const decided = async ({ running }: Side) =>
    (await running.metrics.text()).match(/(?<=decisions_total\{decision=")\w+/g)
  expect([await decided(a), await decided(b)]).toEqual([['approve', 'deny'], null])
})

it('requests and decisions are remembered in the record of their own cluster alone', async () => {
  const query = { words: [], decision: 'all' } as const
  const decided = ({ running }: Side) =>
    running.record.read(async (store) => (await store.page(query, 0, 10)).total)
  await until('A has recorded both decisions', async () => (await decided(a)) === 2)
  expect(await decided(b)).toBe(0)
  const uids = [...(machineOf(a, 'worker-7')?.requests ?? [])].map(({ uid }) => uid)
  expect(uids).toHaveLength(2)
  expect(uids.map((uid) => b.running.feed.nameOf(uid))).toEqual([null, null])
})

it('a site that stops leaves nothing open, and the other one goes on deciding', async () => {
  expect([await watchesAt(a), await watchesAt(b)]).toEqual([3, 3])
  await a.stop()
  await until('no watch of A is left', async () => (await watchesAt(a)) === 0)
  expect(await watchesAt(b)).toBe(3)
  const inB = await file(b, { nodeName: 'worker-1', name: 'after-the-stop' })
  await expect.poll(verdictOf(b, inB), SOON).toEqual(['verified'])
  expect(await decide(b, 'approve', inB)).toEqual(['approved'])
  expect(conditionTypes(await readCsr(b.admin, 'after-the-stop'))).toEqual(['Approved'])
  expect(decisionsAt(a)).toEqual(['approver 200', 'approver 200'])
  expect(decisionsAt(b)).toEqual(['kubernetes-admin 200'])
  await b.stop()
  // A poll of the test runner has a timer of its own.
  const isOver = () => `${open()}` === `${openBefore}`
  await until('nothing more is open than before', isOver, 10_000).catch(() => {})
  expect(open()).toEqual(openBefore)
})
