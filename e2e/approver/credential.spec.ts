import { expect, it } from 'vitest'
import { auditEntries } from '../fixtures/audit-log.ts'
import { execCredential } from '../fixtures/exec-credential.ts'
import { csrPath } from '../fixtures/kube-client.ts'
import { startApprover } from './approver-process.ts'
import { APPROVER_USERNAME, leads, POLICY_PLACE } from './installation.ts'
import { sharedSite } from './shared-site.ts'

const site = sharedSite()

it('approves with the current credential, named in the condition as in the API server’s log', async () => {
  const { cluster, installation } = site
  await cluster.kubectl(['create', 'serviceaccount', 'successor'])
  const rights = ['--clusterrole=cluster-admin', '--serviceaccount=default:successor']
  await cluster.kubectl(['create', 'clusterrolebinding', 'successor', ...rights])
  const { kubeconfig, show } = execCredential(installation.kubeconfig, `${cluster.dir}/shown`)
  await installation.writePolicy({ mode: 'act' })
  const approver = await startApprover({ kubeconfig, policy: POLICY_PLACE })
  try {
    await leads(approver)
    expect(await approvedBy()).toEqual([APPROVER_USERNAME, APPROVER_USERNAME])
    show((await cluster.kubectl(['create', 'token', 'successor'])).trim())
    const successor = 'system:serviceaccount:default:successor'
    expect(await approvedBy()).toEqual([successor, successor])
  } finally {
    await approver.stop()
  }
})

/** Approver of the next request: by the condition, and by the audit log. */
async function approvedBy(): Promise<readonly (string | undefined)[]> {
  const { metadata } = await site.goodRequest()
  const [condition] = (await site.approved(metadata.name)).status?.conditions ?? []
  const writes = auditEntries(site.cluster, csrPath(metadata.name, 'approval'))
  return [/ as (\S+)/.exec(condition?.message ?? '')?.[1], writes.at(-1)?.user.username]
}
