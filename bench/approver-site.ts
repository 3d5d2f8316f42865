import { type ApprovalWrite, approvalWrites } from '#e2e/approver/approval-writes.ts'
import { compileApprover } from '#e2e/approver/approver-process.ts'
import { installApprover } from '#e2e/approver/installation.ts'
import { openPorts, portAddress } from '#e2e/approver/kubelet-ports.ts'
import {
  fileServing,
  joinMachine,
  machineAddresses,
  nodeAddresses,
} from '#e2e/approver/machines.ts'
import type { PolicyOptions } from '#e2e/approver/policy-text.ts'
import { eachOf } from '#e2e/approver/traffic-requests.ts'
import { conditionTypes, kubeClient, readCsr } from '#e2e/fixtures/kube-client.ts'
import { startCluster } from '#sandbox/control-plane/control-plane.ts'
import { hasKubelets } from '#sandbox/control-plane/real-kubelets.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'

/** A machine with a Machine object that confirms it. */
export interface SiteMachine {
  readonly nodeName: string
  readonly address: string
}

/** A request and the time at which its POST began, in milliseconds since the epoch. */
export interface Filed {
  readonly name: string
  readonly at: number
}

/** Most machines whose kubelet ports answer. */
const MOST_MACHINES = 2_000
const SETTLED_WITHIN_MS = 60_000

export type ApproverSite = Awaited<ReturnType<typeof openApproverSite>>

/** A control plane of its own, which issues, with the approver installed and not yet started. */
export async function openApproverSite(policy: PolicyOptions) {
  compileApprover()
  const cluster = await startCluster({ nodeLifecycle: false })
  const admin = kubeClient(cluster.kubeconfigs.admin)
  const installation = await installApprover(cluster, admin)
  await installation.writePolicy(policy)
  const ports = hasKubelets(cluster) ? await openPorts(MOST_MACHINES) : null
  let machines = 0
  let requests = 0

  return {
    cluster,
    admin,
    /** Ports of kubelets without a certificate; null for an approver that asks no kubelets. */
    ports,
    /** Starts another replica; resolves when it leads, or could at once take over from a leader. */
    start: (identity: string) => installation.start(identity, { liveCertificates: ports ?? false }),
    /** Adds machines, each with its own name and address. */
    async join(count: number): Promise<readonly SiteMachine[]> {
      if (machines + count >= MOST_MACHINES) throw new Error(`More than ${MOST_MACHINES} machines.`)
      const joining = Array.from({ length: count }, () => {
        machines += 1
        return { nodeName: `rack-${machines}`, address: portAddress(machines) }
      })
      await eachOf(joining, ({ nodeName, address }) =>
        joinMachine(
          admin,
          nodeName,
          nodeAddresses(nodeName, address),
          machineAddresses(nodeName, address),
          { kubeletPort: ports?.port },
        ),
      )
      return joining
    },
    /** Files a serving request with a new key, as the machine's kubelet would. */
    async file({ nodeName, address }: SiteMachine, kube = admin): Promise<Filed> {
      requests += 1
      const keyName = `${nodeName}-${requests}`
      const filing = { nodeName, dnsNames: [nodeName], ipAddresses: [address], keyName }
      const at = Date.now()
      const { metadata } = await fileServing(kube, filing)
      return { name: metadata.name, at }
    },
    /** Resolves with the number of approved requests: when all are, or after a minute. */
    async settle(filed: readonly Filed[]): Promise<number> {
      const deadline = Date.now() + SETTLED_WITHIN_MS
      let approved = 0
      for (const { name } of filed) {
        const settled = async () => {
          const isApproved = conditionTypes(await readCsr(admin, name)).includes('Approved')
          if (isApproved) approved += 1
          return isApproved || Date.now() > deadline
        }
        await until(`${name} to be approved`, settled, SETTLED_WITHIN_MS * 2)
      }
      return approved
    },
    /** Approvals in the API server's audit log. */
    writes: () => approvalWrites(cluster),
    async end(): Promise<void> {
      await installation.stop()
      await admin.close()
      await cluster.stop()
      await ports?.close()
    },
  }
}

/** Milliseconds from before the POST to the stored approval; Infinity without one. */
export function delays(filed: readonly Filed[], writes: readonly ApprovalWrite[]): number[] {
  const first = new Map(writes.toReversed().map(({ name, at }) => [name, at]))
  return filed.map(({ name, at }) => (first.get(name) ?? Number.POSITIVE_INFINITY) - at)
}
