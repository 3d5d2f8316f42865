import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRequest } from '#lib/csr/reading/pkcs10.ts'
import { type Cluster, type Identity, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { readWithGo } from '#sandbox/control-plane/go-reading.ts'
import { needKubelets } from '#sandbox/control-plane/real-kubelets.ts'
import { startFaultProxy } from '#sandbox/control-plane/toxiproxy.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { CSRS, isReady, type KubeClient, kubeClient } from '../fixtures/kube-client.ts'

const CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet'
const SERVING = 'kubernetes.io/kubelet-serving'
const OTHER = 'kubernetes.io/kube-apiserver-client'
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const BOOTSTRAPPER = 'system:serviceaccount:openshift-machine-config-operator:node-bootstrapper'

interface Csr {
  readonly metadata: { readonly name: string; readonly uid: string }
  readonly spec: {
    readonly signerName: string
    readonly username: string
    readonly groups: readonly string[]
    readonly usages: readonly string[]
    readonly request: string
  }
  readonly status: {
    readonly certificate?: string
    readonly conditions?: readonly { readonly type: string }[]
  }
}

let cluster: Cluster
let admin: KubeClient

beforeAll(async () => {
  cluster = await startCluster()
  admin = kubeClient(cluster.kubeconfigs.admin)
})
afterAll(async () => {
  await admin?.close()
  await cluster?.stop()
})

async function csrs(): Promise<Csr[]> {
  return (await admin.call<{ items: Csr[] }>('GET', CSRS)).body.items
}

/** Pending requests for a node, by the name inside them rather than by requestor. */
async function pending(node: string, signerName: string): Promise<Csr[]> {
  const nameIn = (csr: Csr) => readRequest(csr.spec.request).x509cr?.subject.commonNames[0]
  return (await csrs()).filter(
    (csr) =>
      csr.spec.signerName === signerName &&
      !csr.status.conditions &&
      nameIn(csr) === `system:node:${node}`,
  )
}

async function firstPending(node: string, signerName: string): Promise<Csr> {
  return until(
    `a ${signerName} request of ${node}`,
    async () => (await pending(node, signerName))[0],
  )
}

function approve(csr: Csr, as: Identity = 'approver'): Promise<string> {
  return cluster.kubectl(['certificate', 'approve', csr.metadata.name], { as })
}

function healthz(node: string): Promise<string> {
  return cluster
    .kubectl(['get', '--raw', `/api/v1/nodes/${node}/proxy/healthz`])
    .catch((error: Error) => error.message)
}

/** The API server's access review: `verb resource.group/subresource`, and an object's name. */
async function may(as: Identity, act: string, name = ''): Promise<boolean> {
  const [, verb, resource, group = '', subresource = ''] =
    /^(\w+) (\w+)(?:\.([\w.]+))?(?:\/(\w+))?$/.exec(act) ?? []
  const resourceAttributes = { verb, resource, group, subresource, name }
  const client = kubeClient(cluster.kubeconfigs[as])
  const { body } = await client.call<{ status: { allowed: boolean } }>('POST', REVIEWS, {
    body: { kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } },
  })
  await client.close()
  return body.status.allowed
}

describe('identities', () => {
  const requests = 'certificatesigningrequests.certificates.k8s.io'
  const signers = 'signers.certificates.k8s.io'
  it.each<[as: Identity, act: string, name: string, allowed: boolean]>([
    ['admin', 'delete nodes', '', true],
    ['viewer', `watch ${requests}`, '', true],
    ['viewer', 'list nodes', '', true],
    ['viewer', 'list machines.machine.openshift.io', '', true],
    ['viewer', 'get clusteroperators.config.openshift.io', '', true],
    ['viewer', `update ${requests}/approval`, '', false],
    ['viewer', `approve ${signers}`, SERVING, false],
    ['approver', `list ${requests}`, '', true],
    ['approver', `update ${requests}/approval`, '', true],
    ['approver', `approve ${signers}`, CLIENT, true],
    ['approver', `approve ${signers}`, SERVING, true],
    ['approver', `approve ${signers}`, OTHER, false],
    ['approver', `delete ${requests}`, '', false],
    ['nobody', `list ${requests}`, '', false],
    ['nobody', 'list nodes', '', false],
    ['bootstrap', `create ${requests}`, '', true],
    ['bootstrap', 'list nodes', '', false],
    ['kubeadm', `create ${requests}`, '', true],
  ])('the right of %s to %s %s is as it should be: %s', async (as, act, name, allowed) => {
    expect(await may(as, act, name)).toBe(allowed)
  })

  it('a viewer is refused when approving, and every identity may look', async () => {
    await cluster.fill({ nodes: 0, csrs: 1, newPrefix: 'refused-' })
    const csr = await firstPending('refused-1', CLIENT)
    await expect(approve(csr, 'viewer')).rejects.toThrow(/forbidden/i)
    await expect(approve(csr, 'nobody')).rejects.toThrow(/forbidden/i)
    expect(await pending('refused-1', CLIENT)).toHaveLength(1)
  })

  it('the approver is refused for any signer but the kubelets’ two', async () => {
    const [given] = await csrs()
    const manifest = {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name: 'other-signer' },
      spec: { request: given?.spec.request, signerName: OTHER, usages: ['client auth'] },
    }
    await cluster.kubectl(['create', '-f', '-'], { input: JSON.stringify(manifest) })
    await expect(
      cluster.kubectl(['certificate', 'approve', 'other-signer'], { as: 'approver' }),
    ).rejects.toThrow(`user not permitted to approve requests with signerName "${OTHER}"`)
  })
})

