/** Machines that claim the name of an existing node: approved only by their own tick. */
import { writeFileSync } from 'node:fs'
import type { Locator, Page } from '@playwright/test'
import type { CsrObject } from '#sandbox/objects.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { AFTER_SHUTDOWN } from '#sandbox/scenarios/after-shutdown.ts'
import { decide, itemOf, requests, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { expectCleanDialog } from '../fixtures/clean.ts'
import { openLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

const DOWN = ['cp-0', 'cp-1', 'cp-2', 'node-3', 'node-1', 'node-2', 'node-4'] as const
const TICK = 'Say they are a node that exists'
const ALONE = 'Approve a machine that says it is a node that exists?'

/** Names of the machines that have an approved request. */
function approvedIn(sandbox: Sandbox, filed: ReadonlyMap<string, string>): readonly string[] {
  return (sandbox.world.list('csrs') as readonly CsrObject[])
    .filter((csr) => conditionsIn(sandbox, csr).includes('Approved'))
    .flatMap(({ metadata }) => filed.get(metadata.uid ?? '') ?? [])
    .toSorted()
}

async function filedIn(app: App): Promise<ReadonlyMap<string, string>> {
  const rows = await requests(app)
  return new Map(rows.map(({ uid, nodeName, name }) => [uid, nodeName ?? name]))
}

async function openPlan(page: Page, app: App): Promise<Locator> {
  await openLive(page, app)
  await page.getByRole('table', { name: 'Machines waiting for you' }).waitFor()
  await page.keyboard.press('Shift+A')
  return page.getByRole('dialog')
}

test('a returning machine takes its own confirmation, by key, selection or button, and the plan of all asks whether the person knows of the shutdown and approves one role after the other', async ({
  page,
  cluster,
  open,
}) => {
  const file = test.info().outputPath('machines.csv')
  writeFileSync(file, AFTER_SHUTDOWN.configMaps?.[0]?.data['machines.csv'] ?? '')
  const sandbox = await cluster({ scenario: AFTER_SHUTDOWN })
  const kubeconfig = sandbox.kubeconfigs.admin
  const app = await open({ kubeconfig, env: { COUNTERSIGN_EXPECTED: file } })
  await openLive(page, app, '/machines/cp-1')
  const filed = await filedIn(app)
  const dialog = page.getByRole('dialog')
  const close = async () => {
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
  }
  await expect(page.getByRole('button', { name: /^Approve cp-1 ?…$/ })).toBeVisible()
  await page.keyboard.press('a')
  await expect(dialog).toContainText('Silent since')
  await close()

  await page
    .getByRole('link', { name: /^Machines/ })
    .first()
    .click()
  for (const name of ['cp-0', 'node-1']) {
    await page.getByRole('checkbox', { name: `Select ${name}` }).check()
  }
  await page.keyboard.press('Shift+A')
  await expect(dialog.getByRole('checkbox', { name: TICK })).not.toBeChecked()
  await expect(dialog.getByRole('button', { name: 'Approve', exact: true })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
  await expect(dialog).toContainText('Nothing is ticked')
  await close()

  await page.getByRole('button', { name: 'Approve client… for cp-0' }).click()
  await expect(dialog).toHaveAccessibleName(ALONE)
  await expect(dialog).toContainText('A Node of that name exists since')
  await expect(dialog).toContainText(/Silent since .*, 212 d old/)
  await expectCleanDialog(dialog)
  await close()
  expect(approvedIn(sandbox, filed)).toEqual([])

  // Escape clears the selection.
  await page.keyboard.press('Escape')
  await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(0)
  await page.keyboard.press('Shift+A')
  await expect(dialog).toHaveAccessibleName('Plan for 7 machines that have joined before')
  const group = (name: string) => dialog.getByRole('region', { name })
  const tick = (name: RegExp) => dialog.getByRole('checkbox', { name })
  for (const name of [/^Control plane/, /^Workers/, /^I know of this shutdown/]) {
    await expect(tick(name)).not.toBeChecked()
  }
  await expect(group('Control plane').getByRole('listitem')).toHaveText(
    DOWN.slice(0, 3).map((name) => new RegExp(`^${name}.*Silent since .*212 d old`)),
  )
  // A Ready node has that name: a take-over.
  await expect(group('Held back')).toContainText('node-5')
  // A new machine was not shut down: it is approved without that confirmation.
  await expect(dialog).not.toContainText('node-6')
  await expectCleanDialog(dialog)

  await tick(/^Control plane/).check()
  const approve = dialog.getByRole('button', { name: /^Approve 3 machines/ })
  await expect(approve).toHaveAccessibleDescription(/Tick that you know of this shutdown/)
  await tick(/^Workers/).check()
  await tick(/^I know of this shutdown/).check()
  await dialog.getByLabel('Note').fill('power works')
  await dialog.getByRole('button', { name: /^Approve 7 machines/ }).click()

  await expect.poll(() => approvedIn(sandbox, filed)).toEqual(['cp-0', 'cp-1', 'cp-2'])
  const notes = (sandbox.world.list('csrs') as readonly CsrObject[]).flatMap(({ status }) =>
    (status.conditions ?? []).map(({ message }) => message ?? ''),
  )
  expect(notes).toHaveLength(3)
  for (const note of notes) expect(note).toContain('Knows of the shutdown. power works')

  await expect(dialog).toContainText(/Workers: begins once .* of the group before (is|are) Ready/)
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await expect.poll(() => approvedIn(sandbox, filed)).toEqual([...DOWN].toSorted())
  await expect(dialog.getByRole('button', { name: 'Go on' })).toHaveCount(0)
})

test('up to three returning machines are one line over the list, whose Show goes to the row, and its own confirmation approves one', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const conditions = [{ type: 'Ready', status: 'Unknown' }]
  const filed = ['w-1.rack', 'w-2.rack', 'new.rack'].map((nodeName) =>
    fileIn(sandbox, { nodeName }),
  )
  for (const name of ['w-1.rack', 'w-2.rack']) {
    sandbox.world.create('nodes', { metadata: { name }, status: { conditions } })
  }
  await openLive(page, app)
  const table = page.getByRole('table', { name: 'Machines waiting for you' })
  await expect(table.locator('tr[data-key]')).toHaveCount(3)
  await expect(page.getByText('w-1 and w-2 have joined before')).toBeVisible()
  await expect(page.getByText('This looks like a cluster that was switched off.')).toHaveCount(0)
  await page.getByRole('button', { name: 'Show 2' }).click()
  await expect(table.getByRole('link', { name: 'w-1.rack' })).toBeFocused()
  // Show filters for a row that the filter hides.
  await page.getByLabel('Filter machines').fill('new')
  await expect(table.locator('tr[data-key]')).toHaveCount(1)
  await page.getByRole('button', { name: 'Show 2' }).click()
  await expect(table.getByRole('link', { name: 'w-1.rack' })).toBeVisible()

  await table.getByRole('button', { name: 'Approve client… for w-1.rack' }).click()
  const alone = page.getByRole('dialog', { name: ALONE })
  await alone.getByRole('button', { name: /^Approve csr-/ }).click()
  await expect
    .poll(() => filed.map((csr) => conditionsIn(sandbox, csr).length > 0))
    .toEqual([...[true, false, false]])
})

test('a machine whose Node appears between the look and the click is held back, and the server says changed', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const csr = fileIn(sandbox, { nodeName: 'edge-1' })
  const uid = csr.metadata.uid ?? ''
  const shown = await untilListed(app, uid)
  const dialog = await openPlan(page, app)
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await expect(dialog.getByRole('button', { name: 'Approve 1 machine' })).toBeVisible()

  const conditions = [{ type: 'Ready', status: 'Unknown' }]
  sandbox.world.create('nodes', { metadata: { name: 'edge-1' }, status: { conditions } })
  await expect(dialog.getByRole('region', { name: 'Held back' })).toContainText(
    'Changed since this was opened',
  )
  await expect(dialog.getByRole('button', { name: 'Approve', exact: true })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
  const order = { decision: 'approve', accept: 'plausible', items: [itemOf(shown)] }
  expect((await decide(app, order)).lines).toMatchObject([{ outcome: 'changed' }])
  expect(conditionsIn(sandbox, csr)).toEqual([])
})
