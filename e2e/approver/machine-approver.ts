import { BOOTSTRAPPER } from '#lib/csr/fixtures/make-csr.ts'
import { isInWindow } from '#lib/csr/machine-approver.ts'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { readRequest } from '#lib/csr/pkcs10.ts'
import {
  CSRS,
  conditionTypes,
  csrPath,
  type KubeClient,
  type KubeObject,
} from '../fixtures/kube-client.ts'
import { MACHINES } from './machines.ts'

export interface MachineApprover {
  /** Names of the requests that it has approved. */
  readonly approved: readonly string[]
  stop(): Promise<void>
}

/** As much of a Machine as its rule looks at. */
interface Machine {
  readonly metadata: { readonly creationTimestamp: string }
  readonly status?: {
    readonly nodeRef?: unknown
    readonly addresses?: readonly { readonly type: string; readonly address: string }[]
  }
}

/**
 * Approves client requests as OpenShift's cluster-machine-approver does: by a rule of its own, from
 * what it has just read, and without asking whether somebody else is about to.
 */
export function startMachineApprover(kube: KubeClient): MachineApprover {
  const approved: string[] = []
  let stopping = false

  async function list<Item>(path: string): Promise<readonly Item[]> {
    return (await kube.call<{ items: readonly Item[] }>('GET', path)).body.items
  }

  async function approve(csr: KubeObject): Promise<void> {
    const condition = {
      type: 'Approved',
      status: 'True',
      reason: 'NodeCSRApprove',
      message: 'This CSR was approved by the Node CSR Approver (cluster-machine-approver)',
    }
    const body = { ...csr, status: { ...csr.status, conditions: [condition] } }
    // Whoever came second is told so, and has nothing more to do.
    const { status } = await kube.call('PUT', `${csrPath(csr.metadata.name)}/approval`, { body })
    if (status === 200) approved.push(csr.metadata.name)
  }

  async function run(): Promise<void> {
    while (!stopping) {
      const pending = (await list<KubeObject>(CSRS)).filter(
        (csr) => isClient(csr) && conditionTypes(csr).length === 0,
      )
      const machines = pending.length === 0 ? [] : await list<Machine>(MACHINES)
      for (const csr of pending)
        if (machines.some((machine) => awaits(machine, csr))) await approve(csr)
    }
  }

  const running = run()
  return {
    approved,
    async stop() {
      stopping = true
      await running
    },
  }
}

function isClient({ spec }: KubeObject): boolean {
  return (
    spec.signerName === KUBE_APISERVER_CLIENT_KUBELET && spec.username === BOOTSTRAPPER.username
  )
}

/** One that has no node yet, expects this name, and was made about when it was asked for. */
function awaits(
  { metadata, status }: Machine,
  { metadata: { creationTimestamp }, spec }: KubeObject,
) {
  const { x509cr } = readRequest(spec.request)
  const expects = status?.addresses?.some(
    ({ type, address }) =>
      type === 'InternalDNS' && x509cr?.subject.commonNames[0] === `system:node:${address}`,
  )
  const times = [creationTimestamp, metadata.creationTimestamp].map(Date.parse) as [number, number]
  return status?.nodeRef === undefined && expects === true && isInWindow(...times)
}
