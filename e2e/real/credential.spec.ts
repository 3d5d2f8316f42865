/**
 * Changes of the credential while the app runs: the acting user is the one the API server
 * recognizes.
 */
import { mkdirSync } from 'node:fs'
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'
import { decide, itemOf, requests, snapshot, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { auditEntries } from '../fixtures/audit-log.ts'
import { execCredential, tokenIn } from '../fixtures/exec-credential.ts'
import { accountToken, csrPath, type KubeClient, readCsr } from '../fixtures/kube-client.ts'
import { makePeople, type Person } from '../fixtures/people.ts'
import { expect, test } from '../fixtures/real.ts'
import { fileOn, removeRequests } from '../fixtures/real-requests.ts'

type Name = 'alice' | 'bob' | 'viewer'

let people: Record<Name, Person>
let folder: string

// The tests share their people, on their worker's cluster.
test.describe.configure({ mode: 'default' })

test.beforeAll(async ({ cluster }, { project }) => {
  const may = { approve: true, file: false, ask: false }
  const rights = { alice: may, bob: may, viewer: { ...may, approve: false } }
  folder = project.outputDir
  mkdirSync(folder, { recursive: true })
  people = await makePeople(cluster, rights, (name) => `${folder}/credential-${name}`)
})

test.beforeEach(({ kube }) => removeRequests(kube))
test.afterAll(({ kube }) => removeRequests(kube))

const credentialOf = (test: string, first: Person) =>
  execCredential(first.kubeconfig, `${folder}/${test}`)

/** Approver of the request: by the condition, by the API server’s audit log and by ours. */
async function approvedBy(name: string, { app, cluster, kube }: Around) {
  const [condition] = (await readCsr(kube, name))?.status?.conditions ?? []
  const writes = auditEntries(cluster, csrPath(name, 'approval'))
  return {
    condition: /^Approved by (\S+) with/.exec(condition?.message ?? '')?.[1],
    authenticated: [...new Set(writes.map(({ user }) => user.username))],
    logged: app.lines
      .filter((line) => line.includes('"decision.') && line.includes(name))
      .map((line) => JSON.parse(line).who),
  }
}

interface Around {
  readonly app: App
  readonly cluster: Cluster
  readonly kube: KubeClient
}

test('the approval names the user who wrote it where the credential became another person’s, without a viewer', async ({
  cluster,
  kube,
  open,
}) => {
  const { kubeconfig, show } = credentialOf('unseen', people.viewer)
  const app = await open({ kubeconfig })
  const { metadata } = await fileOn(kube, { nodeName: 'unseen' })
  const row = await untilListed(app, metadata.uid)
  const approve = { decision: 'approve', accept: 'plausible', items: [itemOf(row)] }
  const reviewed = async () => (await snapshot(app)).cluster.access.reviewedAt
  const before = await reviewed()
  expect((await decide(app, approve)).lines).toMatchObject([{ outcome: 'forbidden' }])
  // Otherwise the next review would still be for the viewer's token.
  await expect.poll(reviewed).not.toBe(before)

  show(tokenIn(people.alice.kubeconfig))
  expect((await decide(app, approve)).lines).toMatchObject([{ outcome: 'approved' }])
  const { username } = people.alice
  expect(await approvedBy(metadata.name, { app, cluster, kube })).toEqual({
    condition: username,
    authenticated: [people.viewer.username, username],
    logged: [people.viewer.username, people.viewer.username, username, username],
  })
})

test('the next saved document is logged under the person whose credential it is by then', async ({
  open,
}) => {
  const { kubeconfig, show } = credentialOf('saved', people.viewer)
  const app = await open({ kubeconfig })
  show(tokenIn(people.alice.kubeconfig))
  const saved = await app.fetch('/api/expected', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'name\nsaved\n', version: null }),
  })
  expect(saved.status).toBe(200)
  const logged = () => app.lines.filter((line) => line.includes('expected.saved'))
  await expect.poll(logged).toEqual([expect.stringContaining(people.alice.username)])
})

test('an open page shows the current name and rights where the credential became another person’s', async ({
  page,
  kube,
  open,
}) => {
  const { kubeconfig, show } = credentialOf('seen', people.viewer)
  const app = await open({ kubeconfig })
  await fileOn(kube, { nodeName: 'seen' })
  await page.goto(app.address)
  const bar = page.getByRole('banner')
  await expect(bar).toContainText('viewer')
  await expect(page.getByText('You can view requests, but not approve or deny them.')).toBeVisible()

  show(tokenIn(people.alice.kubeconfig))
  const approve = page.getByRole('button', { name: 'Approve client for seen' })
  await expect(approve).not.toHaveAttribute('aria-disabled', 'true')
  await expect(bar).toContainText('alice')
})

const BULK = 100

