import { makeCsr, type RequestOptions } from '#lib/csr/fixtures/make-csr.ts'
import { file, type KubeClient, type KubeObject } from '../fixtures/kube-client.ts'

const MACHINES = '/apis/machine.openshift.io/v1beta1/namespaces/openshift-machine-api/machines'
const MERGE = 'application/merge-patch+json'

/** A Node, and a Machine that is linked to it: what confirms its serving requests. */
export async function joinMachine(kube: KubeClient, name: string, address: string): Promise<void> {
  const addresses = [
    { type: 'InternalIP', address },
    { type: 'Hostname', address: name },
    { type: 'InternalDNS', address: name },
  ]
  const node = await joinNode(kube, name, address)
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
  const nodeRef = { kind: 'Node', name, uid: node.metadata.uid }
  await wanted(
    await kube.call('PATCH', `${MACHINES}/${name}/status`, {
      contentType: MERGE,
      body: { status: { phase: 'Running', nodeRef, addresses } },
    }),
  )
}

/** A Node alone: nothing else confirms it. */
export async function joinNode(
  kube: KubeClient,
  name: string,
  address: string,
): Promise<KubeObject> {
  const node = await wanted(
    await kube.call('POST', '/api/v1/nodes', {
      body: { apiVersion: 'v1', kind: 'Node', metadata: { name } },
    }),
  )
  const addresses = [
    { type: 'InternalIP', address },
    { type: 'Hostname', address: name },
  ]
  await wanted(
    await kube.call('PATCH', `/api/v1/nodes/${name}/status`, {
      contentType: MERGE,
      body: { status: { addresses } },
    }),
  )
  return node
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
