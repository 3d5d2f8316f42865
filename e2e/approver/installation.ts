import { readFileSync } from 'node:fs'
import type { Cluster } from '../cluster/cluster.ts'
import { until } from '../cluster/until.ts'
import type { KubeClient } from '../fixtures/kube-client.ts'
import { type ApproverProcess, startApprover, tokenKubeconfig } from './approver-process.ts'
import { type PolicyOptions, policyText } from './policy-text.ts'

const RBAC = new URL('../../deploy/approver-rbac.yaml', import.meta.url)
const NAMESPACE = 'countersign'
const NAME = 'countersign-policy'
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`

/** The approver's manifest applied to a cluster; its processes run here, with that identity. */
export interface Installation {
  /** Exactly the rights of deploy/approver-rbac.yaml. */
  readonly kubeconfig: string
  /** Another policy for all of them; they see it within 10 s. */
  writePolicy(policy: PolicyOptions): Promise<void>
  /** One more replica; resolves when it leads or, beside a leader, could at once. */
  start(identity: string): Promise<ApproverProcess>
  /** Ends, without asking, all that still run. */
  stop(): Promise<void>
}

export async function installApprover(cluster: Cluster, admin: KubeClient): Promise<Installation> {
  await cluster.kubectl(['apply', '-f', '-'], { input: readFileSync(RBAC, 'utf8') })
  const token = await cluster.kubectl([
    ...['create', 'token', 'countersign-approver', '-n', NAMESPACE, '--duration=2h'],
  ])
  const kubeconfig = tokenKubeconfig(cluster.dir, cluster.server, cluster.ca, token.trim())
  const started: ApproverProcess[] = []
  return {
    kubeconfig,
    async writePolicy(policy) {
      const data = { 'policy.yaml': policyText(policy) }
      const merge = { contentType: 'application/merge-patch+json', body: { data } }
      if ((await admin.call('PATCH', `${CONFIG_MAPS}/${NAME}`, merge)).status !== 404) return
      await admin.call('POST', CONFIG_MAPS, {
        body: { kind: 'ConfigMap', metadata: { name: NAME }, data },
      })
    },
    async start(identity) {
      const policy = `configmap:${NAMESPACE}/${NAME}`
      const approver = await startApprover({ kubeconfig, policy, identity })
      started.push(approver)
      await until(`${identity} to be ready`, async () => {
        return (await approver.get('/readyz')).status === 200
      })
      return approver
    },
    async stop() {
      await Promise.all(started.map((approver) => approver.stop('SIGKILL')))
    },
  }
}

/** Resolves when it leads. */
export async function leads(approver: ApproverProcess, timeoutMs?: number): Promise<void> {
  const asked = async () => (await approver.metric('countersign_approver_leader')) === 1
  await until('the lead', asked, timeoutMs)
}
