import { type CsrOptions, makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { NodeAddress } from '#lib/csr/model.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { csrPath, file, type KubeClient, type KubeObject } from '../fixtures/kube-client.ts'

export const MACHINES =
  '/apis/machine.openshift.io/v1beta1/namespaces/openshift-machine-api/machines'

export interface NodeOptions {
  /** Finalizers, which keep it "being deleted" until they are removed. */
  readonly finalizers?: readonly string[]
  /** Port of its kubelet. Default: absent, which means 10250. */
  readonly kubeletPort?: number | undefined
}

/**
 * Makes a Machine and its linked Node, which confirm serving requests. Without a Node the Machine
 * waits for one of that name.
 */
export async function joinMachine(
  kube: KubeClient,
  name: string,
  nodeAddresses: readonly NodeAddress[] | null,
  machineAddresses: readonly NodeAddress[],
  options: NodeOptions = {},
): Promise<void> {
  const node = nodeAddresses === null ? null : await joinNode(kube, name, nodeAddresses, options)
  const nodeRef = node === null ? {} : { nodeRef: { kind: 'Node', name, uid: node.metadata.uid } }
  await makeMachine(kube, name, { ...nodeRef, addresses: machineAddresses })
}

/** Makes a second Machine that claims the Node. */
export async function twinMachine(
  kube: KubeClient,
  nodeName: string,
  addresses: readonly NodeAddress[],
): Promise<void> {
  const nodeRef = { kind: 'Node', name: nodeName }
  await makeMachine(kube, `${nodeName}-twin`, { nodeRef, addresses })
}

async function makeMachine(kube: KubeClient, name: string, status: object): Promise<void> {
  await wanted(
    await kube.call('POST', MACHINES, {
      body: {
        apiVersion: 'machine.openshift.io/v1beta1',
        kind: 'Machine',
        metadata: { name, namespace: 'openshift-machine-api' },
        spec: {},
      },
    }),
  )
  await writeStatus(kube, `${MACHINES}/${name}`, { phase: 'Running', ...status })
}

/** Makes only a Node, which no other evidence confirms. */
export async function joinNode(
  kube: KubeClient,
  name: string,
  addresses: readonly NodeAddress[],
  { finalizers = [], kubeletPort }: NodeOptions = {},
): Promise<KubeObject> {
  const metadata = { name, finalizers }
  const port = kubeletPort === undefined ? {} : { kubeletEndpoint: { Port: kubeletPort } }
  const status = { addresses, daemonEndpoints: port }
  const body = { apiVersion: 'v1', kind: 'Node', metadata, status }
  return wanted(await kube.call('POST', '/api/v1/nodes', { body }))
}

/** Replaces the Node's addresses. */
export async function readdress(
  kube: KubeClient,
  name: string,
  addresses: readonly NodeAddress[],
): Promise<void> {
  await writeStatus(kube, `/api/v1/nodes/${name}`, { addresses })
}

export async function deleteNode(kube: KubeClient, name: string): Promise<void> {
  await wanted(await kube.call('DELETE', `/api/v1/nodes/${name}`))
}

/** Waits for the next whole second, the resolution of the API server's timestamps. */
export async function nextSecond(): Promise<void> {
  const second = () => Math.floor(Date.now() / 1000)
  const now = second()
  await until('the next second', () => second() > now)
}

/** Links its Machine to the existing Node of that name. */
export async function relink(kube: KubeClient, name: string, node: KubeObject): Promise<void> {
  const nodeRef = { kind: 'Node', name, uid: node.metadata.uid }
  await writeStatus(kube, `${MACHINES}/${name}`, { nodeRef })
}

/** Writes these fields of its status; the others stay. */
async function writeStatus(kube: KubeClient, path: string, status: object): Promise<void> {
  const merge = { contentType: 'application/merge-patch+json', body: { status } }
  await wanted(await kube.call('PATCH', `${path}/status`, merge))
}

/** Addresses that a kubelet states. */
export function nodeAddresses(name: string, address: string): NodeAddress[] {
  return [
    { type: 'InternalIP', address },
    { type: 'Hostname', address: name },
  ]
}

/** Addresses of a Machine: the kubelet's, and the name by which the Machine expects it. */
export function machineAddresses(name: string, address: string): NodeAddress[] {
  return [...nodeAddresses(name, address), { type: 'InternalDNS', address: name }]
}

export type Filing = CsrOptions & { readonly nodeName: string; readonly name?: string }

/** Files a serving request as that node's kubelet would, with these differences. */
export function fileServing(kube: KubeClient, { name, ...options }: Filing): Promise<KubeObject> {
  const { request, signerName, usages, requestor } = makeCsr({ kind: 'serving', ...options })
  const filing = { request, signerName, usages, as: requestor }
  return file(kube, name === undefined ? filing : { name, ...filing })
}

/** Files a serving request of the node, and denies it as a person. */
export async function denyOne(kube: KubeClient, nodeName: string): Promise<KubeObject> {
  const csr = await fileServing(kube, { nodeName, keyName: `${nodeName}/denied` })
  return decideByHand(kube, csr, 'Denied')
}

/** Decides as a person does with `kubectl certificate`. */
export async function decideByHand(
  kube: KubeClient,
  csr: KubeObject,
  type: 'Approved' | 'Denied',
): Promise<KubeObject> {
  const conditions = [{ type, status: 'True', reason: 'ByHand', message: 'by a person' }]
  const body = { ...csr, status: { ...csr.status, conditions } }
  return wanted(await kube.call('PUT', csrPath(csr.metadata.name, 'approval'), { body }))
}

export async function wanted(answer: { status: number; body: KubeObject }): Promise<KubeObject> {
  if (answer.status < 300) return answer.body
  throw new Error(`${answer.status}: ${answer.body.message}`)
}
