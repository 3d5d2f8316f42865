import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../cluster/cluster.ts'
import { until } from '../cluster/until.ts'
import {
  CSRS,
  conditionTypes,
  deleteCsrs,
  type KubeClient,
  kubeClient,
  readCsr,
} from '../fixtures/kube-client.ts'
import { approvalCounts } from './approval-writes.ts'
import { type ApproverProcess, startApprover, tokenKubeconfig } from './approver-process.ts'
import {
  type Filing,
  fileServing,
  joinMachine,
  joinNode,
  machineAddresses,
  nodeAddresses,
} from './machines.ts'
import { policyText } from './policy-text.ts'

const RBAC = new URL('../../deploy/approver-rbac.yaml', import.meta.url)
const POLICY = 'configmap:countersign/countersign-policy'
const CONFIG_MAPS = '/api/v1/namespaces/countersign/configmaps'
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/countersign/leases/countersign-approver'
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const USERNAME = 'system:serviceaccount:countersign:countersign-approver'

let cluster: Cluster
let admin: KubeClient
/** Exactly the rights of deploy/approver-rbac.yaml. */
let kubeconfig: string
let running: ApproverProcess[] = []
let made = 0

beforeAll(async () => {
  cluster = await startCluster()
  admin = kubeClient(cluster.kubeconfigs.admin)
  await cluster.kubectl(['apply', '-f', '-'], { input: readFileSync(RBAC, 'utf8') })
  const token = await cluster.kubectl([
    'create',
    'token',
    'countersign-approver',
    '-n',
    'countersign',
    '--duration=2h',
  ])
  kubeconfig = tokenKubeconfig(cluster.dir, cluster.server, cluster.ca, token.trim())
})

afterAll(async () => {
  await admin?.close()
  await cluster?.stop()
})

beforeEach(async () => {
  await admin.call('DELETE', LEASE)
  await admin.call('DELETE', `${CONFIG_MAPS}/countersign-policy`)
})

afterEach(async () => {
  await Promise.all(running.map((approver) => approver.stop('SIGKILL')))
  running = []
  await deleteCsrs(admin)
})

async function start(
  identity = 'one',
  more: { readonly expected?: string } = {},
): Promise<ApproverProcess> {
  const approver = await startApprover({ kubeconfig, policy: POLICY, identity, ...more })
  running.push(approver)
  return approver
}

/** Starts and leads, with that policy in force. */
async function lead(policy: Parameters<typeof policyText>[0]): Promise<ApproverProcess> {
  await writeDocuments({ 'policy.yaml': policyText(policy) })
  const approver = await start()
  await leads(approver)
  return approver
}

function leads(approver: ApproverProcess, timeoutMs?: number): Promise<true> {
  return until('the lead', async () => (await approver.metric(m('leader'))) === 1, timeoutMs)
}

const m = (name: string) => `countersign_approver_${name}`

/** Keys of the policy's ConfigMap; null takes one away. */
async function writeDocuments(data: Readonly<Record<string, string | null>>): Promise<void> {
  const merge = { contentType: 'application/merge-patch+json', body: { data } }
  const { status } = await admin.call('PATCH', `${CONFIG_MAPS}/countersign-policy`, merge)
  if (status !== 404) return
  await admin.call('POST', CONFIG_MAPS, {
    body: { kind: 'ConfigMap', metadata: { name: 'countersign-policy' }, data },
  })
}

/** A name and an address that no other test has. */
function fresh(): { readonly nodeName: string; readonly address: string } {
  made += 1
  return { nodeName: `edge-${made}`, address: `10.77.${made >> 8}.${made & 255}` }
}

function join(nodeName: string, address: string): Promise<void> {
  const own = nodeAddresses(nodeName, address)
  return joinMachine(admin, nodeName, own, machineAddresses(nodeName, address))
}

/** A machine that a Machine confirms, and its request. */
async function goodRequest(over: Partial<Filing> = {}) {
  const { nodeName, address } = fresh()
  await join(nodeName, address)
  return file(nodeName, address, over)
}

function file(nodeName: string, address: string, over: Partial<Filing> = {}) {
  return fileServing(admin, { nodeName, dnsNames: [nodeName], ipAddresses: [address], ...over })
}

