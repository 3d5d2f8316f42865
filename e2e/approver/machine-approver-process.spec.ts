import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import {
  type MachineApprover,
  startMachineApprover,
} from '#e2e/approver/machine-approver-process.ts'
import {
  decideByHand,
  deleteNode,
  type Filing,
  fileServing,
  joinMachine,
  joinNode,
  machineAddresses,
  nextSecond,
  nodeAddresses,
} from '#e2e/approver/machines.ts'
import { sharedSite } from '#e2e/approver/shared-site.ts'
import { type App, startApp } from '#e2e/fixtures/app.ts'
import type { KubeObject } from '#e2e/fixtures/kube-client.ts'
import type { Hold } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT } from '#lib/csr/names.ts'
import type { MachineDetail } from '#lib/csr/rows/rows.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'

/**
 * The page's words about OpenShift's machine-approver, beside an imitation of it on one control
 * plane. Each of its rules has its case in lib/csr/hold/machine-approver-imitation.test.ts.
 */

const CONFIG = '/apis/config.openshift.io/v1'
const LATER = '2099-01-01T00:00:00.000000Z'

const site = sharedSite()
let app: App
let theirs: MachineApprover

beforeAll(async () => {
  const conditions = [{ type: 'Available', status: 'True', message: 'All is well' }]
  await make('clusteroperators', 'ClusterOperator', 'machine-approver', { conditions })
  app = await startApp({ kubeconfig: site.cluster.kubeconfigs.admin })
  theirs = startMachineApprover(site.admin)
})
afterAll(async () => {
  await theirs?.stop()
  await app?.stop()
})

async function make(plural: string, kind: string, name: string, status: object): Promise<void> {
  const body = { apiVersion: 'config.openshift.io/v1', kind, metadata: { name }, spec: {} }
  await until(`${plural} to be served`, async () => {
    const { status } = await site.admin.call('POST', `${CONFIG}/${plural}`, { body })
    return status === 201 || status === 409
  })
  const merge = { contentType: 'application/merge-patch+json', body: { status } }
  await site.admin.call('PATCH', `${CONFIG}/${plural}/${name}/status`, merge)
}

