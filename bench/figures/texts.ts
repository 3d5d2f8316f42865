import { setTimeout as sleep } from 'node:timers/promises'
import { type App, startApp } from '#e2e/fixtures/app.ts'
import { CSRS, file, type KubeClient, kubeClient } from '#e2e/fixtures/kube-client.ts'
import { measureTurns } from '#e2e/fixtures/turns.ts'
import { BOOTSTRAPPER, makeRequest, nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { startCluster } from '#sandbox/control-plane/control-plane.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import type { Figure } from '../figure.ts'
import { memoryOf } from '../process-use.ts'

const NAMES = 200
const SANS = 100
const COMMON_NAMES = 800
const REQUESTS = NAMES + SANS + COMMON_NAMES
const REWRITES = 50
const REWRITE_EVERY_MS = 200
const SETTLE_MS = 5_000
const LISTED_WITHIN_MS = 120_000

const REACH_TURN_MS = 100
const REACH_BYTES = 2_000_000
const REACH_RATIO = 2

const NODE = 'noisy'
const NODES = '/api/v1/nodes'
const LONG = '\u0001'

/** Cost to a server of texts as long as etcd accepts. */
export const texts: Figure = {
  name: 'texts',
  method:
    `On a control plane of its own: ${NAMES} requests with names of 490 kB by one bootstrap ` +
    `credential, ${SANS} with one SAN of 44 kB of one machine, ${COMMON_NAMES} with a common name of ` +
    '44 kB, all of control characters where they can be, and a Node with 20,000 addresses and a ' +
    `version of 0.4 MB whose Ready message of 1.4 MB is rewritten ${1_000 / REWRITE_EVERY_MS} times ` +
    `a second for ${(REWRITES * REWRITE_EVERY_MS) / 1_000} s. Bytes: the largest of the snapshot, ` +
    'that machine’s page, a page of each kind of request, a plan and ' +
    'the forecast. They are filed while the app runs, which has answered each of these once before. ' +
    'Turn: the longest of its event loop from then on, in processor time of its thread ' +
    '(e2e/fixtures/measured-turns.ts). RSS: after all of that, ÷ that of an app with the same number ' +
    'of plain requests and one plain Node.',
  async measure() {
    const cluster = await startCluster({ controllerManager: false })
    const kube = kubeClient(cluster.kubeconfigs.admin)
    const turns = measureTurns()
    try {
      const kubeconfig = cluster.kubeconfigs.approver
      const plain = await withApp({ kubeconfig }, async (app) => {
        await answers(app, 0)
        await fill(kube, (n) => `plain-${n}`, '')
        await answers(app, REQUESTS)
        await sleep(SETTLE_MS)
        return memoryOf(app.pid).rss
      })
      await kube.call('DELETE', CSRS)
      await kube.call('DELETE', `${NODES}/${NODE}`)
      const large = await withApp({ kubeconfig, env: turns.env }, async (app) => {
        await answers(app, 0)
        // A second after its start the app loads the code of its first page.
        await sleep(SETTLE_MS)
        const began = Date.now()
        await fill(
          kube,
          (n) => `${LONG.repeat(490_000 - String(n).length)}${n}`,
          LONG.repeat(43_000),
        )
        const rewriting = rewrite(kube)
        const bytes = await answers(app, REQUESTS)
        await rewriting
        await sleep(SETTLE_MS)
        return { bytes, rss: memoryOf(app.pid).rss, turn: turns.longestSince(began) }
      })
      const { turn } = large
      const ratio = large.rss / plain
      return [
        {
          figure: `${REQUESTS} requests as large as etcd takes them: largest answer`,
          reach: `≤ ${REACH_BYTES / 1e6} MB`,
          measured: `${(large.bytes / 1e6).toFixed(2)} MB`,
          ok: large.bytes <= REACH_BYTES,
        },
        {
          figure: 'the same, and a Ready message of 1.4 MB 5 times a second: longest turn',
          reach: `≤ ${REACH_TURN_MS} ms`,
          measured: `${turn.toFixed(0)} ms`,
          ok: turn <= REACH_TURN_MS,
        },
        {
          figure: 'server memory with them ÷ with as many plain ones',
          reach: `≤ ${REACH_RATIO}`,
          measured: `${ratio.toFixed(2)} (${large.rss.toFixed(0)} of ${plain.toFixed(0)} MB RSS)`,
          ok: ratio <= REACH_RATIO,
        },
      ]
    } finally {
      turns.stop()
      await kube.close()
      await cluster.stop()
    }
  },
}

async function withApp<T>(
  options: Parameters<typeof startApp>[0],
  use: (app: App) => Promise<T>,
): Promise<T> {
  const app = await startApp(options)
  try {
    return await use(app)
  } finally {
    await app.stop()
  }
}

/** Files requests with a long SAN and common name, made from `text`. */
async function fill(kube: KubeClient, name: (n: number) => string, text: string): Promise<void> {
  const client = makeRequest({ kind: 'client', nodeName: 'named' })
  const san = makeRequest({ nodeName: NODE, dnsNames: [`a${text}`], ipAddresses: [] })
  const commonName = makeRequest({ kind: 'client', commonNames: [`system:node:a${text}`] })
  for (let n = 0; n < NAMES; n += 1) await bootstrap(kube, client, name(n))
  for (let n = 0; n < COMMON_NAMES; n += 1) await bootstrap(kube, commonName)
  for (let n = 0; n < SANS; n += 1) {
    await file(kube, {
      request: san,
      signerName: KUBELET_SERVING,
      usages: ['digital signature', 'server auth'],
      as: nodeRequestor(NODE),
    })
  }
  await kube.call('POST', NODES, { body: { metadata: { name: NODE } } })
}

function bootstrap(kube: KubeClient, request: string, name?: string) {
  return file(kube, {
    ...(name === undefined ? {} : { name }),
    request,
    signerName: KUBE_APISERVER_CLIENT_KUBELET,
    usages: ['digital signature', 'client auth'],
    as: BOOTSTRAPPER,
  })
}

/** Alternates long names and messages: both together exceed etcd's limit. */
async function rewrite(kube: KubeClient): Promise<void> {
  const addresses = Array.from({ length: 20_000 }, (_, n) => ({
    type: 'InternalIP',
    address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
  }))
  for (let n = 0; n < REWRITES; n += 1) {
    const message = `${n}${'x'.repeat(1_400_000)}`
    const nodeInfo = { kubeletVersion: `v${n}${LONG.repeat(200_000)}` }
    const status =
      n % 10 === 9
        ? { addresses, nodeInfo, conditions: [] }
        : {
            addresses: [],
            conditions: [{ type: 'Ready', status: 'False', reason: 'Noise', message }],
          }
    const contentType = 'application/merge-patch+json'
    await kube.call('PATCH', `${NODES}/${NODE}/status`, { body: { status }, contentType })
    await sleep(REWRITE_EVERY_MS)
  }
}

interface Row {
  readonly uid: string
  readonly resourceVersion: string
}

/** Bytes of the largest answer. */
async function answers(app: App, count: number): Promise<number> {
  const read = async (path: string, init?: RequestInit) => {
    const response = await app.fetch(path, init)
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    return response.text()
  }
  const rows = await until(
    `${count} requests to be listed`,
    async () => {
      const { machines, others } = JSON.parse(await read('/api/snapshot')) as {
        machines: readonly { requests: readonly Row[] }[]
        others: readonly Row[]
      }
      const all = [...machines.flatMap(({ requests }) => requests), ...others]
      return all.length === count ? all : null
    },
    LISTED_WITHIN_MS,
  )
  const plan = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ selection: 'safe' }),
  }
  const every = Math.max(1, Math.floor(rows.length / 20))
  const texts = [
    await read('/api/snapshot'),
    ...(count === 0 ? [] : [await read(`/api/machines/${NODE}`)]),
    await read('/api/policy/forecast'),
    await read('/api/plans', plan),
  ]
  for (const { uid } of rows.filter((_, index) => index % every === 0)) {
    texts.push(await read(`/api/requests/${uid}`))
  }
  return Math.max(...texts.map((text) => Buffer.byteLength(text)))
}
