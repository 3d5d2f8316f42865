import type { Cluster } from '#sandbox/control-plane/control-plane.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { accountToken, type KubeClient } from '../fixtures/kube-client.ts'
import type { Asking } from '../fixtures/live-env.ts'
import { rendered } from '../install/helm.ts'
import { type ApproverProcess, startApprover, tokenKubeconfig } from './approver-process.ts'
import { type PolicyOptions, policyText } from './policy-text.ts'

const NAMESPACE = 'countersign'
const ACCOUNT = 'countersign-approver'
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const POLICY = 'countersign-policy'
const EXPECTED = 'countersign-expected'
const CLIENTS = 'countersign-approver-clients'

export const APPROVER_USERNAME = `system:serviceaccount:${NAMESPACE}:${ACCOUNT}`
export const POLICY_PLACE = `configmap:${NAMESPACE}/${POLICY}`
export const EXPECTED_PLACE = `configmap:${NAMESPACE}/${EXPECTED}`

/** Identity and rights of the chart applied to a cluster; the processes run here, with them. */
export interface Installation {
  /** A kubeconfig with exactly the rights that the chart gives. */
  readonly kubeconfig: string
  /** Replaces the policy of all replicas; they see it within 3 s. */
  writePolicy(policy: PolicyOptions): Promise<void>
  /** Writes keys of the policy's ConfigMap: the policy and its companions. */
  writeDocuments(data: Readonly<Record<string, string>>): Promise<void>
  deletePolicy(): Promise<void>
  /** Writes the list of expected machines as CSV, for replicas started later. */
  writeExpected(csv: string): Promise<void>
  /** Adds the right to approve client requests to its role, as docs/approver.md describes. */
  allowClients(): Promise<void>
  /** Removes that right again. */
  denyClients(): Promise<void>
  /**
   * Starts another replica; resolves when it leads, or could take over; with `unready` as soon as
   * it answers.
   */
  start(identity: string, options?: ReplicaOptions): Promise<ApproverProcess>
  /** Kills all replicas. */
  stop(): Promise<void>
  /** Kills all replicas, and deletes policy and list. */
  clear(): Promise<void>
}

export interface ReplicaOptions {
  /** Asks kubelets for their certificates: real ones, at this machine's addresses. */
  readonly liveCertificates?: Asking
  readonly unready?: boolean
}

export async function installApprover(cluster: Cluster, admin: KubeClient): Promise<Installation> {
  const items = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    ...rendered({
      values: { expected: { existingConfigMap: EXPECTED } },
      namespace: NAMESPACE,
    }).filter(({ kind }) => /Account|Role/.test(kind)),
  ]
  await cluster.apply(items)
  const token = await accountToken(admin, ACCOUNT, { namespace: NAMESPACE, seconds: 7_200 })
  const kubeconfig = tokenKubeconfig(cluster.dir, cluster.server, cluster.ca, token)
  let started: ApproverProcess[] = []
  let expected: { expected?: string } = {}

  async function write(name: string, data: Readonly<Record<string, string>>): Promise<void> {
    const merge = { contentType: 'application/merge-patch+json', body: { data } }
    if ((await admin.call('PATCH', `${CONFIG_MAPS}/${name}`, merge)).status !== 404) return
    await admin.call('POST', CONFIG_MAPS, {
      body: { kind: 'ConfigMap', metadata: { name }, data },
    })
  }

  async function stop(): Promise<void> {
    await Promise.all(started.map((approver) => approver.stop('SIGKILL')))
    started = []
  }

  async function deletePolicy(): Promise<void> {
    await admin.call('DELETE', `${CONFIG_MAPS}/${POLICY}`)
  }

  return {
    kubeconfig,
    writePolicy: (policy) => write(POLICY, { 'policy.yaml': policyText(policy) }),
    writeDocuments: (data) => write(POLICY, data),
    deletePolicy,
    async writeExpected(csv) {
      await write(EXPECTED, { 'machines.csv': csv })
      expected = { expected: EXPECTED_PLACE }
    },
    async allowClients() {
      const objects = [
        {
          kind: 'ClusterRole',
          metadata: { name: CLIENTS },
          rules: [
            {
              apiGroups: ['certificates.k8s.io'],
              resources: ['signers'],
              resourceNames: ['kubernetes.io/kube-apiserver-client-kubelet'],
              verbs: ['approve'],
            },
          ],
        },
        {
          kind: 'ClusterRoleBinding',
          metadata: { name: CLIENTS },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: CLIENTS },
          subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace: NAMESPACE }],
        },
      ].map((object) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', ...object }))
      await cluster.apply(objects)
    },
    async denyClients() {
      const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'
      await admin.call('DELETE', `${bindings}/${CLIENTS}`)
    },
    async start(identity, { unready = false, ...options } = {}) {
      const places = { kubeconfig, policy: POLICY_PLACE, ...expected }
      const approver = await startApprover({ ...places, identity, ...options })
      started.push(approver)
      if (unready) return approver
      await until(`${identity} to be ready`, async () => {
        return (await approver.get('/readyz')).status === 200
      })
      return approver
    },
    stop,
    async clear() {
      await stop()
      await deletePolicy()
      await admin.call('DELETE', `${CONFIG_MAPS}/${EXPECTED}`)
      expected = {}
    },
  }
}

/** Resolves when it leads. */
export async function leads(approver: ApproverProcess, timeoutMs?: number): Promise<void> {
  const asked = async () => (await approver.metric('countersign_approver_leader')) === 1
  await until('the lead', asked, timeoutMs)
}
