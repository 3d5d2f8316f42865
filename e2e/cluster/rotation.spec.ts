import { createHash, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Cluster, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { readWithGo } from '#sandbox/control-plane/go-reading.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import {
  CSRS,
  conditionTypes,
  csrPath,
  type KubeClient,
  type KubeObject,
  kubeClient,
} from '../fixtures/kube-client.ts'

const CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet'
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
  cluster = await startCluster({ openshift: false, controllerManagerArgs: [SHORT_LIVED] })
  admin = kubeClient(cluster.kubeconfigs.admin)
})
afterAll(async () => {
  await admin?.close()
  await cluster?.stop()
})

it('a light kubelet renews its client certificate with the previous one, and with another key', async () => {
  await cluster.startLightKubelets({ count: 1, prefix: 'short-' })
  const chain = [await issueNext(), await issueNext(), await issueNext()]

  expect(chain.map(({ spec }) => spec.username)).toEqual([
    'system:serviceaccount:openshift-machine-config-operator:node-bootstrapper',
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
  const { metadata } = await until('a client request', async () => {
    const { body } = await admin.call<{ items: readonly KubeObject[] }>('GET', CSRS)
    return body.items.find(
      (csr) => csr.spec.signerName === CLIENT && conditionTypes(csr).length === 0,
    )
  })
  await cluster.kubectl(['certificate', 'approve', metadata.name], { as: 'approver' })
  return until('its certificate', async () => {
    const { body } = await admin.call('GET', csrPath(metadata.name))
    return body.status?.certificate !== undefined && body
  })
}

function credentialOf({ status }: KubeObject): string {
  const { raw } = new X509Certificate(Buffer.from(status?.certificate ?? '', 'base64'))
  return `X509SHA256=${createHash('sha256').update(raw).digest('hex')}`
}