/** Writes its ConfigMap, with client requests off, and the Lease of a program that started later. */
async function configure(): Promise<void> {
  const namespace = 'openshift-cluster-machine-approver'
  const { admin } = site
  await admin.call('POST', '/api/v1/namespaces', { body: { metadata: { name: namespace } } })
  const data = { 'config.yaml': 'nodeClientCert:\n  disabled: true\n' }
  const configMap = { metadata: { name: 'machine-approver-config' }, data }
  await admin.call('POST', `/api/v1/namespaces/${namespace}/configmaps`, { body: configMap })
  const leases = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`
  const name = 'cluster-machine-approver-leader'
  onTestFinished(async () => {
    await admin.call('DELETE', `${leases}/${name}`)
    await admin.call('DELETE', `/api/v1/namespaces/${namespace}/configmaps/machine-approver-config`)
  })
  const { status } = await admin.call('POST', leases, {
    body: { metadata: { name }, spec: { acquireTime: LATER, holderIdentity: 'theirs' } },
  })
  expect(status).toBe(201)
}

function fileClient(nodeName: string, over: Partial<Filing> = {}): Promise<KubeObject> {
  const asked = { nodeName, kind: 'client', dnsNames: [], ipAddresses: [], ...over } as const
  return fileServing(site.admin, asked)
}

function answered(csr: KubeObject, answer: string): Promise<unknown> {
  const { name } = csr.metadata
  return until(`its answer to ${name}`, () => theirs.answers.get(name) === answer)
}

async function holdsOf(of: App, nodeName: string): Promise<readonly Hold[]> {
  const response = await of.fetch(`/api/machines/${nodeName}`)
  return response.ok ? ((await response.json()) as MachineDetail).holds : []
}

/** Resolves once one of these is a reason why the machine waits: a finding, or its code. */
function expectHolds(nodeName: string, ...findings: readonly string[]): Promise<unknown> {
  return until(`${nodeName} to be said ${findings}`, async () => {
    const holds = await holdsOf(app, nodeName)
    return holds.some(({ finding, values }) => findings.includes(values.because ?? finding))
  })
}

/** Findings for a request that fits its rules: by its age, and by its other approvals. */
const FITS = ['handles', 'backlog', 'quiet'] as const

/** Joins a later machine and waits for its approval: everything before has been handled by then. */
async function nextIsApproved(): Promise<void> {
  const { nodeName, address } = site.fresh()
  await joinMachine(site.admin, nodeName, null, machineAddresses(nodeName, address))
  await site.approved((await fileClient(nodeName)).metadata.name)
}

it('OpenShift’s approver forgets a request passed over because a Node existed, also after the Node was deleted', async () => {
  const { nodeName, address } = site.fresh()
  await joinMachine(site.admin, nodeName, null, machineAddresses(nodeName, address))
  await joinNode(site.admin, nodeName, nodeAddresses(nodeName, address))
  const csr = await fileClient(nodeName)
  await answered(csr, 'forgets')
  await expectHolds(nodeName, 'nodeExists')
  await deleteNode(site.admin, nodeName)
  await expectHolds(nodeName, ...FITS)
  await nextIsApproved()
  expect(await site.conditions(csr.metadata.name)).toEqual([])
  await theirs.stop()
  theirs = startMachineApprover(site.admin)
  await site.approved(csr.metadata.name)
  expect(theirs.approved).toContain(csr.metadata.name)
})

it('the machine-approver approves what our checks hold back, and the page says so', async () => {
  await theirs.stop()
  const { nodeName, address } = site.fresh()
  await joinMachine(site.admin, nodeName, null, machineAddresses(nodeName, address))
  await decideByHand(site.admin, await fileClient(nodeName), 'Denied')
  await nextSecond()
  const csr = await fileClient(nodeName)
  await expectHolds(nodeName, 'suspicious')
  const [hold] = await holdsOf(app, nodeName)
  expect(hold?.values).toEqual({ beside: 'machineApprover' })
  theirs = startMachineApprover(site.admin)
  await site.approved(csr.metadata.name)
  expect(theirs.approved).toContain(csr.metadata.name)
})

it('the machine-approver’s client flow is off by a ConfigMap that was there when it started', async () => {
  await theirs.stop()
  await configure()
  const { nodeName, address } = site.fresh()
  await joinMachine(site.admin, nodeName, null, machineAddresses(nodeName, address))
  await fileClient(nodeName)
  const other = await startApp({ kubeconfig: site.cluster.kubeconfigs.admin })
  try {
    const holds = await until('its reasons', async () => {
      const holds = await holdsOf(other, nodeName)
      return holds.some(({ finding }) => finding.startsWith('machineApprover')) ? holds : null
    })
    expect(holds.map(({ finding, values }) => values.because ?? finding)).toContain(
      'machineApproverOff',
    )
  } finally {
    await other.stop()
    theirs = startMachineApprover(site.admin)
  }
})

it('OpenShift’s approver ignores requests of 120 nodes for OVN and multus', async () => {
  const filed = ['ovn-node', 'multus'].flatMap((subject) =>
    Array.from({ length: 60 }, () =>
      fileClient('edge-ovn', {
        kind: 'renewal',
        signerName: KUBE_APISERVER_CLIENT,
        commonNames: [`system:${subject}:edge-ovn`],
      }),
    ),
  )
  await Promise.all(filed)
  await nextIsApproved()
  const { cluster } = (await (await app.fetch('/api/snapshot')).json()) as {
    cluster: { machineApprover: { brake: { pending: number } } }
  }
  expect(cluster.machineApprover.brake.pending).toBeLessThan(80)
})
