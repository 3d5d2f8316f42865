import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { until } from '../cluster/until.ts'
import { CSRS, type KubeClient, type KubeObject, kubeClient } from '../fixtures/kube-client.ts'
import { type ApproverProcess, startApprover, tokenKubeconfig } from './approver-process.ts'
import { policyText } from './policy-text.ts'

const RBAC = new URL('../../deploy/approver-rbac.yaml', import.meta.url)
const SERVING = 'kubernetes.io/kubelet-serving'

let cluster: Cluster
let admin: KubeClient
let approver: ApproverProcess

beforeAll(async () => {
  // No Machines, as on bare metal; kubelets renew 15–105 s after they were issued.
  const controllerManagerArgs = ['--cluster-signing-duration=150s']
  cluster = await startCluster({ openshift: false, controllerManagerArgs })
  admin = kubeClient(cluster.kubeconfigs.admin)
  await cluster.kubectl(['apply', '-f', '-'], { input: readFileSync(RBAC, 'utf8') })
  const account = ['countersign-approver', '-n', 'countersign']
  const token = await cluster.kubectl(['create', 'token', ...account])
  const kubeconfig = tokenKubeconfig(cluster.dir, cluster.server, cluster.ca, token.trim())
  const policy = join(cluster.dir, 'policy.yaml')
  writeFileSync(policy, policyText({ mode: 'act' }))
  approver = await startApprover({ kubeconfig, policy, liveCertificates: true })
})

afterAll(async () => {
  await approver?.stop('SIGKILL')
  await admin?.close()
  await cluster?.stop()
})

async function requests(): Promise<readonly KubeObject[]> {
  return (await admin.call<{ items: readonly KubeObject[] }>('GET', CSRS)).body.items
}

/** As a person would: every client request, and the serving ones that are named. */
async function approveAsPerson(which: (csr: KubeObject) => boolean): Promise<void> {
  for (const csr of await requests()) {
    const isPending = (csr.status?.conditions ?? []).length === 0
    if (isPending && (csr.spec.signerName !== SERVING || which(csr))) {
      await cluster.kubectl(['certificate', 'approve', csr.metadata.name])
    }
  }
}

it('a kubelet’s first request waits for a person; its renewal is confirmed by what it presents', async ({
  skip,
}) => {
  skip(cluster.noKubelets !== '', cluster.noKubelets)
  await cluster.startKubelet('metal-1')
  const first = await until('the first serving request', async () => {
    await approveAsPerson(() => false)
    return (await requests()).find(({ spec }) => spec.signerName === SERVING)
  })
  await until('it to be left to a person', () =>
    approver.log.find(({ event, uid }) => event === 'left' && uid === first.metadata.uid),
  )
  const left = { because: 'notVerified' }
  expect(await approver.metric('countersign_approver_left_requests', left)).toBe(1)
  await approveAsPerson(({ metadata }) => metadata.uid === first.metadata.uid)

  const renewal = await until(
    'its renewal to be approved',
    async () => {
      await approveAsPerson(() => false)
      return (await requests()).find(({ metadata, spec, status }) => {
        const approved = status?.conditions?.some(({ type }) => type === 'Approved') === true
        return spec.signerName === SERVING && metadata.uid !== first.metadata.uid && approved
      })
    },
    150_000,
  )
  expect(renewal.status?.conditions?.map(({ reason }) => reason)).toEqual([
    'CountersignAutoApprove',
  ])
}, 240_000)
