import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import type { CsrObject } from '#sandbox/objects.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import type { App } from '../fixtures/app.ts'
import { expectCleanAtAllSizes, expectNoSidewaysScroll } from '../fixtures/clean.ts'
import { openLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'
import { expectNoSecrets } from '../fixtures/secrets.ts'

/** Denies as `kubectl certificate deny` does. */
function denyByHand(sandbox: Sandbox, { metadata }: CsrObject): void {
  const lastUpdateTime = new Date().toISOString().replace(/\.\d+/, '')
  const said = { reason: 'KubectlDeny', message: 'not one of ours', lastUpdateTime }
  const conditions = [{ type: 'Denied', status: 'True', ...said }]
  sandbox.world.patch(
    'csrs',
    metadata.name,
    { status: { conditions } },
    { subresource: 'approval' },
  )
}

async function requestsOf(app: App): Promise<number> {
  const { total } = await (await app.fetch('/api/requests')).json()
  return total
}

function rowOf(page: Page, { metadata }: CsrObject) {
  return page.getByRole('table', { name: 'Decisions' }).locator(`tr[data-key="${metadata.uid}"]`)
}

test('a decision by any client stays in Activity when its request is deleted and the server starts anew', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const csr = fileIn(sandbox, { nodeName: 'turned-away', name: 'csr-turned-away' })
  const file = test.info().outputPath('record.sqlite')
  const options = {
    kubeconfig: sandbox.kubeconfigs.admin,
    env: { COUNTERSIGN_RECORD: `sqlite:${file}` },
  }
  const first = await open(options)
  await openLive(page, first, '/activity')
  await expect(page.getByRole('region', { name: 'Joins' })).toBeVisible()
  denyByHand(sandbox, csr)
  await expect(rowOf(page, csr)).toContainText('not one of ours')
  sandbox.world.delete('csrs', csr.metadata.name)
  await expect.poll(() => requestsOf(first)).toBe(0)
  await page.goto('about:blank')
  await first.stop()

  const second = await open(options)
  await openLive(page, second, '/activity')
  await expect(rowOf(page, csr)).toContainText('not one of ours')
  await expect(rowOf(page, csr).getByRole('cell').nth(3)).toHaveText(
    'PlausibleWell-formed; no Machine confirms it',
  )
  await expectCleanAtAllSizes(page)
  await expect(page.getByText('Kept for 365 days')).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV' }).click()
  const saved = await (await download).path()
  expect(readFileSync(saved, 'utf8')).toContain('"Denied","turned-away","csr-turned-away"')
})

test('the record has a request that the cluster no longer has: its checks, who approved it, the Audit-Id', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const csr = fileIn(sandbox, { nodeName: 'taken-in', name: 'csr-taken-in' })
  const other = fileIn(sandbox, { nodeName: 'turned-away', name: 'csr-turned-away' })
  const file = test.info().outputPath('record.sqlite')
  const env = { COUNTERSIGN_RECORD: `sqlite:${file}` }
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, env })
  await openLive(page, app, '/machines/taken-in')
  await page.getByRole('button', { name: 'Approve taken-in', exact: true }).click()
  await expect.poll(() => conditionsIn(sandbox, csr)).toContain('Approved')
  denyByHand(sandbox, other)
  await page.getByRole('link', { name: 'All activity of this machine' }).click()
  await expect(page).toHaveURL(/\/activity\?machine=taken-in$/)
  await expect(rowOf(page, csr)).toContainText('Issued')
  await expect(rowOf(page, other)).toHaveCount(0)
  const copy = rowOf(page, csr).getByRole('button', { name: 'Copy the Audit-Id of csr-taken-in' })
  await expect(copy).toBeVisible()
  const { rows } = await (await app.fetch('/api/activity?machine=taken-in')).json()
  const [{ auditId }] = rows
  expect(app.lines.join('\n')).toContain(`"auditId":"${auditId}"`)
  await page.setViewportSize({ width: 320, height: 700 })
  await expectNoSidewaysScroll(page)
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.getByRole('button', { name: 'Show every machine' }).click()
  await expect(page).toHaveURL(/\/activity$/)
  await expect(rowOf(page, other).getByRole('cell').last()).toHaveText(/Not known/)

  sandbox.world.delete('csrs', csr.metadata.name)
  await expect.poll(() => requestsOf(app)).toBe(1)
  await rowOf(page, csr).getByRole('link', { name: 'csr-taken-in' }).click()
  await expect(page.getByRole('heading', { name: 'This request is gone' })).toBeAttached()
  const recorded = page.getByRole('region', { name: 'What was recorded' }).getByRole('listitem')
  await expect(recorded.first()).toHaveText(/Seen for the first time.*taken-in.*Plausible/)
  const attempt = recorded.filter({ hasText: 'admin asked to approve it: approved' })
  await expect(attempt).toContainText(auditId)
  await expect(recorded.last()).toHaveText(/ApprovedIssuedadminwith CountersignPlausible/)
  await expect(page.getByRole('heading', { name: 'Checks when it was first seen' })).toBeVisible()
  await expect(page.getByText('system:node:taken-in')).toBeVisible()
  await expectCleanAtAllSizes(page)

  await page.goBack()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Whole record' }).click()
  const saved = readFileSync(await (await download).path(), 'utf8')
  expectNoSecrets('the exported record', saved)
  const entries = saved
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  for (const kind of ['request', 'decision', 'line']) {
    expect(entries).toContainEqual(expect.objectContaining({ kind, uid: csr.metadata.uid }))
  }

  // The cluster does not have the machine any more, either.
  const missing: string[] = []
  page.on('response', (response) => {
    if (response.status() === 404) missing.push(response.url())
  })
  await page.goto(app.at('/machines/taken-in'))
  await expect(page.getByText('Not here any more')).toBeVisible()
  const decision = page
    .getByRole('table', { name: 'Decisions about this machine' })
    .getByRole('row')
  await expect(decision.last()).toContainText(/Approved.*Issued.*csr-taken-in.*Plausible.*admin/)
  await expect(page.getByText('Client ends')).toBeVisible()
  await expect(page.getByText('Kubernetes has no way to revoke them')).toBeVisible()
  await expectCleanAtAllSizes(page)
  expect(missing).toEqual([])
})

