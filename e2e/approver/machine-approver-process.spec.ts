import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
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
  unlink,
} from '#e2e/approver/machines.ts'
import { sharedSite } from '#e2e/approver/shared-site.ts'
import { type App, startApp } from '#e2e/fixtures/app.ts'
import type { KubeObject } from '#e2e/fixtures/kube-client.ts'
import { tokenRequestor } from '#lib/csr/fixtures/make-csr.ts'
import type { Hold } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT } from '#lib/csr/names.ts'
import type { MachineDetail } from '#lib/csr/rows/rows.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'

/**
 * The page's words about OpenShift's machine-approver, beside an imitation of it on one control
 * plane.
 */

const CONFIG = '/apis/config.openshift.io/v1'
const CAPI = '/apis/cluster.x-k8s.io/v1beta1/namespaces/default/machines'

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

/** Writes its ConfigMap, with client requests off, and the Lease of a program that started then. */
async function configure(acquireTime: string): Promise<void> {
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
    body: { metadata: { name }, spec: { acquireTime, holderIdentity: 'theirs' } },
  })
  expect(status).toBe(201)
}

async function restart(): Promise<void> {
  await theirs.stop()
  theirs = startMachineApprover(site.admin)
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

describe('the machine-approver forgets requests that it passed over', () => {
  async function expectForgotten(csr: KubeObject, nodeName: string): Promise<void> {
    await expectHolds(nodeName, ...FITS)
    await nextIsApproved()
    expect(await site.conditions(csr.metadata.name)).toEqual([])
    await restart()
    await site.approved(csr.metadata.name)
  }

  it('OpenShift’s approver forgets a request passed over because a Node existed, also after the Node was deleted', async () => {
    const { nodeName, address } = site.fresh()
    await joinMachine(site.admin, nodeName, null, machineAddresses(nodeName, address))
    await joinNode(site.admin, nodeName, nodeAddresses(nodeName, address))
    const csr = await fileClient(nodeName)
    await answered(csr, 'forgets')
    await expectHolds(nodeName, 'nodeExists')
    await deleteNode(site.admin, nodeName)
    await expectForgotten(csr, nodeName)
    expect(theirs.approved).toContain(csr.metadata.name)
  })

  it('OpenShift’s approver forgets a request passed over because the Machine had a nodeRef, also after that was cleared', async () => {
    const { nodeName, address } = site.fresh()
    await site.join(nodeName, address)
    await deleteNode(site.admin, nodeName)
    const csr = await fileClient(nodeName)
    await answered(csr, 'forgets')
    await expectHolds(nodeName, 'hasNodeRef')
    await unlink(site.admin, nodeName)
    await expectForgotten(csr, nodeName)
    expect(theirs.approved).toContain(csr.metadata.name)
  })

  it('OpenShift’s approver forgets requests passed over by its brake, until people approve some, whose approvals count for 30 s more', async () => {
    const crowd = await Promise.all(Array.from({ length: 140 }, () => fileClient('crowd')))
    const { nodeName, address } = site.fresh()
    await joinMachine(site.admin, nodeName, null, machineAddresses(nodeName, address))
    const csr = await fileClient(nodeName)
    await answered(csr, 'forgets')
    await expectHolds(nodeName, 'machineApproverBrake')
    const from = Date.now()
    await Promise.all(crowd.map((one) => decideByHand(site.admin, one, 'Approved')))
    await expectHolds(nodeName, ...FITS)
    // Whole seconds, as in the API server's timestamps.
    expect(Date.now() - from).toBeGreaterThan(28_000)
    await expectForgotten(csr, nodeName)
  })
})

describe('the machine-approver retries requests that lacked something', () => {
  it('OpenShift’s approver retries a request whose Machine comes late', async () => {
    const { nodeName, address } = site.fresh()
    const csr = await fileClient(nodeName)
    await answered(csr, 'triesAgain')
    await expectHolds(nodeName, 'noMachine')
    await joinMachine(site.admin, nodeName, null, machineAddresses(nodeName, address))
    await site.approved(csr.metadata.name)
    expect(theirs.approved).toContain(csr.metadata.name)
  })

  it.each<[string, (address: string) => { type: string; address: string }[], Partial<Filing>]>([
    [
      'an IPv6 address in another spelling',
      () => [{ type: 'InternalIP', address: '2001:0DB8::77' }],
      { ipAddresses: ['2001:db8::77'] },
    ],
    ['a Hostname that is the IP address', (address) => [{ type: 'Hostname', address }], {}],
  ])(
    'OpenShift’s approver retries a request: %s, as it compares text',
    async (_case, addresses, over) => {
      const { nodeName, address } = site.fresh()
      const named = { type: 'InternalDNS', address: nodeName }
      const own = [...addresses(address), named]
      await joinMachine(
        site.admin,
        nodeName,
        [...own, { type: 'Hostname', address: nodeName }],
        own,
      )
      const csr = await site.file(nodeName, address, over)
      await answered(csr, 'triesAgain')
      // No kubelet answers here, and what it presents would do as well.
      await expectHolds(nodeName, 'kubelet')
      expect(await site.conditions(csr.metadata.name)).toEqual([])
    },
  )

  it('OpenShift’s approver never approves requests that were denied although their Machine fits', async () => {
    await theirs.stop()
    const csr = await site.goodRequest()
    await decideByHand(site.admin, csr, 'Denied')
    theirs = startMachineApprover(site.admin)
    await answered(csr, 'triesAgain')
    await nextIsApproved()
    expect(await site.conditions(csr.metadata.name)).toEqual(['Denied'])
    expect(theirs.approved).not.toContain(csr.metadata.name)
  })
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

it.each([
  ['before its ConfigMap was written', '2020-01-01T00:00:00.000000Z', 'configChanged'],
  ['after its ConfigMap was written', '2099-01-01T00:00:00.000000Z', 'machineApproverOff'],
])(
  'the machine-approver’s client flow is off by a ConfigMap, and it started %s',
  async (_case, acquireTime, expectHolds) => {
    await theirs.stop()
    await configure(acquireTime)
    const { nodeName, address } = site.fresh()
    await joinMachine(site.admin, nodeName, null, machineAddresses(nodeName, address))
    await fileClient(nodeName)
    const other = await startApp({ kubeconfig: site.cluster.kubeconfigs.admin })
    try {
      const holds = await until('its reasons', async () => {
        const holds = await holdsOf(other, nodeName)
        return holds.some(({ finding }) => finding.startsWith('machineApprover')) ? holds : null
      })
      expect(holds.map(({ finding, values }) => values.because ?? finding)).toContain(expectHolds)
    } finally {
      await other.stop()
      theirs = startMachineApprover(site.admin)
    }
  },
)

describe('the machine-approver ignores requests', () => {
  it('OpenShift’s approver ignores requests of a bootstrap token', async () => {
    const { nodeName, address } = site.fresh()
    await joinMachine(site.admin, nodeName, null, machineAddresses(nodeName, address))
    const csr = await fileClient(nodeName, { requestor: tokenRequestor('abcdef') })
    await expectHolds(nodeName, 'machineApproverRequestor')
    await nextIsApproved()
    expect(await site.conditions(csr.metadata.name)).toEqual([])
  })

  it('OpenShift’s approver ignores requests of Machines of Cluster API', async () => {
    const { nodeName, address } = site.fresh()
    const metadata = { name: nodeName, namespace: 'default' }
    const body = { apiVersion: 'cluster.x-k8s.io/v1beta1', kind: 'Machine', metadata, spec: {} }
    await site.admin.call('POST', CAPI, { body })
    const status = { addresses: machineAddresses(nodeName, address) }
    const merge = { contentType: 'application/merge-patch+json', body: { status } }
    await site.admin.call('PATCH', `${CAPI}/${nodeName}/status`, merge)
    const csr = await fileClient(nodeName)
    await answered(csr, 'triesAgain')
    await expectHolds(nodeName, 'noMachine')
    expect(await site.conditions(csr.metadata.name)).toEqual([])
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
})
