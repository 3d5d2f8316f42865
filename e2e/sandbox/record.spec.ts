import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import type { CsrObject } from '#sandbox/objects.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { decide, itemOf, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { expectCleanAtAllSizes, expectNoSidewaysScroll, NARROWEST } from '../fixtures/clean.ts'
import { openLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, decideByHand, fileIn } from '../fixtures/sandbox-requests.ts'
import { expectNoSecrets } from '../fixtures/secrets.ts'

/** Denies as `kubectl certificate deny` does. */
function denyByHand(sandbox: Sandbox, csr: CsrObject): void {
  decideByHand(sandbox, csr, 'Denied', { reason: 'KubectlDeny', message: 'not one of ours' })
}

async function requestsOf(app: App): Promise<number> {
  const { total } = await (await app.fetch('/api/requests')).json()
  return total
}

function rowOf(page: Page, { metadata }: CsrObject) {
  return page.getByRole('table', { name: 'Decisions' }).locator(`tr[data-key="${metadata.uid}"]`)
}

/** Text of the file that the button saves. */
async function savedBy(page: Page, button: string): Promise<string> {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: button }).click()
  return readFileSync(await (await download).path(), 'utf8')
}

test('nothing is decided while a required record cannot be written; then it has decisions of any client, with checks and Audit-Id, also when their requests are deleted and the server starts anew', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const csr = fileIn(sandbox, { nodeName: 'taken-in', name: 'csr-taken-in' })
  const other = fileIn(sandbox, { nodeName: 'turned-away', name: 'csr-turned-away' })
  // No folder can be created in place of a file.
  const folder = test.info().outputPath('record')
  writeFileSync(folder, '')
  const env = {
    COUNTERSIGN_RECORD: `sqlite:${folder}/record.sqlite`,
    COUNTERSIGN_RECORD_REQUIRED: 'true',
  }
  const options = { kubeconfig: sandbox.kubeconfigs.admin, env }
  const first = await open(options)
  const items = [itemOf(await untilListed(first, csr.metadata.uid ?? ''))]
  const answer = await decide(first, { decision: 'deny', items })
  expect(answer.status).toBe(409)
  expect(JSON.parse(answer.text)).toMatchObject({ causes: [{ code: 'recordSilent' }] })
  expect(conditionsIn(sandbox, csr)).toEqual([])
  rmSync(folder)
  const record = async () => (await (await first.fetch('/api/activity')).json()).counts.record
  await expect.poll(record).toMatchObject({ troubleSince: null, lost: 0 })

  await openLive(page, first, '/machines/taken-in')
  await page.getByRole('button', { name: 'Approve taken-in', exact: true }).click()
  await expect.poll(() => conditionsIn(sandbox, csr)).toContain('Approved')
  denyByHand(sandbox, other)
  await page.getByRole('link', { name: 'All activity of this machine' }).click()
  await expect(page).toHaveURL(/\/activity\?machine=taken-in$/)
  await expect(rowOf(page, csr)).toContainText('Issued')
  await expect(rowOf(page, other)).toHaveCount(0)
  const copy = rowOf(page, csr).getByRole('button', { name: 'Copy the Audit-Id of csr-taken-in' })
  await expect(copy).toBeVisible()
  const { rows } = await (await first.fetch('/api/activity?machine=taken-in')).json()
  const [{ auditId }] = rows
  expect(first.lines.join('\n')).toContain(`"auditId":"${auditId}"`)
  await page.setViewportSize(NARROWEST)
  await expectNoSidewaysScroll(page)
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.getByRole('button', { name: 'Show every machine' }).click()
  await expect(page).toHaveURL(/\/activity$/)
  await expect(rowOf(page, other).getByRole('cell').last()).toHaveText(/Not known/)

  for (const { metadata } of [csr, other]) sandbox.world.delete('csrs', metadata.name)
  await expect.poll(() => requestsOf(first)).toBe(0)
  await page.goto('about:blank')
  await first.stop()

  const second = await open(options)
  await openLive(page, second, '/activity')
  await expect(rowOf(page, other)).toContainText('not one of ours')
  await expect(rowOf(page, other).getByRole('cell').nth(3)).toHaveText(
    'PlausibleWell-formed; no Machine confirms it',
  )
  await expect(page.getByText('Kept for 365 days')).toBeVisible()
  await expectCleanAtAllSizes(page)
  expect(await savedBy(page, 'CSV')).toContain('"Denied","turned-away","csr-turned-away"')

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
  const saved = await savedBy(page, 'Whole record')
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
  await page.goto(second.at('/machines/taken-in'))
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

test('a person finds approvals against the checks, and decisions of some days, exports only those, and goes through the chart of joins', async ({
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
  const others = Array.from({ length: 12 }, (_, n) =>
    fileIn(sandbox, { nodeName: `turned-away-${n}` }),
  )
  const file = test.info().outputPath('record.sqlite')
  const env = { COUNTERSIGN_RECORD: `sqlite:${file}` }
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, env })
  await openLive(page, app, '/activity')
  await expect(page.getByText('Nothing was decided since the record began')).toBeVisible()
  const today = new Date()
  const before = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 3, 23, 59, 59)
  const day = `${before.getFullYear()}-${`0${before.getMonth() + 1}`.slice(-2)}-${`0${before.getDate()}`.slice(-2)}`
  decideByHand(sandbox, refused, 'Approved')
  const lastUpdateTime = before.toISOString().replace(/\.\d+/, '')
  decideByHand(sandbox, sound, 'Denied', { lastUpdateTime })
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
  const exported = JSON.parse(await savedBy(page, 'JSON'))
  expect(exported).toEqual([expect.objectContaining({ name: 'csr-sound' })])

  // The chart of joins goes from day to day by its keys, and stands below the record.
  for (const csr of others) denyByHand(sandbox, csr)
  await openLive(page, app, '/activity')
  const rows = page.getByRole('table', { name: 'Decisions' }).locator('tr[data-key]')
  await expect(page.getByText('10 of 14 decisions shown')).toBeVisible()
  await expect(rows).toHaveCount(10)
  const joins = page.getByRole('region', { name: 'Joins' })
  const bar = joins.getByRole('img', { name: /^Today: 0 joined, 0 late, 1[23] began to wait/ })
  await bar.focus()
  await page.keyboard.press('ArrowLeft')
  await expect(joins.getByRole('img', { name: /: 0 joined, 0 late, 0 began/ }).last()).toBeFocused()
  await page.keyboard.press('End')
  await expect(bar).toBeFocused()
  await page.getByRole('button', { name: 'Table' }).click()
  await expect(joins.getByRole('columnheader')).toHaveText([
    ...['Day', 'Joined', 'Joined late', 'Half Ready within', '95 of 100 within', 'Began to wait'],
  ])
  await expect(joins.getByRole('row')).toHaveCount(2)

  await page.getByRole('button', { name: 'Show 4 more' }).click()
  await expect(rows).toHaveCount(14)
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(page.getByRole('button', { name: 'CSV' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Whole record' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Decision: All 14' }).click()
  await page.getByRole('menuitem', { name: 'Against our checks 1' }).click()
  await expect(rows).toHaveCount(1)
})