test('the record has a gone, undecided machine: its request, its Node’s end and similar names', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const csr = fileIn(sandbox, { nodeName: 'worker-99.rack', name: 'csr-left' })
  fileIn(sandbox, { nodeName: 'worker-09.rack' })
  sandbox.world.create('nodes', { metadata: { name: 'worker-99.rack' }, status: {} })
  const file = test.info().outputPath('record.sqlite')
  const env = { COUNTERSIGN_RECORD: `sqlite:${file}` }
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, env })
  await openLive(page, app, '/machines/worker-99.rack')
  const noNode = page.getByText('No Node of this name yet.')
  await expect(page.getByText('Kubelet', { exact: true })).toBeVisible()
  await expect(noNode).toHaveCount(0)
  sandbox.world.delete('nodes', 'worker-99.rack')
  await expect(noNode).toBeVisible()
  sandbox.world.delete('csrs', csr.metadata.name)
  await expect(page.getByText('Not here any more')).toBeVisible()
  await page.reload()
  const line = page.getByRole('table', { name: 'Decisions about this machine' }).getByRole('row')
  await expect(line.nth(1)).toContainText('Node deleted')
  await expect(line.nth(2)).toContainText(/Filed, never decided.*csr-left.*Plausible/)
  await expect(page.getByRole('heading', { name: 'Looking for another?' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'worker-09.rack' })).toBeVisible()
  await expectCleanAtAllSizes(page)
})

test('where a record is required and cannot be written, nothing is decided and the page says so', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  fileIn(sandbox, { nodeName: 'waits', name: 'csr-waits' })
  const app = await open({
    kubeconfig: sandbox.kubeconfigs.admin,
    // No folder can be created below a file.
    env: {
      COUNTERSIGN_RECORD: 'sqlite:/dev/null/record.sqlite',
      COUNTERSIGN_RECORD_REQUIRED: 'true',
    },
  })
  await openLive(page, app, '/activity')
  await expect(page.getByText(/^Nothing can be recorded since/)).toBeVisible()
  const { rows } = await (await app.fetch('/api/requests')).json()
  const [{ uid, resourceVersion }] = rows
  const answer = await app.fetch('/api/decisions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ decision: 'deny', items: [{ uid, resourceVersion }] }),
  })
  expect(answer.status).toBe(409)
  expect(await answer.json()).toMatchObject({ causes: [{ code: 'recordSilent' }] })
  expect(sandbox.world.get('csrs', 'csr-waits')).not.toHaveProperty('status.conditions')
})

