import { makeCsr, type RequestOptions } from '#lib/csr/fixtures/make-csr.ts'
import type { NodeAddress } from '#lib/csr/model.ts'
import { file, type KubeClient, type KubeObject } from '../fixtures/kube-client.ts'

const MACHINES = '/apis/machine.openshift.io/v1beta1/namespaces/openshift-machine-api/machines'
const MERGE = 'application/merge-patch+json'

/**
 * A Machine, and the Node that it is linked to: what confirms its serving requests. Without a Node
 * it waits for one of that name.
 */
export async function joinMachine(
  kube: KubeClient,
  name: string,
  nodeAddresses: readonly NodeAddress[] | null,
  machineAddresses: readonly NodeAddress[],
): Promise<void> {
  const node = nodeAddresses === null ? null : await joinNode(kube, name, nodeAddresses)
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
  const nodeRef = node === null ? {} : { nodeRef: { kind: 'Node', name, uid: node.metadata.uid } }
  await wanted(
    await kube.call('PATCH', `${MACHINES}/${name}/status`, {
      contentType: MERGE,
      body: { status: { phase: 'Running', ...nodeRef, addresses: machineAddresses } },
    }),
  )
}

/** A Node alone: nothing else confirms it. */
export async function joinNode(
  kube: KubeClient,
  name: string,
  addresses: readonly NodeAddress[],
): Promise<KubeObject> {
  const node = await wanted(
    await kube.call('POST', '/api/v1/nodes', {
      body: { apiVersion: 'v1', kind: 'Node', metadata: { name } },
    }),
  )
  await wanted(
    await kube.call('PATCH', `/api/v1/nodes/${name}/status`, {
      contentType: MERGE,
      body: { status: { addresses } },
    }),
  )
  return node
}

/** What a kubelet tells of itself. */
export function nodeAddresses(name: string, address: string): NodeAddress[] {
  return [
    { type: 'InternalIP', address },
    { type: 'Hostname', address: name },
  ]
}

/** The same and the name by which a Machine expects it. */
export function machineAddresses(name: string, address: string): NodeAddress[] {
  return [...nodeAddresses(name, address), { type: 'InternalDNS', address: name }]
}

export type Filing = RequestOptions & { readonly nodeName: string; readonly name?: string }

/** Files a serving request as that node's kubelet would, but for what is odd about it. */
export function fileServing(kube: KubeClient, { name, ...options }: Filing): Promise<KubeObject> {
  const { request, signerName, usages, requestor } = makeCsr({ kind: 'serving', ...options })
  const filing = { request, signerName, usages, as: requestor }
  return file(kube, name === undefined ? filing : { name, ...filing })
}

async function wanted(answer: { status: number; body: KubeObject }): Promise<KubeObject> {
  if (answer.status < 300) return answer.body
  throw new Error(`${answer.status}: ${answer.body.message}`)
}
