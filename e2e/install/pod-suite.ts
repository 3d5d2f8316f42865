/**
 * A cluster of one machine that runs Pods, for every spec of this folder: all of them share it, and
 * one worker runs them in the order of their files. After a failed test another worker goes on.
 */
import type { Locator, Page } from '@playwright/test'
import { until as untilSoon } from '#sandbox/control-plane/wait-until.ts'
import { PROVIDER_NAME } from '#sandbox/openid/openid-provider.ts'
import { callsByParty, type Parties } from '../fixtures/audit-callers.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { expectNoSecretsIn } from '../fixtures/cluster-secrets.ts'
import { CSRS, conditionTypes, type KubeObject, readCsr } from '../fixtures/kube-client.ts'
import { expect, test as pageTest } from '../fixtures/page.ts'
import { expectNoSecrets } from '../fixtures/secrets.ts'
import { TEAM_PEOPLE } from '../fixtures/team-rights.ts'
import { APPROVER, DASHBOARD, NAMESPACE, PUBLIC_URL } from './release.ts'
import { openStand, type Stand } from './stand.ts'

/** Namespace of the approver that needs no network of Pods. */
export const EARLY_NAMESPACE = 'early'

const account = (namespace: string, name: string) => `system:serviceaccount:${namespace}:${name}`

/**
 * All parties whose calls the suite makes, besides the admin, the machines and the control plane.
 */
const PARTIES: Parties = {
  reader: account(NAMESPACE, DASHBOARD),
  approvers: [account(NAMESPACE, APPROVER), account(EARLY_NAMESPACE, APPROVER)],
  people: TEAM_PEOPLE,
}

/**
 * The machine has no network for Pods until it is connected. No test depends on another one's
 * success: shared state is in fixtures.
 */
export const test = pageTest.extend<{ output: undefined }, { stand: Stand }>({
  // The output has a program's own errors, such as a record that cannot be written.
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
      const stand = await openStand()
      const { cluster, kube } = stand
      await use(stand)
      await stand.issuedTokens()
      await expectNoSecretsIn(cluster, kube)
      console.log('calls to the API server, of nobody 0:', callsByParty(cluster, PARTIES))
      await kube.close()
    },
    { scope: 'worker' },
  ],
})

/** Limit for states of a busy machine. */
export const LONG_MS = 180_000

/** The address that people open, in the form that `signIn` takes. */
export const PAGES = { url: PUBLIC_URL }

/** Polls like other tests, with this suite's time limit. */
export const until = <T>(what: string, ask: () => T | Promise<T>) => untilSoon(what, ask, LONG_MS)

/** kubectl's arguments for the Pods of one program. */
export const pods = (component: string) => [
  ...['-n', NAMESPACE, '-l', `app.kubernetes.io/component=${component}`],
]

/** The Pods' own output so far; throws if it contains a secret. */
export async function logsOf(stand: Stand, component: string): Promise<string> {
  const { cluster } = stand
  await stand.issuedTokens()
  const text = await cluster.kubectl(['logs', ...pods(component), '--tail=-1', '--prefix'])
  expectNoSecrets(`the logs of the ${component}`, text)
  return text
}

export async function requestsOf({ kube }: Stand, user: string): Promise<readonly KubeObject[]> {
  const { body } = await kube.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  return body.items.filter(({ spec }) => spec.username === user)
}

/** Users whose approval of the request the API server accepted. */
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

/** Resolves with the link to sign in again. */
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

/** Expects each ready Pod of a program to be ready soon after its container began, in whole seconds. */
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