/** Decides as kubectl does, at that time. */
function decideByHand(
  sandbox: Sandbox,
  { metadata }: CsrObject,
  type: 'Approved' | 'Denied',
  at: Date,
): void {
  const lastUpdateTime = at.toISOString().replace(/\.\d+/, '')
  const message = `This CSR was ${type.toLowerCase()} by kubectl.`
  const conditions = [{ type, status: 'True', reason: `Kubectl${type}`, message, lastUpdateTime }]
  const place = { subresource: 'approval' }
  sandbox.world.patch('csrs', metadata.name, { status: { conditions } }, place)
}

test('a person finds approvals against the checks, and decisions of some days, and exports only those', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const [refused, sound] = [
    fileIn(sandbox, {
      nodeName: 'two-names',
      name: 'csr-two-names',
      commonNames: ['system:node:two-names', 'system:node:control-plane-0'],
    }),
    fileIn(sandbox, { nodeName: 'sound', name: 'csr-sound' }),
  ]
  const file = test.info().outputPath('record.sqlite')
  const env = { COUNTERSIGN_RECORD: `sqlite:${file}` }
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, env })
  await openLive(page, app, '/activity')
  await expect(page.getByText('Nothing was decided since the record began')).toBeVisible()
  const today = new Date()
  const before = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 3, 23, 59, 59)
  const day = `${before.getFullYear()}-${`0${before.getMonth() + 1}`.slice(-2)}-${`0${before.getDate()}`.slice(-2)}`
  decideByHand(sandbox, refused, 'Approved', today)
  decideByHand(sandbox, sound, 'Denied', before)
  await expect(rowOf(page, refused)).toContainText('although it was refused')
  await expect(rowOf(page, sound)).toBeVisible()

  await page.getByRole('button', { name: /^Against our checks\s*1$/ }).click()
  await expect(page).toHaveURL(/\?decision=against$/)
  await expect(rowOf(page, sound)).toHaveCount(0)
  await expect(rowOf(page, refused)).toBeVisible()
  // Paper has no fields: it names the filter in words.
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('paragraph').filter({ hasText: 'Against our checks' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'CSV' })).toBeHidden()
  await page.emulateMedia({ media: null })
  await page.getByRole('button', { name: /^All\s*2$/ }).click()

  await page.getByRole('button', { name: 'Any day' }).click()
  await page.getByLabel('To', { exact: true }).fill(day)
  await expect(rowOf(page, refused)).toHaveCount(0)
  await page.getByLabel('From', { exact: true }).fill(day)
  await expect(page).toHaveURL(new RegExp(`from=${day}`))
  await expect(rowOf(page, sound)).toBeVisible()
  await expectCleanAtAllSizes(page)
  await page.reload()
  await expect(page.getByText('1 of 2 decisions shown')).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'JSON' }).click()
  const exported = JSON.parse(readFileSync(await (await download).path(), 'utf8'))
  expect(exported).toEqual([expect.objectContaining({ name: 'csr-sound' })])
})

test('the chart of joins goes from day to day by its keys, and stands below the record', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const csrs = Array.from({ length: 12 }, (_, n) =>
    fileIn(sandbox, { nodeName: `turned-away-${n}` }),
  )
  const file = test.info().outputPath('record.sqlite')
  const env = { COUNTERSIGN_RECORD: `sqlite:${file}` }
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, env })
  await openLive(page, app, '/activity')
  for (const csr of csrs) denyByHand(sandbox, csr)
  const rows = page.getByRole('table', { name: 'Decisions' }).locator('tr[data-key]')
  await expect(page.getByText('10 of 12 decisions shown')).toBeVisible()
  await expect(rows).toHaveCount(10)
  const joins = page.getByRole('region', { name: 'Joins' })
  const today = joins.getByRole('img', { name: /^Today: 0 joined, 0 late, 12 began to wait/ })
  await today.focus()
  await page.keyboard.press('ArrowLeft')
  await expect(joins.getByRole('img', { name: /: 0 joined, 0 late, 0 began/ }).last()).toBeFocused()
  await page.keyboard.press('End')
  await expect(today).toBeFocused()
  await page.getByRole('button', { name: 'Table' }).click()
  await expect(joins.getByRole('columnheader')).toHaveText([
    ...['Day', 'Joined', 'Joined late', 'Half Ready within', '95 of 100 within', 'Began to wait'],
  ])
  await expect(joins.getByRole('row')).toHaveCount(2)

  await page.getByRole('button', { name: 'Show 2 more' }).click()
  await expect(rows).toHaveCount(12)
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(page.getByRole('button', { name: 'CSV' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Whole record' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Decision: All 12' }).click()
  await page.getByRole('menuitem', { name: 'Against our checks 0' }).click()
  await expect(page.getByText('No decision matches the filter')).toBeVisible()
})