test('a credential renewed continuously does not disturb a bulk', async ({
  cluster,
  kube,
  open,
}) => {
  const { kubeconfig, show } = credentialOf('renewed', people.alice)
  // Like renewals.
  const tokens = [await accountToken(kube, 'alice'), await accountToken(kube, 'alice')]
  const { app, items } = await bulkOf({ kubeconfig, kube, open })
  const deciding = decide(app, { decision: 'approve', accept: 'plausible', items })
  for (const token of tokens) {
    const before = written(app)
    show(token)
    await expect.poll(() => written(app), { intervals: [5] }).toBeGreaterThan(before)
  }
  const { lines } = await deciding
  expect(lines.filter(({ outcome }) => outcome !== 'approved')).toEqual([])
  expect(lines).toHaveLength(BULK)
  for (const { name } of items) {
    const by = await approvedBy(name, { app, cluster, kube })
    expect(by.authenticated).toEqual([people.alice.username])
  }
})

test('a bulk ends when the credential becomes another person’s, and nothing is written under a wrong name', async ({
  cluster,
  kube,
  open,
}) => {
  const { kubeconfig, show } = credentialOf('replaced', people.alice)
  const { app, items } = await bulkOf({ kubeconfig, kube, open })
  const deciding = decide(app, { decision: 'approve', accept: 'plausible', items })
  await expect.poll(() => written(app), { intervals: [5] }).toBeGreaterThan(0)
  show(tokenIn(people.bob.kubeconfig))
  const { lines } = await deciding
  const approved = lines.filter(({ outcome }) => outcome === 'approved')
  const others = lines.filter(({ outcome }) => outcome !== 'approved')
  expect(others.length).toBeGreaterThan(0)
  for (const line of others) expect(line).toMatchObject({ outcome: 'error', lost: 'actor' })
  const { username } = people.alice
  const names = new Map(items.map(({ uid, name }) => [uid, name]))
  for (const { uid } of approved) {
    const by = await approvedBy(names.get(uid) ?? '', { app, cluster, kube })
    expect(by).toEqual({
      condition: username,
      authenticated: [username],
      logged: [username, username],
    })
  }
  // Sent again, the others are approved by the current user.
  const rest = items.filter(({ uid }) => others.some((line) => line.uid === uid))
  const again = await decide(app, { decision: 'approve', accept: 'plausible', items: rest })
  expect(again.lines.filter(({ outcome }) => outcome !== 'approved')).toEqual([])
  const by = await approvedBy(rest[0]?.name ?? '', { app, cluster, kube })
  expect([by.condition, by.authenticated]).toEqual([people.bob.username, [people.bob.username]])
})

test('a page’s bulk waits for the user who began it when the credential becomes another person’s', async ({
  page,
  cluster,
  kube,
  open,
}) => {
  const { kubeconfig, show } = credentialOf('waits', people.alice)
  const { app, items } = await bulkOf({ kubeconfig, kube, open })
  await page.goto(app.address)
  await page.getByRole('button', { name: `Approve ${BULK} machines…` }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await dialog.getByRole('checkbox', { name: /^Follow for/ }).uncheck()
  await dialog.getByRole('button', { name: `Approve ${BULK} machines` }).click()
  await expect.poll(() => written(app), { intervals: [5] }).toBeGreaterThan(0)

  show(tokenIn(people.bob.kubeconfig))
  await expect(dialog).toContainText('Countersign acts as another user now')
  await expect(dialog).not.toContainText('Goes on in')
  const resume = dialog.getByRole('button', { name: 'Resume' })
  await expect(resume).toHaveAttribute('aria-disabled', 'true')
  const atPause = written(app)
  expect(atPause).toBeLessThan(BULK)

  show(tokenIn(people.alice.kubeconfig))
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible({ timeout: 60_000 })
  expect(written(app)).toBe(BULK)
  for (const { name } of items) {
    const { condition, authenticated } = await approvedBy(name, { app, cluster, kube })
    expect([condition, authenticated]).toEqual([people.alice.username, [people.alice.username]])
  }
})

async function bulkOf({
  kubeconfig,
  kube,
  open,
}: {
  readonly kubeconfig: string
  readonly kube: KubeClient
  readonly open: (options: { readonly kubeconfig: string }) => Promise<App>
}) {
  const app = await open({ kubeconfig })
  await Promise.all(Array.from({ length: BULK }, (_, at) => fileOn(kube, { nodeName: `m-${at}` })))
  await expect.poll(async () => (await requests(app)).length).toBe(BULK)
  await expect.poll(async () => (await snapshot(app)).feed.state).toBe('live')
  return { app, items: (await requests(app)).map(itemOf) }
}

function written({ lines }: App): number {
  return lines.filter((line) => line.includes('"outcome":"approved"')).length
}
