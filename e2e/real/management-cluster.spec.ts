/** On a management cluster of Cluster API the Machines of other clusters confirm nothing here. */
import type { RequestDetail } from '#lib/csr/rows/rows.ts'
import { untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import type { KubeClient, KubeObject } from '../fixtures/kube-client.ts'
import { expect, test } from '../fixtures/real.ts'
import { fileOn, removeRequests } from '../fixtures/real-requests.ts'
import { letIn } from '../fixtures/tenant-machines.ts'

const NAMESPACES = '/api/v1/namespaces'
const MACHINES = '/apis/cluster.x-k8s.io/v1beta1/namespaces/fleet/machines'
const NODES = '/api/v1/nodes'
const OPENSHIFT_MACHINES =
  '/apis/machine.openshift.io/v1beta1/namespaces/openshift-machine-api/machines'

/** Nodes of the guest cluster. */
const members = ['guest-0']

test.beforeEach(({ kube }) => removeRequests(kube))
test.afterAll(async ({ kube }) => {
  await removeRequests(kube)
  for (const name of ['guest-1', ...members]) {
    await kube.call('DELETE', `${MACHINES}/${name}`)
    await kube.call('DELETE', `${NODES}/${name}`)
  }
  await kube.call('DELETE', `${OPENSHIFT_MACHINES}/edge-5`)
  for (const name of ['fleet', 'tenant']) await kube.call('DELETE', `${NAMESPACES}/${name}`)
})

async function call(
  kube: KubeClient,
  method: string,
  path: string,
  options: Parameters<KubeClient['call']>[2] = {},
): Promise<KubeObject> {
  const { status, body } = await kube.call<KubeObject>(method, path, options)
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${body.message}`)
  return body
}

async function makeMachine(kube: KubeClient, name: string, status: object): Promise<void> {
  const apiVersion = 'cluster.x-k8s.io/v1beta1'
  const body = { apiVersion, kind: 'Machine', metadata: { name }, spec: { clusterName: 'guest' } }
  await call(kube, 'POST', MACHINES, { body })
  await writeStatus(kube, name, {
    addresses: [{ type: 'InternalDNS', address: name }],
    ...status,
  })
}

async function writeStatus(kube: KubeClient, name: string, status: object): Promise<void> {
  const contentType = 'application/merge-patch+json'
  await call(kube, 'PATCH', `${MACHINES}/${name}/status`, { contentType, body: { status } })
}

/** Annotations with which a Node names its owner. */
function annotationsOf(machine: string): Readonly<Record<string, string>> {
  return {
    'cluster.x-k8s.io/cluster-namespace': 'fleet',
    'cluster.x-k8s.io/cluster-name': 'guest',
    'cluster.x-k8s.io/machine': machine,
  }
}

/** Names of the other Nodes, which earlier tests on this cluster made. */
async function othersThan(name: string, kube: KubeClient): Promise<readonly string[]> {
  const { body } = await kube.call<{ readonly items: readonly KubeObject[] }>('GET', NODES)
  return body.items.map(({ metadata }) => metadata.name).filter((other) => other !== name)
}

async function confirmed(app: App, uid: string): Promise<string> {
  const detail = (await (await app.fetch(`/api/requests/${uid}`)).json()) as RequestDetail
  const check = detail.checks.find(({ code }) => code === 'identity.machine')
  return `${detail.verdict}: ${check?.outcome} ${check?.finding}`
}

test('a stranger by the name of another cluster’s Machine is not verified, until most Nodes here are of that cluster', async ({
  page,
  kube,
  app,
}) => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'fleet' } }
  await call(kube, 'POST', NAMESPACES, { body: namespace })
  const elsewhere = { kind: 'Node', name: 'guest-0', uid: 'a-node-of-the-guest' }
  await makeMachine(kube, 'guest-0', { nodeRef: elsewhere })
  await makeMachine(kube, 'guest-1', {})
  const { uid } = (await fileOn(kube, { nodeName: 'guest-1' })).metadata
  await untilListed(app, uid)
  await expect.poll(() => confirmed(app, uid)).toBe('plausible: unknown otherCluster')

  await page.goto(app.at('/machines/guest-1'))
  await expect(page.getByText(/The Machine fleet\/guest-1 has this name, but its/)).toBeVisible()
  await expect(page.getByText('Machine object', { exact: true })).toHaveCount(0)

  // A Node with the guest's name is not the guest's, and no Node here claims that.
  const body = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'guest-0' } }
  const node = await call(kube, 'POST', NODES, { body })
  await expect
    .poll(async () => (await app.fetch('/api/machines/guest-0')).status, { timeout: 15_000 })
    .toBe(200)
  await writeStatus(kube, 'guest-0', { nodeRef: { ...elsewhere, uid: node.metadata.uid } })
  expect(await confirmed(app, uid)).toBe('plausible: unknown otherCluster')

  const contentType = 'application/merge-patch+json'
  const annotated = { contentType, body: { metadata: { annotations: annotationsOf('guest-0') } } }
  await call(kube, 'PATCH', `${NODES}/guest-0`, annotated)
  // As many as all the others together: with guest-0 they are most of the Nodes.
  for (const name of await othersThan('guest-0', kube)) {
    const member = `guest-beside-${name}`
    members.push(member)
    const metadata = { name: member, annotations: annotationsOf(member) }
    const { uid } = (await call(kube, 'POST', NODES, { body: { ...body, metadata } })).metadata
    await makeMachine(kube, member, { nodeRef: { kind: 'Node', name: member, uid } })
  }
  await expect.poll(() => confirmed(app, uid)).toBe('verified: pass confirmed')
  await expect(page.getByText('Machine object', { exact: true })).toBeVisible()

  await call(kube, 'DELETE', `${NODES}/guest-0`)
  await expect.poll(() => confirmed(app, uid)).toBe('plausible: unknown otherCluster')
  await expect(page.getByText('Machine object', { exact: true })).toHaveCount(0)
})

test('a tenant who writes Machines in their namespace confirms nothing and holds up nothing', async ({
  page,
  kube,
  app,
}) => {
  const tenant = await letIn(kube, { namespace: 'tenant' })
  const status = (name: string, address: string) => ({
    addresses: [
      { type: 'InternalDNS', address: name },
      { type: 'InternalIP', address },
    ],
  })
  const mine = { apiVersion: 'machine.openshift.io/v1beta1', kind: 'Machine' }
  const own = { ...mine, metadata: { name: 'edge-5' } }
  await call(kube, 'POST', OPENSHIFT_MACHINES, { body: own })
  const contentType = 'application/merge-patch+json'
  const patch = { contentType, body: { status: status('edge-5', '10.79.0.5') } }
  await call(kube, 'PATCH', `${OPENSHIFT_MACHINES}/edge-5/status`, patch)
  await tenant.machine('twin', status('edge-5', '10.79.0.9'))
  await tenant.machine('another', status('edge-6', '10.79.0.5'))

  const { uid } = (await fileOn(kube, { nodeName: 'edge-5' })).metadata
  const stranger = (await fileOn(kube, { nodeName: 'edge-6' })).metadata.uid
  await untilListed(app, uid)
  await untilListed(app, stranger)
  await expect.poll(() => confirmed(app, stranger)).toBe('plausible: unknown otherNamespace')
  await expect.poll(() => confirmed(app, uid)).toBe('verified: pass confirmed')
  await page.goto(app.at('/machines/edge-6'))
  await expect(
    page.getByText(/The Machine tenant\/another has this name, but Machines of its namespace/),
  ).toBeVisible()
  await tenant.clear()
})
