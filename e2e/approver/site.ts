import {
  type Cluster,
  type ClusterOptions,
  startCluster,
} from '#sandbox/control-plane/control-plane.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { expectNoSecretsIn } from '../fixtures/cluster-secrets.ts'
import {
  conditionTypes,
  deleteCsrs,
  type KubeClient,
  type KubeObject,
  kubeClient,
  readCsr,
} from '../fixtures/kube-client.ts'
import type { ApproverProcess } from './approver-process.ts'
import { type Installation, installApprover, leads, type ReplicaOptions } from './installation.ts'
import {
  type Filing,
  fileServing,
  joinMachine,
  MACHINES,
  machineAddresses,
  nodeAddresses,
} from './machines.ts'
import type { PolicyOptions } from './policy-text.ts'

/** A cluster with the approver installed, shared in turn by tests. */
export interface Site {
  readonly cluster: Cluster
  readonly admin: KubeClient
  readonly installation: Installation
  /** Starts a replica with that policy in force; resolves when it leads. */
  lead(
    policy: PolicyOptions,
    options?: ReplicaOptions & { readonly identity?: string },
  ): Promise<ApproverProcess>
  /** A name and an address that no other test has. */
  fresh(): { readonly nodeName: string; readonly address: string }
  /** Makes that machine, with a Machine that confirms it. */
  join(nodeName: string, address: string): Promise<void>
  file(nodeName: string, address: string, over?: Partial<Filing>): Promise<KubeObject>
  /** Makes a confirmed machine, and its request. */
  goodRequest(over?: Partial<Filing>): Promise<KubeObject>
  conditions(name: string): Promise<readonly string[]>
  /** Resolves with the request when it is approved. */
  approved(name: string, timeoutMs?: number): Promise<KubeObject>
  issued(name: string): Promise<void>
  /**
   * Resolves with the Event of that reason about the object of that uid: a request, or the Lease.
   */
  event(uid: string, reason: string): Promise<KubeEvent>
  /** Every Event about the object of that uid. */
  events(uid: string): Promise<readonly KubeEvent[]>
  /** Writes an Event under the name the approver would choose; returns the name. */
  forge(name: string, said: object): Promise<string>
  /** After each test: removes replicas, requests, documents and the Lease. */
  clear(): Promise<void>
  /** After each file: removes every object that a file of tests makes; fails where one has a secret. */
  empty(): Promise<void>
  end(): Promise<void>
}

export interface KubeEvent {
  readonly metadata: { readonly namespace: string; readonly name: string }
  readonly type: string
  readonly reason: string
  readonly note: string
  readonly regarding: { readonly name: string; readonly uid: string; readonly kind: string }
}

/** A metric's name. */
export const m = (name: string) => `countersign_approver_${name}`

export const LEASE =
  '/apis/coordination.k8s.io/v1/namespaces/countersign/leases/countersign-approver'

/** Collections of all files' objects, besides those that `clear` removes. */
const LEFT = [
  '/api/v1/nodes',
  MACHINES,
  '/apis/cluster.x-k8s.io/v1beta1/namespaces/default/machines',
  '/apis/config.openshift.io/v1/clusteroperators',
  '/apis/config.openshift.io/v1/clusterversions',
  '/apis/events.k8s.io/v1/namespaces/default/events',
  '/apis/events.k8s.io/v1/namespaces/countersign/events',
]

export async function openSite(options: ClusterOptions = {}): Promise<Site> {
  // Most Nodes of these tests have no kubelet, so no heartbeat.
  const cluster = await startCluster({ nodeLifecycle: false, ...options })
  const admin = kubeClient(cluster.kubeconfigs.admin)
  const installation = await installApprover(cluster, admin)
  let made = 0

  function fresh() {
    made += 1
    return { nodeName: `edge-${made}`, address: `10.77.${made >> 8}.${made & 255}` }
  }

  function join(nodeName: string, address: string): Promise<void> {
    const own = nodeAddresses(nodeName, address)
    return joinMachine(admin, nodeName, own, machineAddresses(nodeName, address))
  }

  function file(nodeName: string, address: string, over: Partial<Filing> = {}) {
    return fileServing(admin, { nodeName, dnsNames: [nodeName], ipAddresses: [address], ...over })
  }

  async function conditions(name: string): Promise<readonly string[]> {
    return conditionTypes(await readCsr(admin, name))
  }

  async function events(uid: string): Promise<readonly KubeEvent[]> {
    const path = `/apis/events.k8s.io/v1/events?fieldSelector=regarding.uid=${uid}`
    return (await admin.call<{ items: readonly KubeEvent[] }>('GET', path)).body.items
  }

  return {
    cluster,
    admin,
    installation,
    async lead(policy, { identity = 'one', ...options } = {}) {
      await installation.writePolicy(policy)
      const approver = await installation.start(identity, options)
      await leads(approver)
      return approver
    },
    fresh,
    join,
    file,
    async goodRequest(over = {}) {
      const { nodeName, address } = fresh()
      await join(nodeName, address)
      return file(nodeName, address, over)
    },
    conditions,
    approved: (name, timeoutMs) =>
      until(
        `${name} to be approved`,
        async () => ((await conditions(name)).includes('Approved') ? readCsr(admin, name) : null),
        timeoutMs,
      ),
    async issued(name) {
      await until('a certificate', async () => (await readCsr(admin, name))?.status?.certificate)
    },
    events,
    async forge(name, said) {
      const body = {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name, namespace: 'default' },
        eventTime: new Date().toISOString().replace('Z', '000Z'),
        reportingController: 'countersign.dev/approver',
        reportingInstance: 'one',
        action: 'Approve',
        type: 'Normal',
        ...said,
      }
      await admin.call('POST', '/apis/events.k8s.io/v1/namespaces/default/events', { body })
      return name
    },
    event: (uid, reason) =>
      until(`an Event ${reason}`, async () =>
        (await events(uid)).find((event) => event.reason === reason),
      ),
    async clear() {
      await installation.clear()
      await admin.call('DELETE', LEASE)
      await deleteCsrs(admin)
    },
    async empty() {
      await installation.stop()
      await expectNoSecretsIn(cluster, admin)
      await installation.denyClients()
      for (const path of LEFT) {
        const { status } = await admin.call('DELETE', path)
        if (status !== 200) throw new Error(`${path} was not emptied (${status})`)
      }
    },
    async end() {
      await installation.stop()
      await expectNoSecretsIn(cluster, admin)
      await admin.close()
      await cluster.stop()
    },
  }
}