async function conditions(name: string): Promise<readonly string[]> {
  return conditionTypes(await readCsr(admin, name))
}

function approved(name: string, timeoutMs?: number) {
  return until(
    `${name} to be approved`,
    async () => ((await conditions(name)).includes('Approved') ? readCsr(admin, name) : null),
    timeoutMs,
  )
}

interface KubeEvent {
  readonly reason: string
  readonly note: string
  readonly regarding: { readonly name: string; readonly uid: string; readonly kind: string }
}

async function events(uid: string): Promise<readonly KubeEvent[]> {
  const path = '/apis/events.k8s.io/v1/events'
  const { body } = await admin.call<{ items: readonly KubeEvent[] }>('GET', path)
  return body.items.filter(({ regarding }) => regarding.uid === uid)
}

function told(uid: string, reason: string): Promise<KubeEvent> {
  return until(`an Event ${reason}`, async () =>
    (await events(uid)).find((event) => event.reason === reason),
  )
}

describe('acting, with the rights of its manifest alone', () => {
  it('approves a good serving request, which is issued, and says by which policy', async () => {
    const approver = await lead({ name: 'rack2', mode: 'act' })
    const request = await goodRequest()
    const csr = await approved(request.metadata.name)
    const [condition] = csr.status?.conditions ?? []
    expect(condition).toMatchObject({ type: 'Approved', reason: 'CountersignAutoApprove' })
    expect(condition?.message).toMatch(/^Approved automatically by policy rack2@[0-9a-f]{12} as /)
    expect(condition?.message).toContain(USERNAME)
    await until(
      'a certificate',
      async () => (await readCsr(admin, request.metadata.name))?.status?.certificate,
    )
    expect(await told(request.metadata.uid, 'AutoApproved')).toMatchObject({
      regarding: { kind: 'CertificateSigningRequest', name: request.metadata.name },
    })
    expect(await approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(1)
    expect(await approver.metric(m('time_to_approve_seconds_count'))).toBe(1)
    expect((await approver.get('/readyz')).status).toBe(200)
  })

  it('leaves alone what is hostile, and says why in the metrics and in an Event', async () => {
    const approver = await lead({ mode: 'act' })
    const victim = fresh()
    await join(victim.nodeName, victim.address)
    const { nodeName, address } = fresh()
    await join(nodeName, address)
    const stolen = await file(nodeName, address, {
      ipAddresses: [address, victim.address],
      name: `stolen-${nodeName}`,
    })
    await join('rack-o1', '10.79.0.1')
    await joinNode(admin, 'rack-01', nodeAddresses('rack-01', '10.79.0.2'))
    const lookalike = await file('rack-01', '10.79.0.2')
    const good = await goodRequest()
    await approved(good.metadata.name)
    const event = await told(stolen.metadata.uid, 'LeftToAPerson')
    expect(event.note).toContain('sans.')
    expect(await conditions(stolen.metadata.name)).toEqual([])
    const suspicious = { outcome: 'left', because: 'suspicious' }
    const similar = await told(lookalike.metadata.uid, 'LeftToAPerson')
    expect(similar.note).toContain('name.confusable')
    expect(await conditions(lookalike.metadata.name)).toEqual([])
    expect(await approver.metric(m('decisions_total'), suspicious)).toBe(2)
    const confusable = { because: 'suspicious', check: 'name.confusable' }
    expect(await approver.metric(m('left_requests'), confusable)).toBe(1)
  })

  it('leaves a machine that nothing confirms to a person', async () => {
    const approver = await lead({ mode: 'act' })
    const { nodeName, address } = fresh()
    await joinNode(admin, nodeName, nodeAddresses(nodeName, address))
    const plausible = await file(nodeName, address)
    await told(plausible.metadata.uid, 'LeftToAPerson')
    expect(await conditions(plausible.metadata.name)).toEqual([])
    expect(await approver.metric(m('left_requests'), { because: 'notVerified' })).toBe(1)
  })

  it('may approve for no other signer', async () => {
    const client = kubeClient(kubeconfig)
    const may = async (name: string) => {
      const { body } = await client.call<{ status: { allowed: boolean } }>('POST', REVIEWS, {
        body: {
          kind: 'SelfSubjectAccessReview',
          spec: {
            resourceAttributes: {
              group: 'certificates.k8s.io',
              resource: 'signers',
              verb: 'approve',
              name,
            },
          },
        },
      })
      return body.status.allowed
    }
    expect(await may('kubernetes.io/kubelet-serving')).toBe(true)
    expect(await may('kubernetes.io/kube-apiserver-client-kubelet')).toBe(false)
    expect(await may('kubernetes.io/kube-apiserver-client')).toBe(false)
    expect(await may('kubernetes.io/*')).toBe(false)
    const { nodeName, address } = fresh()
    await joinNode(admin, nodeName, nodeAddresses(nodeName, address))
    const request = await fileServing(admin, { nodeName, kind: 'renewal' })
    const approval = `${CSRS}/${request.metadata.name}/approval`
    const condition = { type: 'Approved', status: 'True', reason: 'x', message: 'x' }
    const body = { ...request, status: { conditions: [condition] } }
    expect((await client.call('PUT', approval, { body })).status).toBe(403)
    await client.close()
  })
})

describe('client requests, where the policy and the role have them', () => {
  const GRANT = 'countersign-approver-clients'
  const EXPECTED = `${CONFIG_MAPS}/countersign-expected`

  beforeAll(async () => {
    const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: GRANT }
    const rule = {
      apiGroups: ['certificates.k8s.io'],
      resources: ['signers'],
      resourceNames: ['kubernetes.io/kube-apiserver-client-kubelet'],
      verbs: ['approve'],
    }
    const objects = [
      { kind: 'ClusterRole', metadata: { name: GRANT }, rules: [rule] },
      {
        kind: 'ClusterRoleBinding',
        metadata: { name: GRANT },
        roleRef: role,
        subjects: [
          { kind: 'ServiceAccount', name: 'countersign-approver', namespace: 'countersign' },
        ],
      },
    ].map((object) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', ...object }))
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    await cluster.kubectl(['apply', '-f', '-'], { input })
  })

  afterAll(async () => {
    await cluster.kubectl(['delete', 'clusterrolebinding,clusterrole', GRANT])
    await admin.call('DELETE', EXPECTED)
  })

  const fileClient = (nodeName: string) =>
    file(nodeName, '', { kind: 'client', dnsNames: [], ipAddresses: [] })

  it('of a machine that something else confirms: approved, issued; of any other: left, with the reason', async () => {
    const [machine, listed, taken, down, unlisted] = [fresh(), fresh(), fresh(), fresh(), fresh()]
    const own = machineAddresses(machine.nodeName, machine.address)
    await joinMachine(admin, machine.nodeName, null, own)
    for (const { nodeName, address } of [taken, down]) {
      await joinNode(admin, nodeName, nodeAddresses(nodeName, address))
    }
    await admin.call('PATCH', `/api/v1/nodes/${taken.nodeName}/status`, {
      contentType: 'application/strategic-merge-patch+json',
      body: { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
    })
    const names = [machine, listed, taken, down].map(({ nodeName }) => nodeName)
    await admin.call('DELETE', EXPECTED)
    await admin.call('POST', CONFIG_MAPS, {
      body: {
        kind: 'ConfigMap',
        metadata: { name: 'countersign-expected' },
        data: { 'machines.csv': ['name', ...names].join('\n') },
      },
    })
    const spec = { expectedComplete: true }
    await writeDocuments({ 'policy.yaml': policyText({ mode: 'act', clients: true, spec }) })
    const approver = await start('one', { expected: 'configmap:countersign/countersign-expected' })
    await leads(approver)

    const left: readonly (readonly [{ readonly nodeName: string }, string])[] = [
      // A Ready node has the name.
      [taken, 'node.new'],
      // So has one that is down: whoever has the bootstrap credential could be it.
      [down, 'node.new'],
      [unlisted, 'identity.expected'],
    ]
    const hostile = []
    for (const [{ nodeName }, check] of left)
      hostile.push([await fileClient(nodeName), check] as const)
    for (const { nodeName } of [machine, listed]) {
      const { metadata } = await fileClient(nodeName)
      const csr = await approved(metadata.name)
      expect(csr.status?.conditions?.[0]?.reason).toBe('CountersignAutoApprove')
      await until(
        'a certificate',
        async () => (await readCsr(admin, metadata.name))?.status?.certificate,
      )
    }
    for (const [{ metadata }, check] of hostile) {
      expect((await told(metadata.uid, 'LeftToAPerson')).note).toContain(check)
      expect(await conditions(metadata.name)).toEqual([])
    }
    expect(await approver.metric(m('decisions_total'), { outcome: 'approved' })).toBe(2)
  })

  it('of a machine that nothing but its own word confirms: left, and all of them where the policy says nothing of clients', async () => {
    const approver = await lead({ mode: 'act', clients: true })
    const plausible = await fileClient(fresh().nodeName)
    await told(plausible.metadata.uid, 'LeftToAPerson')
    expect(await approver.metric(m('left_requests'), { because: 'notVerified' })).toBe(1)

    await writeDocuments({ 'policy.yaml': policyText({ mode: 'act' }) })
    const leftAsClients = (count: number) =>
      until(
        `${count} left as client requests`,
        async () => (await approver.metric(m('left_requests'), { because: 'clients' })) === count,
      )
    await leftAsClients(1)
    const { nodeName, address } = fresh()
    await joinMachine(admin, nodeName, null, machineAddresses(nodeName, address))
    const confirmed = await fileClient(nodeName)
    await leftAsClients(2)
    for (const { metadata } of [plausible, confirmed]) {
      expect(await conditions(metadata.name)).toEqual([])
    }
  })
})

describe('what an admin says', () => {
  it('shadow mode says what it would do, and does nothing', async () => {
    const approver = await lead({ mode: 'shadow' })
    const request = await goodRequest()
    await told(request.metadata.uid, 'WouldApprove')
    expect(await conditions(request.metadata.name)).toEqual([])
    expect(await approver.metric(m('decisions_total'), { outcome: 'would_approve' })).toBe(1)
    await writeDocuments({ 'policy.yaml': policyText({ mode: 'act' }) })
    await approved(request.metadata.name)
  })

  it('the kill switch stops it, and it goes on when that is taken back', async () => {
    const approver = await lead({ mode: 'act' })
    await approved((await goodRequest()).metadata.name)
    await writeDocuments({ paused: 'true' })
    await until(
      'the kill switch to be seen',
      async () => (await approver.metric(m('paused'))) === 1,
    )
    const request = await goodRequest()
    await until(
      'the request to be seen',
      async () => (await approver.metric(m('pending_requests'))) === 1,
    )
    expect(await conditions(request.metadata.name)).toEqual([])
    await writeDocuments({ paused: 'false' })
    await approved(request.metadata.name)
  })

  it('a policy that turns bad keeps the last good one in force; one that is gone pauses', async () => {
    const approver = await lead({ mode: 'act' })
    await writeDocuments({ 'policy.yaml': 'kind: [' })
    await until('the problem', async () => (await approver.metric(m('policy_problem'))) === 1)
    await approved((await goodRequest()).metadata.name)
    await admin.call('DELETE', `${CONFIG_MAPS}/countersign-policy`)
    await until('the policy to be missed', () =>
      approver.log.find((line) => String(line.problem).includes('does not exist')),
    )
    // With the policy its kill switch has gone, and nobody knows how that stood.
    await until('the pause', async () => (await approver.metric(m('paused'))) === 1)
    const request = await goodRequest()
    await until(
      'the request to be seen',
      async () => (await approver.metric(m('pending_requests'))) === 1,
    )
    expect(await conditions(request.metadata.name)).toEqual([])
    await writeDocuments({ 'policy.yaml': policyText({ mode: 'act' }) })
    await approved(request.metadata.name)
  })

  it('a machine on the list of expected ones needs no Machine, one beside it does', async () => {
    await writeDocuments({ 'policy.yaml': policyText({ mode: 'act' }) })
    const [listed, unlisted] = [fresh(), fresh()]
    const list = `name,addresses\n${listed.nodeName},${listed.address}\n`
    await admin.call('POST', CONFIG_MAPS, {
      body: {
        kind: 'ConfigMap',
        metadata: { name: 'countersign-expected' },
        data: { 'machines.csv': list },
      },
    })
    await start('one', { expected: 'configmap:countersign/countersign-expected' })
    const names: string[] = []
    for (const { nodeName, address } of [unlisted, listed]) {
      await joinNode(admin, nodeName, nodeAddresses(nodeName, address))
      names.push((await file(nodeName, address)).metadata.name)
    }
    await approved(names[1] ?? '')
    expect(await conditions(names[0] ?? '')).toEqual([])
  })

  it('without a policy nothing is done', async () => {
    const approver = await start()
    await leads(approver)
    const request = await goodRequest()
    await until('the policy to be missed', () =>
      approver.log.find(({ event }) => event === 'policyProblem'),
    )
    expect((await approver.get('/readyz')).status).toBe(503)
    expect(await conditions(request.metadata.name)).toEqual([])
  })

  it('the brake stops a node, says so, outlives the process, and a person releases it', async () => {
    const approver = await lead({
      mode: 'act',
      limits: { perNode: 2, perRequestor: 50, total: 50 },
    })
    const { nodeName, address } = fresh()
    await join(nodeName, address)
    const names: string[] = []
    for (let n = 0; n < 3; n += 1) {
      const { metadata } = await file(nodeName, address, { keyName: `${nodeName}-${n}` })
      names.push(metadata.name)
      if (n < 2) await approved(metadata.name)
    }
    const tripped = { scope: 'node' }
    await until('the brake', async () => (await approver.metric(m('brake_tripped'), tripped)) === 1)
    expect(await conditions(names[2] ?? '')).toEqual([])
    // Others go on.
    await approved((await goodRequest()).metadata.name)

    const lease = await admin.call<{ metadata: { annotations: Record<string, string> } }>(
      'GET',
      LEASE,
    )
    expect(
      JSON.parse(lease.body.metadata.annotations['countersign.dev/brake'] ?? ''),
    ).toMatchObject([{ scope: 'node', name: nodeName }])
    expect(await approver.stop('SIGTERM')).toBe(0)
    const second = await start('two')
    await leads(second)
    await until(
      'the brake is known',
      async () => (await second.metric(m('brake_tripped'), tripped)) === 1,
    )
    expect(await conditions(names[2] ?? '')).toEqual([])
    await writeDocuments({ released: new Date().toISOString() })
    await approved(names[2] ?? '')
    expect(await second.metric(m('brake_tripped'), tripped)).toBe(0)
  })
})

describe('two of them', () => {
  it('one leads; when it is stopped it gives the lease back and the other begins at once', async () => {
    const first = await lead({ mode: 'act' })
    const second = await start('two')
    await until('the other to be ready', async () => (await second.get('/readyz')).status === 200)
    expect(await second.metric(m('leader'))).toBe(0)
    expect(await first.stop('SIGTERM')).toBe(0)
    const stoppedAt = Date.now()
    await leads(second)
    expect(Date.now() - stoppedAt).toBeLessThan(5_000)
    await approved((await goodRequest()).metadata.name)
  })

  it('the leader is killed at work: the other goes on within 20 s, and no effect is double', async () => {
    const first = await lead({ mode: 'act', limits: { perNode: 9, perRequestor: 99, total: 999 } })
    const second = await start('two')
    await until('the other to be ready', async () => (await second.get('/readyz')).status === 200)
    const machines = Array.from({ length: 40 }, fresh)
    for (const { nodeName, address } of machines) await join(nodeName, address)
    const filed = machines.map(({ nodeName, address }) => file(nodeName, address))
    const requests = await Promise.all(filed)
    await until(
      'the first approvals',
      async () => (await first.metric(m('decisions_total'), { outcome: 'approved' })) > 0,
    )
    await first.stop('SIGKILL')
    const killedAt = Date.now()
    const late = await goodRequest()
    await approved(late.metadata.name, 25_000)
    expect(Date.now() - killedAt).toBeLessThan(20_000)
    for (const { metadata } of requests) await approved(metadata.name)
    const writes = approvalCounts(cluster)
    const names = [...requests, late].map(({ metadata }) => metadata.name)
    expect(names.map((name) => writes.get(name))).toEqual(names.map(() => 1))
  })
})
