/**
 * A cluster of one machine that runs Pods, for every spec of this folder: all of them share it, and
 * one worker runs them in the order of their files.
 */
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { type Cluster, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { until as untilSoon } from '#sandbox/control-plane/wait-until.ts'
import { authenticationConfiguration } from '#sandbox/openid/authentication-configuration.ts'
import {
  type OpenIdProvider,
  PROVIDER_NAME,
  startOpenIdProvider,
} from '#sandbox/openid/openid-provider.ts'
import { callsByParty, type Parties } from '../fixtures/audit-callers.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { expectNoSecretsIn } from '../fixtures/cluster-secrets.ts'
import {
  CSRS,
  conditionTypes,
  type KubeClient,
  type KubeObject,
  kubeClient,
  readCsr,
} from '../fixtures/kube-client.ts'
import { expect, test as pageTest } from '../fixtures/page.ts'
import { expectNoSecrets, rememberTokens } from '../fixtures/secrets.ts'
import { TEAM_PEOPLE } from '../fixtures/team-rights.ts'
import { NODE_ADDRESS } from './namespaces.ts'
import { readPlace } from './place.ts'
import { FOR_PODS, type PodNode, startPodNode } from './pod-node.ts'
import { type Registry, startRegistry, unpackArchive } from './registry.ts'
import { APPROVER, DASHBOARD, IMAGE_NAME, NAMESPACE, OTHER_URL, PUBLIC_URL } from './release.ts'

export interface Stand {
  readonly cluster: Cluster
  readonly kube: KubeClient
  readonly provider: OpenIdProvider
  /** The machine's kubelet pulls from it. */
  readonly registry: Registry
  readonly node: PodNode
  /** Digest of the product's image there. */
  readonly digest: string
}

/** Namespace of the approver that needs no network of Pods. */
export const EARLY_NAMESPACE = 'early'

const account = (namespace: string, name: string) => `system:serviceaccount:${namespace}:${name}`

/** Everybody whose calls the suite makes, besides the admin, the machines and the control plane. */
const PARTIES: Parties = {
  reader: account(NAMESPACE, DASHBOARD),
  approvers: [account(NAMESPACE, APPROVER), account(EARLY_NAMESPACE, APPROVER)],
  people: TEAM_PEOPLE,
}

/** The machine has no network for Pods until a test connects it. */
export const test = pageTest.extend<{ output: undefined }, { stand: Stand }>({
  // A program's own error, such as a record that cannot be written, is only there.
  output: [
    async ({ stand: { cluster } }, use, testInfo) => {
      await use(undefined)
      if (testInfo.status === testInfo.expectedStatus) return
      const logs = ['logs', '-n', NAMESPACE, '-l', 'app.kubernetes.io/name=countersign']
      const body = await cluster.kubectl([...logs, '--prefix', '--tail=200'])
      await testInfo.attach('output of the Pods', { body })
    },
    { auto: true },
  ],
  stand: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const provider = await startOpenIdProvider({
        ...{ publicUrl: PUBLIC_URL, alsoAt: [OTHER_URL], address: NODE_ADDRESS },
        onTokens: rememberTokens,
      })
      const cluster = await startCluster({
        ...FOR_PODS,
        openshift: false,
        authenticationConfig: authenticationConfiguration(provider),
      })
      const kube = kubeClient(cluster.kubeconfigs.admin)
      const place = readPlace()
      const registry = await startRegistry(join(cluster.dir, 'logs'))
      const node = await startPodNode(cluster, place, registry)
      const digest = await registry.push(unpackArchive(place.archive), IMAGE_NAME)
      await use({ cluster, kube, provider, registry, node, digest })
      await expectNoSecretsIn(cluster, kube)
      console.log('calls to the API server, of nobody 0:', callsByParty(cluster, PARTIES))
      await kube.close()
      await cluster.stop()
      await provider.close()
    },
    { scope: 'worker', timeout: 300_000 },
  ],
})

/** Limit for states of a busy machine. */
export const LONG_MS = 180_000

/** The address that people open, as `signIn` takes it. */
export const PAGES = { url: PUBLIC_URL }

/** Polls as every test does, with the limit of these specs. */
export const until = <T>(what: string, ask: () => T | Promise<T>) => untilSoon(what, ask, LONG_MS)

/** kubectl's arguments for the Pods of one program. */
export const pods = (component: string) => [
  ...['-n', NAMESPACE, '-l', `app.kubernetes.io/component=${component}`],
]

/** The Pods' own output so far, in which there is no secret. */
export async function logsOf({ cluster }: Stand, component: string): Promise<string> {
  const text = await cluster.kubectl(['logs', ...pods(component), '--tail=-1', '--prefix'])
  expectNoSecrets(`the logs of the ${component}`, text)
  return text
}

export async function requestsOf({ kube }: Stand, user: string): Promise<readonly KubeObject[]> {
  const { body } = await kube.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  return body.items.filter(({ spec }) => spec.username === user)
}

/** Users whose approval of that request the API server took. */
export function approversOf({ cluster }: Stand, name: string): readonly string[] {
  return auditEntries(cluster, `/${name}/approval`)
    .filter(({ responseStatus }) => responseStatus.code === 200)
    .map(({ user }) => user.username ?? '')
}

export async function untilApproved({ kube }: Stand, name: string): Promise<void> {
  await until(`${name} to be approved`, async () =>
    conditionTypes(await readCsr(kube, name)).includes('Approved'),
  )
}

/** Resolves with the way to sign in again. */
export async function untilSignedOut(page: Page): Promise<Locator> {
  const link = page.getByRole('link', { name: `Continue with ${PROVIDER_NAME}` })
  await expect(link).toBeVisible({ timeout: LONG_MS })
  return link
}

/** Prints a figure of docs/benchmarks.md, and fails where it is more than these seconds. */
export function expectSoon(what: string, began: number, after: string, limit = 60): void {
  const seconds = (Date.now() - began) / 1000
  console.log(`${what} ${seconds.toFixed(1)} s after ${after}`)
  expect(seconds).toBeLessThan(limit)
}

interface PodStatus {
  readonly conditions: readonly { readonly type: string; readonly lastTransitionTime: string }[]
  readonly containerStatuses: readonly {
    readonly state: { readonly running: { startedAt: string } }
  }[]
}

/** Likewise of each Pod of a program that is ready: since its container began, in whole seconds. */
export async function expectReadySoon({ cluster }: Stand, component: string): Promise<void> {
  const list = await cluster.kubectl(['get', 'pods', ...pods(component), '--output=json'])
  const { items } = JSON.parse(list) as { items: readonly { readonly status: PodStatus }[] }
  const seconds = items.map(({ status: { conditions, containerStatuses } }) => {
    const ready = conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? ''
    const began = containerStatuses[0]?.state.running.startedAt ?? ''
    return (Date.parse(ready) - Date.parse(began)) / 1000
  })
  console.log(`Pods of the ${component} ready ${seconds.join(' and ')} s after their start`)
  expect(Math.max(...seconds)).toBeLessThan(60)
}
