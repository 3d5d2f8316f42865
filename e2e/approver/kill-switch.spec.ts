import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { policy as words } from '#lib/messages/en/policy.ts'
import { until } from '#sandbox/control-plane/wait-until.ts'
import { type App, startApp } from '../fixtures/app.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { launchBrowser } from '../fixtures/browser.ts'
import { hearComplaints } from '../fixtures/complaints.ts'
import { makePeople } from '../fixtures/people.ts'
import type { ApproverProcess, LogEntry } from './approver-process.ts'
import { POLICY_PLACE } from './installation.ts'
import { sharedSite } from './shared-site.ts'
import { m } from './site.ts'

/**
 * The kill switch on the Policy page of the built app, with only the right to read and write its
 * ConfigMap, while the approver acts in a process of its own.
 */

/**
 * The approver reads every two seconds and the docs promise three; the rest is for a busy machine.
 */
const SEEN_WITHIN_MS = 10_000
/** Twice as long as the approver takes for a good request. */
const HELD_SECONDS = 5

const site = sharedSite()
let app: App
let browser: Browser
let page: Page
let complaints: readonly string[]

beforeAll(async () => {
  const { cluster } = site
  const { editor } = await makePeople(
    cluster,
    { editor: { approve: false, file: false, ask: false } },
    (file) => join(cluster.dir, file),
  )
  await cluster.apply(mayEditPolicy())
  app = await startApp({
    kubeconfig: editor.kubeconfig,
    env: { COUNTERSIGN_POLICY: POLICY_PLACE },
  })
  browser = await launchBrowser()
  page = await browser.newPage({ reducedMotion: 'reduce' })
  page.setDefaultTimeout(60_000)
  complaints = await hearComplaints(page.context())
})

afterAll(async () => {
  await browser?.close()
  await app?.stop()
})

function mayEditPolicy() {
  const metadata = { name: 'policy-editor', namespace: 'countersign' }
  const rbac = 'rbac.authorization.k8s.io'
  return [
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata,
      rules: [
        {
          apiGroups: [''],
          resources: ['configmaps'],
          resourceNames: ['countersign-policy'],
          verbs: ['get', 'update'],
        },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: 'editor', namespace: 'default' }],
    },
  ]
}

async function press(name: string, confirm: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: confirm, exact: true }).click()
}

async function shows(state: string): Promise<void> {
  await page.getByRole('region', { name: words.acts.label }).getByText(state).first().waitFor()
}

/** Milliseconds from then until the approver's log or metric shows it. */
async function saidSince(
  approver: ApproverProcess,
  event: 'paused' | 'resumed',
  since: number,
): Promise<number> {
  const isIt = (entry: LogEntry) => entry.event === event && Date.parse(String(entry.time)) >= since
  const entry = await until(`the approver to say ${event}`, () => approver.log.find(isIt))
  return Date.parse(String(entry.time)) - since
}

/** Time of that write by the API server's audit log, in milliseconds since the epoch. */
async function writtenAs(paused: 'true' | 'false'): Promise<number> {
  const path = '/api/v1/namespaces/countersign/configmaps/countersign-policy'
  const { body } = await site.admin.call<{ data: Record<string, string> }>('GET', path)
  expect(body.data.paused?.split('\n')[0]).toBe(paused)
  const [write] = auditEntries(site.cluster, '"name":"countersign-policy"').slice(-1)
  expect(write?.user.username).toBe('system:serviceaccount:default:editor')
  return Date.parse(write?.requestReceivedTimestamp ?? '')
}

it('the switch on the page stops an acting approver, and the approver continues when it is off', async () => {
  const approver = await site.lead({ mode: 'act' })
  await site.approved((await site.goodRequest()).metadata.name)

  await page.goto(app.at('/policy'))
  // This person may not read the approver's Lease.
  await shows(words.acts.states.unknown.name)
  await press(words.pause.stop, words.pause.confirmStop)
  await shows(words.acts.states.paused.name)
  const pausedAt = await writtenAs('true')
  expect(await saidSince(approver, 'paused', pausedAt)).toBeLessThan(SEEN_WITHIN_MS)
  await expect.poll(() => approver.metric(m('paused'))).toBe(1)

  const held = await site.goodRequest()
  // The approver's own account of the switch.
  await until(
    'the request to have waited',
    async () => (await approver.metric(m('oldest_pending_seconds'))) >= HELD_SECONDS,
  )
  const approved = { outcome: 'approved' }
  expect(await approver.metric(m('decisions_total'), approved)).toBe(1)
  expect(await site.conditions(held.metadata.name)).toEqual([])

  await press(words.pause.resume, words.pause.confirmResume)
  await shows(words.acts.states.unknown.name)
  await saidSince(approver, 'resumed', await writtenAs('false'))
  await site.approved(held.metadata.name)
  await expect.poll(() => approver.metric(m('decisions_total'), approved)).toBe(2)
  expect(complaints).toEqual([])
})
