/** Light kubelets, which the tests and `npm run cluster` have many of, act as kubelets do. */
import { createHash, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'
import { type Cluster, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { readWithGo } from '#sandbox/control-plane/go-reading.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { decideByHand, MACHINES } from '../approver/machines.ts'
import {
  CSRS,
  conditionTypes,
  csrPath,
  isReady,
  type KubeClient,
  type KubeObject,
  kubeClient,
} from '../fixtures/kube-client.ts'

const BOOTSTRAPPER = 'system:serviceaccount:openshift-machine-config-operator:node-bootstrapper'
/** Key in `extra` with the requestor's certificate. */
const CREDENTIAL = 'authentication.kubernetes.io/credential-id'

/**
 * Lifetime with which a kubelet renews almost at once: at 70–90 % of it and the backdated five
 * minutes.
 */
const SHORT_LIVED = '--cluster-signing-duration=40s'

let cluster: Cluster
let admin: KubeClient

beforeAll(async () => {
  cluster = await startCluster({ controllerManagerArgs: [SHORT_LIVED] })
  admin = kubeClient(cluster.kubeconfigs.admin)
})
afterAll(async () => {
  await admin?.close()
  await cluster?.stop()
})

async function requests(): Promise<readonly KubeObject[]> {
  return (await admin.call<{ items: readonly KubeObject[] }>('GET', CSRS)).body.items
}

/** Pending requests of that signer for a node, by the name inside them rather than by requestor. */
async function pending(node: string, signerName: string): Promise<readonly KubeObject[]> {
  return (await requests()).filter((csr) => {
    if (csr.spec.signerName !== signerName || conditionTypes(csr).length > 0) return false
    return readRequest(csr.spec.request).x509cr?.subject.commonNames[0] === `system:node:${node}`
  })
}

it('a light kubelet renews its client certificate with the previous one, and with another key', async () => {
  const crowd = await cluster.startLightKubelets({ count: 1, prefix: 'short-' })
  const chain = [await issueNext(), await issueNext(), await issueNext()]
  await crowd.stop()

  expect(chain.map(({ spec }) => spec.username)).toEqual([
    BOOTSTRAPPER,
    'system:node:short-1',
    'system:node:short-1',
  ])
  const shown = chain.map(({ spec }) => spec.extra?.[CREDENTIAL]?.[0])
  expect(shown.slice(1)).toEqual(chain.slice(0, -1).map(credentialOf))
  const read = await readWithGo(chain.map(({ spec }) => spec.request))
  expect(new Set(read.map(({ rawPublicKey }) => rawPublicKey)).size).toBe(3)
})

/** Approves the pending client request; returns it with its certificate. */
async function issueNext(): Promise<KubeObject> {
  const csr = await until('a client request', async () => {
    return (await pending('short-1', KUBE_APISERVER_CLIENT_KUBELET))[0]
  })
  await decideByHand(admin, csr, 'Approved')
  return until('its certificate', async () => {
    const { body } = await admin.call('GET', csrPath(csr.metadata.name))
    return body.status?.certificate !== undefined && body
  })
}

function credentialOf({ status }: KubeObject): string {
  const { raw } = new X509Certificate(Buffer.from(status?.certificate ?? '', 'base64'))
  return `X509SHA256=${createHash('sha256').update(raw).digest('hex')}`
}

it('light kubelets join as kubelets do, each with a Machine that finally names its Node', async () => {
  const options = { prefix: 'light-', machineObjects: true, wait: '5s', readyAfter: '0s' }
  const crowd = await cluster.startLightKubelets({ count: 3, ...options })
  const nodes = ['light-1', 'light-2', 'light-3']

  // A kubelet without an answer files another request with another key, and both stay.
  const [older, newer] = await until('a second request of light-1', async () => {
    const all = await pending('light-1', KUBE_APISERVER_CLIENT_KUBELET)
    return all.length > 1 && all
  })
  expect(older?.spec.username).toBe(BOOTSTRAPPER)
  const keys = await readWithGo([older?.spec.request ?? '', newer?.spec.request ?? ''])
  expect(keys[0]?.rawPublicKey).not.toBe(keys[1]?.rawPublicKey)

  const hasJoined = async (node: string) =>
    (await isReady(admin, node)) &&
    (await requests()).some(
      ({ spec, status }) =>
        spec.signerName === KUBELET_SERVING &&
        spec.username === `system:node:${node}` &&
        status?.certificate,
    )
  await until('all have joined', async () => {
    for (const node of nodes) {
      for (const signer of [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING]) {
        for (const csr of await pending(node, signer)) await decideByHand(admin, csr, 'Approved')
      }
    }
    return (await Promise.all(nodes.map(hasJoined))).every(Boolean)
  })

  const { body } = await admin.call<{ items: readonly Machine[] }>('GET', MACHINES)
  const machines = body.items.map(({ status }) => [status.phase, status.nodeRef?.name])
  expect(machines).toEqual(nodes.map((node) => ['Running', node]))
  await crowd.stop()
})

interface Machine {
  readonly status: { readonly phase: string; readonly nodeRef?: { readonly name: string } }
}
