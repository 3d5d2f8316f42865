import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { until } from '../cluster/until.ts'
import { conditionTypes, type KubeClient, kubeClient, readCsr } from '../fixtures/kube-client.ts'
import { approvalCounts } from './approval-writes.ts'
import { type ApproverProcess, startApprover } from './approver-process.ts'
import { fileServing, joinMachine, machineAddresses, nodeAddresses } from './machines.ts'
import { policyText } from './policy-text.ts'

const COUNT = 30

let cluster: Cluster
let admin: KubeClient
let approvers: ApproverProcess[] = []

beforeAll(async () => {
  cluster = await startCluster()
  admin = kubeClient(cluster.kubeconfigs.admin)
})

afterAll(async () => {
  await Promise.all(approvers.map((approver) => approver.stop('SIGKILL')))
  await admin?.close()
  await cluster?.stop()
})

it('two that know nothing of each other, and a person: every request is approved once, by one', async () => {
  const policy = join(cluster.dir, 'policy.yaml')
  writeFileSync(policy, policyText({ mode: 'act' }))
  const start = (name: string) =>
    startApprover({
      kubeconfig: cluster.kubeconfigs.admin,
      policy,
      identity: name,
      lease: `default/${name}`,
    })
  approvers = [await start('one'), await start('two')]
  for (const approver of approvers) {
    await until(
      'the lead',
      async () => (await approver.metric('countersign_approver_leader')) === 1,
    )
    await until('ready', async () => (await approver.get('/readyz')).status === 200)
  }
  const machines = Array.from(
    { length: COUNT },
    (_, n) => [`rack-${n}`, `10.78.0.${n + 1}`] as const,
  )
  for (const [name, ip] of machines) {
    await joinMachine(admin, name, nodeAddresses(name, ip), machineAddresses(name, ip))
  }
  const names = await Promise.all(
    machines.map(async ([nodeName, ip]) => {
      const request = { nodeName, dnsNames: [nodeName], ipAddresses: [ip] }
      const { name } = (await fileServing(admin, request)).metadata
      // A person is about as fast with some of them: whoever comes second is told.
      if (ip.endsWith('0')) {
        await cluster.kubectl(['certificate', 'approve', name]).catch(() => {})
      }
      return name
    }),
  )
  for (const name of names) {
    await until(`${name} to be approved`, async () =>
      conditionTypes(await readCsr(admin, name)).includes('Approved'),
    )
  }
  await until('both to have said what came of each', async () => {
    const told = approvers.map((approver) =>
      approver.metric('countersign_approver_decisions_total'),
    )
    return (await Promise.all(told)).every((count) => count > 0)
  })
  for (const name of names) {
    const conditions = conditionTypes(await readCsr(admin, name))
    expect(conditions.filter((type) => type === 'Approved')).toHaveLength(1)
    expect(conditions).not.toContain('Denied')
  }
  const writes = approvalCounts(cluster)
  expect(names.map((name) => writes.get(name))).toEqual(names.map(() => 1))
  for (const approver of approvers) {
    expect(await approver.metric('countersign_approver_errors_total', { kind: 'write' })).toBe(0)
  }
})
