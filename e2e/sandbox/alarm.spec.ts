/**
 * A certificate that differs from the approved request: shown at once, announced, and described in
 * full.
 */
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import type { CsrObject } from '#sandbox/objects.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { expectClean, expectCleanAtAllSizes, expectCleanDialog } from '../fixtures/clean.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, decideByHand, fileIn } from '../fixtures/sandbox-requests.ts'

/** A client with the right to write the status: approves, and issues any certificate. */
function issue(sandbox: Sandbox, csr: CsrObject, certificate: string): void {
  decideByHand(sandbox, csr, 'Approved')
  const place = { subresource: 'status' }
  sandbox.world.patch('csrs', csr.metadata.name, { status: { certificate } }, place)
}

test('an alarm stands above all else, is announced, and shows what was requested and what was issued', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const csr = fileIn(sandbox, { nodeName: 'worker-1', kind: 'serving', dnsNames: ['worker-1'] })
  await page.goto(app.address)
  await expect(page.getByRole('table').getByRole('link', { name: 'worker-1' })).toBeVisible()

  const other = { nodeName: 'worker-1', keyName: 'another', dnsNames: ['worker-1', 'api.internal'] }
  issue(sandbox, csr, makeCertificate(other))

  const section = page.getByRole('table', { name: 'Alarms' })
  await page.mouse.move(0, 0)
  await expect(section.getByRole('row', { name: /worker-1/ })).toContainText(
    'Differs: DNS names, Public key',
  )
  await expect(
    page.getByText('Alarm: a certificate of worker-1 is not what was approved.'),
  ).toBeAttached()
  await expectClean(page)

  await section.getByRole('link', { name: 'worker-1', exact: true }).click()
  const alarm = page
    .getByRole('main')
    .getByRole('alert')
    .filter({ hasText: 'is not what was approved' })
  await expect(alarm).toBeVisible()
  const row = alarm.getByRole('row', { name: /DNS names/ })
  await expect(row.getByRole('cell').nth(0)).toHaveText('worker-1')
  await expect(row.getByRole('cell').nth(1)).toContainText('api.internal')
  await expect(alarm.getByRole('row', { name: /Public key/ })).toBeVisible()
  await expectClean(page)

  // On a phone a name is not broken into pieces.
  const viewport = page.viewportSize()
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(row.getByRole('cell').nth(0)).toHaveText('worker-1')
  const name = row.getByText('api.internal', { exact: true })
  await expect.poll(async () => (await name.boundingBox())?.height).toBeLessThan(30)
  await expectClean(page)
  if (viewport !== null) await page.setViewportSize(viewport)

  await alarm.getByRole('link', { name: 'View request' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(csr.metadata.name)
  await expect(
    page.getByRole('main').getByRole('alert').filter({ hasText: 'api.internal' }),
  ).toBeVisible()
})

test('an alarm outlives its request, keeps its machine out of a bulk, and ends when a person dismisses it', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const wronged = fileIn(sandbox, { nodeName: 'worker-1' })
  issue(sandbox, wronged, makeCertificate({ dnsNames: ['api.internal'] }))
  const next = fileIn(sandbox, { nodeName: 'worker-1', keyName: 'next' })
  const others = ['worker-2', 'worker-3'].map((nodeName) => fileIn(sandbox, { nodeName }))
  await page.goto(app.address)
  const waiting = page.getByRole('row', { name: /worker-1/ })
  await expect(waiting).toContainText('Issued, but not as approved')
  sandbox.world.delete('csrs', wronged.metadata.name)

  await page.getByRole('button', { name: /^Approve \d machines…$/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await dialog.getByRole('checkbox', { name: /^Follow for/ }).uncheck()
  await expect(dialog.getByText('Its machine has an alarm')).toBeVisible()
  await dialog.getByRole('button', { name: 'Approve 2 machines' }).click()
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  for (const csr of others) expect(conditionsIn(sandbox, csr)).toContain('Approved')
  expect(conditionsIn(sandbox, next)).toEqual([])

  await page.getByRole('link', { name: 'worker-1' }).first().click()
  const alarm = page
    .getByRole('main')
    .getByRole('alert')
    .filter({ hasText: 'is not what was approved' })
  await expect(alarm).toContainText('Known here since')
  await expect(alarm).toContainText('api.internal')
  // Its alarm covers it, so no second note appears above.
  await expect(page.getByText(/another certificate was issued than was approved/)).toHaveCount(1)
  // The request has been deleted.
  await expect(alarm.getByRole('link', { name: 'View request' })).toHaveCount(0)
  await alarm.getByRole('button', { name: 'Mark as seen…' }).click()
  const asked = page.getByRole('dialog')
  await expectCleanDialog(asked)
  await asked.getByRole('button', { name: 'Mark as seen' }).click()
  await expect(alarm).toHaveCount(0)
  await expect(page.getByText('The alarm is marked as seen')).toBeVisible()
  // The log comes by another pipe than the page's answer.
  const { uid } = wronged.metadata
  const dismissed = () =>
    app.lines.filter((line) => line.includes('alarm.dismissed') && line.includes(`${uid}`))
  await expect.poll(dismissed).toHaveLength(1)
  // Without an ellipsis: with one it opens a dialog first, while the alarm counts.
  await page.getByRole('button', { name: 'Approve worker-1', exact: true }).click()
  await expect.poll(() => conditionsIn(sandbox, next)).toContain('Approved')
})

test('an alarm of a refused request without a machine is on the board and on Activity, leads to its page, and outlives it', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const csr = fileIn(sandbox, {
    nodeName: 'worker-1',
    name: 'csr-two-names',
    commonNames: ['system:node:worker-1', 'system:node:control-plane-0'],
  })
  await page.goto(app.address)
  await expect(page.getByRole('row', { name: /csr-two-names/ })).toContainText('Refused')
  const reason = 'KubectlApprove'
  const message = 'This CSR was approved by kubectl certificate approve.'
  const { name, uid } = csr.metadata
  decideByHand(sandbox, csr, 'Approved', { reason, message })

  // The signer takes one of the two names, so the certificate has an alarm of its own.
  const rows = page.getByRole('table', { name: 'Alarms' }).getByRole('row', { name })
  const row = rows.filter({ hasText: 'Approved although refused' })
  await page.mouse.move(0, 0)
  await expect(row).toHaveCount(1)
  await expect(rows.filter({ hasText: 'Differs: Common name' })).toHaveCount(1)
  await expect(
    page.getByText(`Alarm: request ${name} was approved against its checks.`),
  ).toBeAttached()
  sandbox.world.delete('csrs', name)
  await expect.poll(async () => (await (await app.fetch('/api/requests')).json()).total).toBe(0)
  await expectCleanAtAllSizes(page)
  await row.getByRole('link', { name: `Review ${name}` }).click()

  await expect(page).toHaveURL(new RegExp(`/requests/${uid}$`))
  const alarm = page
    .getByRole('main')
    .getByRole('alert')
    .filter({ hasText: 'This request was approved although our checks refused it.' })
  await expect(alarm).toContainText('approved by kubectl or oc, as its condition says')
  await expect(page.getByRole('main').getByRole('alert')).toHaveCount(2)
  await expectCleanAtAllSizes(page)

  await page.keyboard.type('ga')
  const sticky = page.getByRole('region', { name: 'Alarms' })
  await expect(sticky).toContainText('Approved although refused')
  await expect(sticky).toContainText('names no node that can be shown')
  await expect(sticky.getByRole('link', { name: `Review ${name}` })).toHaveCount(2)
  await expectCleanAtAllSizes(page)
  const dismiss = sticky.getByRole('button', { name: 'Mark as seen…' })
  for (const left of [1, 0]) {
    await dismiss.first().click()
    await page.getByRole('dialog').getByRole('button', { name: 'Mark as seen' }).click()
    await expect(dismiss).toHaveCount(left)
  }
  const dismissed = () =>
    app.lines.filter((line) => line.includes('alarm.dismissed') && line.includes(`${uid}`))
  await expect.poll(dismissed).toHaveLength(2)
  await page.keyboard.type('gm')
  await expect(page.getByRole('table', { name: 'Alarms' })).toHaveCount(0)
})
