/** The dashboard's account where the API server takes no token of the provider. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { callsByParty } from '../fixtures/audit-callers.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { CSRS, csrPath, type KubeClient, kubeClient } from '../fixtures/kube-client.ts'
import { fileOn } from '../fixtures/real-requests.ts'
import { bindTeam, TEAM_PEOPLE } from '../fixtures/team-rights.ts'
import { rendered, type Values } from '../install/helm.ts'
import { one } from '../install/manifests.ts'

const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const REVIEW = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
const MAY = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const ACCOUNT = 'countersign-dashboard'
const ALICE = { username: 'oidc:alice', groups: ['oidc:platform-admins'] }
const BOB = { username: 'oidc:bob', groups: ['oidc:viewers'] }
const ROOT = { username: 'oidc:alice', groups: ['system:masters'] }

let cluster: Cluster
let admin: KubeClient
let account: KubeClient

beforeAll(async () => {
  cluster = await startCluster({ openshift: false, controllerManager: false })
  admin = kubeClient(cluster.kubeconfigs.admin)
  await cluster.kubectl(['create', 'serviceaccount', ACCOUNT])
  await cluster.kubectl([
    ...['create', 'clusterrolebinding', ACCOUNT, `--clusterrole=${ACCOUNT}`],
    `--serviceaccount=default:${ACCOUNT}`,
  ])
  await bindTeam(cluster)
  const token = (await cluster.kubectl(['create', 'token', ACCOUNT])).trim()
  account = kubeClient(cluster.kubeconfigs.admin, token)
})
afterAll(async () => {
  await account?.close()
  await admin?.close()
  await cluster?.stop()
})

/** Gives the account the chart's own role, and waits until it is in force. */
async function install(impersonation: 'constrained' | 'legacy'): Promise<void> {
  const oidc = { issuer: 'https://id.example.com', clientId: 'countersign' }
  const dashboard = {
    ...{ enabled: true, publicUrl: 'https://countersign.example.com', signIn: ['oidc'] },
    ...{ oidc, impersonation },
  }
  const people = {
    approvers: { users: [ALICE.username], groups: ALICE.groups },
    viewers: { groups: ['oidc:viewers'] },
  }
  const values: Values = { dashboard, people }
  const role = one(rendered({ values }), 'ClusterRole', ACCOUNT)
  await cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(role) })
  const verb = impersonation === 'constrained' ? 'impersonate:user-info' : 'impersonate'
  const group = impersonation === 'constrained' ? 'authentication.k8s.io' : ''
  const other = impersonation === 'constrained' ? 'impersonate' : 'impersonate:user-info'
  const otherGroup = impersonation === 'constrained' ? '' : 'authentication.k8s.io'
  await until(`${impersonation} impersonation is in force`, async () => {
    const named = { resource: 'users', name: ALICE.username }
    const has = await may(account, { ...named, verb, group })
    return has && !(await may(account, { ...named, verb: other, group: otherGroup }))
  })
}

async function may(client: KubeClient, resourceAttributes: object, as?: typeof ALICE) {
  const { status, body } = await client.call<{ status: { allowed: boolean } }>('POST', MAY, {
    ...(as !== undefined && { as }),
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    },
  })
  expect(status).toBe(201)
  return body.status.allowed
}

async function approve(name: string, as?: typeof ALICE) {
  const { body } = await admin.call('GET', csrPath(name))
  const now = new Date().toISOString()
  const condition = { type: 'Approved', status: 'True', reason: 'Test', lastUpdateTime: now }
  const { status, body: answer } = await account.call('PUT', csrPath(name, 'approval'), {
    ...(as !== undefined && { as }),
    body: { ...body, status: { conditions: [condition] } },
  })
  return { status, message: answer.message ?? '' }
}

const UPDATE = {
  ...{ group: 'certificates.k8s.io', resource: 'certificatesigningrequests' },
  ...{ subresource: 'approval', verb: 'update' },
}

describe.each(['constrained', 'legacy'] as const)('%s impersonation', (mode) => {
  beforeAll(() => install(mode))

  it('says who alice is, and what she may do', async () => {
    const { status, body } = await account.call<{ status: { userInfo: unknown } }>('POST', WHO, {
      as: ALICE,
      body: REVIEW,
    })
    expect(status).toBe(201)
    expect(body.status.userInfo).toMatchObject({
      username: 'oidc:alice',
      groups: ['oidc:platform-admins', 'system:authenticated'],
    })
    expect(await may(account, UPDATE, ALICE)).toBe(true)
  })

  it('approves as alice, by her own rights; the audit log names her', async () => {
    const { metadata } = await fileOn(admin, { nodeName: `${mode}-1` })
    expect(await approve(metadata.name, ALICE)).toMatchObject({ status: 200 })
    const [entry] = auditEntries(cluster, `${metadata.name}/approval`)
    expect(entry).toMatchObject({
      user: { username: `system:serviceaccount:default:${ACCOUNT}` },
      impersonatedUser: { username: 'oidc:alice' },
      responseStatus: { code: 200 },
    })
  })

  it('never acts as an administrator', async () => {
    const { metadata } = await fileOn(admin, { nodeName: `${mode}-2` })
    expect(await approve(metadata.name, ROOT)).toMatchObject({ status: 403 })
    const master = { username: 'oidc:alice', groups: [...ALICE.groups, 'system:masters'] }
    expect(await approve(metadata.name, master)).toMatchObject({ status: 403 })
  })

  it('the account itself may not approve', async () => {
    const { metadata } = await fileOn(admin, { nodeName: `${mode}-3` })
    expect(await approve(metadata.name)).toMatchObject({ status: 403 })
    expect(await may(account, UPDATE)).toBe(false)
  })
})

describe('constrained impersonation', () => {
  beforeAll(() => install('constrained'))

  it('bob may not approve', async () => {
    const { metadata } = await fileOn(admin, { nodeName: 'bob-1' })
    expect(await may(account, UPDATE, BOB)).toBe(false)
    expect(await approve(metadata.name, BOB)).toMatchObject({
      status: 403,
      message: expect.stringContaining('oidc:bob'),
    })
  })

  it.each([
    ['GET', CSRS],
    ['GET', '/api/v1/secrets'],
    ['GET', '/api/v1/nodes'],
  ])('no other call is made as alice: %s %s', async (method, path) => {
    expect(await account.call(method, path, { as: ALICE })).toMatchObject({ status: 403 })
  })

  it.each(['system:serviceaccount:kube-system:default', 'system:node:worker-1', 'system:admin2'])(
    'as %s, nothing is approved',
    async (username) => {
      const { metadata } = await fileOn(admin, { nodeName: `as-${username.length}` })
      expect(await approve(metadata.name, { username, groups: [] })).toMatchObject({ status: 403 })
    },
  )
})

describe('legacy impersonation', () => {
  beforeAll(() => install('legacy'))

  it('acts as nobody whom the role does not name', async () => {
    const { metadata } = await fileOn(admin, { nodeName: 'legacy-4' })
    expect(await approve(metadata.name, BOB)).toMatchObject({
      status: 403,
      message: expect.stringContaining('impersonate'),
    })
  })
})

it('every call in the API server’s log is somebody’s: the account writes in people’s names alone', () => {
  const reader = `system:serviceaccount:default:${ACCOUNT}`
  const calls = callsByParty(cluster, { reader, people: TEAM_PEOPLE })
  expect([...calls.keys()]).toEqual(expect.arrayContaining(['person', 'refused']))
})
