import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Cluster, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { authenticationConfiguration } from '#sandbox/openid/authentication-configuration.ts'
import {
  type Account,
  type OpenIdProvider,
  startOpenIdProvider,
} from '#sandbox/openid/openid-provider.ts'
import { callsByParty } from '../fixtures/audit-callers.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { idTokenFor, untilTrusted } from '../fixtures/id-token.ts'
import { CSRS, csrPath, type KubeClient, kubeClient } from '../fixtures/kube-client.ts'
import { fileOn } from '../fixtures/real-requests.ts'
import { bindTeam, TEAM_PEOPLE } from '../fixtures/team-rights.ts'

let provider: OpenIdProvider
let cluster: Cluster
let admin: KubeClient
const clients: KubeClient[] = []

beforeAll(async () => {
  provider = await startOpenIdProvider({ publicUrl: 'https://countersign.example.com' })
  cluster = await startCluster({
    openshift: false,
    controllerManager: false,
    authenticationConfig: authenticationConfiguration(provider),
  })
  admin = open()
  await bindTeam(cluster)
  await untilTrusted(cluster, provider)
})
afterAll(async () => {
  for (const client of clients) await client.close()
  await cluster?.stop()
  await provider?.close()
})

function open(token?: string): KubeClient {
  const client = kubeClient(cluster.kubeconfigs.admin, token)
  clients.push(client)
  return client
}

/** A client with this person's ID token. */
async function as(account: Account): Promise<KubeClient> {
  return open(await idTokenFor(provider, account))
}

async function approve(client: KubeClient, name: string): Promise<number> {
  const { body } = await admin.call('GET', csrPath(name))
  const now = new Date().toISOString()
  const condition = { type: 'Approved', status: 'True', reason: 'Test', lastUpdateTime: now }
  const approved = { ...body, status: { conditions: [condition] } }
  return (await client.call('PUT', csrPath(name, 'approval'), { body: approved })).status
}

it('each person sees and approves by the bindings of their groups', async () => {
  const { metadata } = await fileOn(admin, { nodeName: 'worker-1' })
  const [alice, bob, carol] = [await as('alice'), await as('bob'), await as('carol')]
  const seen = [alice, bob, carol].map(async (one) => (await one.call('GET', CSRS)).status)
  expect(await Promise.all(seen)).toEqual([200, 200, 403])
  expect(await approve(carol, metadata.name)).toBe(403)
  expect(await approve(bob, metadata.name)).toBe(403)
  expect(await approve(alice, metadata.name)).toBe(200)

  const tries = auditEntries(cluster, '/approval').map(
    ({ user, responseStatus }) => `${user.username} ${responseStatus.code}`,
  )
  expect(tries).toEqual(['oidc:carol 403', 'oidc:bob 403', 'oidc:alice 200'])
})

it('every call in the API server’s log is by a known identity', () => {
  const calls = callsByParty(cluster, { people: TEAM_PEOPLE })
  expect(calls.keys()).toContain('person')
})