describe('a real kubelet', () => {
  it('a real kubelet files twice, and exec works only after its serving request is approved', async ({
    skip,
  }) => {
    needKubelets(cluster, skip)
    const { address } = await cluster.startKubelet('worker-1')
    expect(address).toMatch(/^198\.51\.100\./)

    const client = await firstPending('worker-1', CLIENT)
    expect(client.spec.username).toBe(BOOTSTRAPPER)
    await approve(client)
    await until('worker-1 is Ready', () => isReady(admin, 'worker-1'))

    const serving = await firstPending('worker-1', SERVING)
    expect(serving.spec.username).toBe('system:node:worker-1')
    const [read] = await readWithGo([serving.spec.request])
    expect(read).toMatchObject({ dns: ['worker-1'], ips: [address], signatureValid: true })
    await until('the symptom', async () =>
      (await healthz('worker-1')).includes('remote error: tls: internal error'),
    )

    await approve(serving)
    await until('the way to worker-1', async () => (await healthz('worker-1')) === 'ok')

    const audit = auditEntries(cluster, '"subresource":"approval"').filter(
      ({ objectRef }) => objectRef.name === serving.metadata.name,
    )
    expect(audit).toContainEqual(expect.objectContaining({ verb: 'update' }))
    expect(audit.map((entry) => entry.user.username)).toEqual(['approver'])
  })

  it('a real kubelet also takes a bootstrap token of kubeadm', async ({ skip }) => {
    needKubelets(cluster, skip)
    await cluster.startKubelet('worker-2', { bootstrap: 'kubeadm' })
    const client = await firstPending('worker-2', CLIENT)
    expect(client.spec.username).toBe('system:bootstrap:abcdef')
    expect(client.spec.groups).toContain('system:bootstrappers')
    await cluster.stopKubelet('worker-2')
  })
})

describe('light kubelets', () => {
  it('light kubelets join as kubelets do, each with a Machine that finally names its Node', async () => {
    const options = { prefix: 'light-', machineObjects: true, wait: '5s', readyAfter: '0s' }
    const crowd = await cluster.startLightKubelets({ count: 3, ...options })
    const nodes = ['light-1', 'light-2', 'light-3']

    // A kubelet without an answer files another request with another key, and both stay.
    const [older, newer] = await until('a second request of light-1', async () => {
      const all = await pending('light-1', CLIENT)
      return all.length > 1 && all
    })
    expect(older?.spec.username).toBe(BOOTSTRAPPER)
    const keys = await readWithGo([older?.spec.request ?? '', newer?.spec.request ?? ''])
    expect(keys[0]?.rawPublicKey).not.toBe(keys[1]?.rawPublicKey)

    await until(
      'all have joined',
      async () => {
        for (const node of nodes) {
          for (const signer of [CLIENT, SERVING]) {
            for (const csr of await pending(node, signer)) await approve(csr)
          }
        }
        const issued = (await csrs()).filter(
          (csr) =>
            csr.spec.signerName === SERVING &&
            nodes.includes(csr.spec.username.replace('system:node:', '')) &&
            csr.status.certificate,
        )
        return (
          issued.length >= nodes.length &&
          (await Promise.all(nodes.map((node) => isReady(admin, node)))).every(Boolean)
        )
      },
      120_000,
    )

    const machines = JSON.parse(
      await cluster.kubectl(['get', 'machines.machine.openshift.io', '-A', '-o', 'json']),
    ).items.map((machine: { status: { phase: string; nodeRef?: { name: string } } }) => [
      machine.status.phase,
      machine.status.nodeRef?.name,
    ])
    expect(machines).toEqual(nodes.map((node) => ['Running', node]))
    await crowd.stop()
  })
})

describe('faults', () => {
  it('the API server comes back after a crash on the same port, with all objects', async () => {
    const before = (await csrs()).map((csr) => csr.metadata.uid)
    await cluster.killApiServer()
    await expect(cluster.kubectl(['get', 'csr', '--request-timeout=2s'])).rejects.toThrow(/refused/)
    await cluster.restartApiServer()
    expect((await csrs()).map((csr) => csr.metadata.uid)).toEqual(expect.arrayContaining(before))
  })

  it('a proxy in between slows, cuts and heals', async () => {
    const proxy = await startFaultProxy(cluster.server)
    try {
      const through = cluster.kubeconfigAt(`https://${proxy.address}`)
      const get = (timeout: string) =>
        cluster.kubectl(['--kubeconfig', through, `--request-timeout=${timeout}`, 'get', 'ns'])
      expect(await get('5s')).toContain('kube-system')
      const toxic = await proxy.addToxic({ type: 'timeout', attributes: { timeout: 0 } })
      await expect(get('1s')).rejects.toThrow(/deadline exceeded|timeout/i)
      await proxy.removeToxic(toxic)
      await proxy.disable()
      await expect(get('1s')).rejects.toThrow(/refused/)
      await proxy.enable()
      expect(await get('5s')).toContain('kube-system')
    } finally {
      await proxy.stop()
    }
  })
})
