import { setTimeout as sleep } from 'node:timers/promises'
import { post, requests } from '#e2e/fixtures/api.ts'
import type { App } from '#e2e/fixtures/app.ts'
import { CSRS, file, type KubeClient } from '#e2e/fixtures/kube-client.ts'
import { measureTurns } from '#e2e/fixtures/turns.ts'
import { BOOTSTRAPPER, makeRequest, nodeRequestor } from '#lib/csr/fixtures/make-csr.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { atMost, type Figure } from '../figure.ts'
import { memoryOf } from '../process-use.ts'

const NAMES = 200
const SANS = 100
const COMMON_NAMES = 800
const REQUESTS = NAMES + SANS + COMMON_NAMES
const REWRITES = 50
const REWRITE_EVERY_MS = 200
const SETTLE_MS = 5_000

const NODE = 'noisy'
const NODES = '/api/v1/nodes'
const LONG = '\u0001'

/** Cost to a server of texts as long as etcd accepts. */
export const texts: Figure = {
  name: 'texts',
  rare: true,
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
  async measure(rig) {
    const { cluster, kube } = await rig.empty()
    const turns = await rig.own(measureTurns(), (it) => it.stop())

    /** Starts an app, files requests with such texts, and tells what the app takes. */
    async function filing(name: (n: number) => string, text: string, isNoisy: boolean) {
      const env = isNoisy ? turns.env : {}
      await using app = await rig.app({ kubeconfig: cluster.kubeconfigs.approver, env })
      await answers(app, 0)
      // A second after its start the app loads the code of its routes.
      await sleep(SETTLE_MS)
      const began = Date.now()
      await fill(kube, name, text)
      const noise = isNoisy ? rewrite(kube) : null
      const bytes = await answers(app, REQUESTS)
      await noise
      await sleep(SETTLE_MS)
      return { bytes, rss: memoryOf(app.pid).rss, turn: turns.longestSince(began) }
    }

    const plain = await filing((n) => `plain-${n}`, '', false)
    await kube.call('DELETE', CSRS)
    await kube.call('DELETE', `${NODES}/${NODE}`)
    const longName = (n: number) => `${LONG.repeat(490_000 - String(n).length)}${n}`
    const large = await filing(longName, LONG.repeat(43_000), true)
    return [
      atMost(
        `${REQUESTS} requests as large as etcd takes them: largest answer`,
        2,
        large.bytes / 1e6,
        { unit: 'MB', digits: 2 },
      ),
      atMost(
        'the same, and a Ready message of 1.4 MB 5 times a second: longest turn',
        100,
        large.turn,
        { unit: 'ms' },
      ),
      atMost('server memory with them ÷ with as many plain ones', 2, large.rss / plain.rss, {
        digits: 2,
        more: `${large.rss.toFixed(0)} of ${plain.rss.toFixed(0)} MB RSS`,
      }),
    ]
  },
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

/** Bytes of the largest answer. */
async function answers(app: App, count: number): Promise<number> {
  const read = async (path: string) => textOf(await app.fetch(path))
  const rows = await until(
    `${count} requests to be listed`,
    async () => {
      const all = await requests(app)
      return all.length === count ? all : null
    },
    120_000,
  )
  const every = Math.max(1, Math.floor(rows.length / 20))
  const texts = [
    await read('/api/snapshot'),
    ...(count === 0 ? [] : [await read(`/api/machines/${NODE}`)]),
    await read('/api/policy/forecast'),
    await textOf(await post(app, '/api/plans', { selection: 'safe' })),
  ]
  for (const { uid } of rows.filter((_, index) => index % every === 0)) {
    texts.push(await read(`/api/requests/${uid}`))
  }
  return Math.max(...texts.map((text) => Buffer.byteLength(text)))
}

async function textOf(answer: Response): Promise<string> {
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`)
  return answer.text()
}
