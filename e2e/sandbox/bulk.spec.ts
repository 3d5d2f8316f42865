/**
 * A large bulk that is paused, resumed and outlives its tab: every request approved, each
 * once.
 */
import { writeFileSync } from 'node:fs'
import type { Locator, Page } from '@playwright/test'
import { until } from '#sandbox/control-plane/wait-until.ts'
import type { CsrObject } from '#sandbox/objects.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { decide, itemOf, requests, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { openLive, untilLive, untilRow } from '../fixtures/page.ts'
import { expect, type Stand, test } from '../fixtures/sandbox.ts'
import { conditionsIn, countCalls, fileIn } from '../fixtures/sandbox-requests.ts'
import { standStill } from '../fixtures/stand-still.ts'

const COUNT = 120
const ALLOWS_ADDRESSES = `apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata:
  name: racks
spec:
  allowedAddresses: [198.51.100.0/24]
`
const APPROVAL = /\/approval$/

const approvedOf = (sandbox: Sandbox, all: readonly CsrObject[]) =>
  all.filter((csr) => conditionsIn(sandbox, csr).includes('Approved')).length

interface Door {
  /** Lets waiting approvals through; the next ones wait again. */
  letIn(): void
  /** Lets every approval through from now on. */
  open(): void
}

/** Holds each approval in front of the cluster, so that a run stays under way. */
function closeDoor(sandbox: Sandbox): Door {
  const close = () => {
    const { promise: until, resolve } = Promise.withResolvers<void>()
    const undo = sandbox.failNext({ match: { path: APPROVAL }, times: 10_000, until })
    return () => {
      undo()
      resolve()
    }
  }
  let open = close()
  return {
    letIn() {
      open()
      open = close()
    },
    open: () => open(),
  }
}

interface Bulk {
  readonly app: App
  readonly dialog: Locator
  readonly door: Door
  readonly all: readonly CsrObject[]
  /** Writes of approvals so far, including those of bystanders. */
  readonly writes: { readonly count: number }
  /** Number of extra requests filed and approved to check for a standstill. */
  readonly bystanders: () => number
  readonly approved: () => number
  /** Lets approvals through until the condition is met. */
  letInUntil(what: string, isSo: () => boolean): Promise<void>
  /** Number approved once no more are sent, even with a free slot. */
  atStandstill(): Promise<number>
}

/** Starts a bulk on that page; returns while it is under way. */
async function beginBulk(page: Page, { sandbox, app }: Stand): Promise<Bulk> {
  const all = Array.from({ length: COUNT }, (_, at) => fileIn(sandbox, { nodeName: `bulk-${at}` }))
  await expect.poll(async () => (await requests(app)).length).toBe(COUNT)
  const writes = countCalls(sandbox, APPROVAL)
  const door = closeDoor(sandbox)
  const approved = () => approvedOf(sandbox, all)
  const letInUntil = async (what: string, isSo: () => boolean) => {
    await until(what, () => {
      door.letIn()
      return isSo()
    })
  }
  let bystanders = 0
  const atStandstill = async (): Promise<number> => {
    for (;;) {
      const before = writes.count
      bystanders += 1
      const bystander = fileIn(sandbox, { nodeName: `bystander-${bystanders}` })
      const row = await untilListed(app, bystander.metadata.uid ?? '')
      let outcomes: readonly string[] = []
      // Queued behind any approval that the run still sends.
      const decided = decide(app, {
        decision: 'approve',
        accept: 'plausible',
        items: [itemOf(row)],
      }).then(({ lines }) => {
        outcomes = lines.map(({ outcome }) => outcome)
      })
      await letInUntil('the bystander to be decided', () => outcomes.length > 0)
      await decided
      expect(outcomes).toEqual(['approved'])
      // Otherwise the app had not read it yet, and the run sent some before the bystander.
      if (writes.count === before + 1) return approved()
    }
  }

  await page.goto(app.address)
  await page.getByRole('button', { name: `Approve ${COUNT} machines…` }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await dialog.getByRole('checkbox', { name: /^Follow for/ }).uncheck()
  await dialog.getByRole('button', { name: `Approve ${COUNT} machines` }).click()
  await letInUntil('some to be approved', () => approved() > 10)
  return {
    app,
    dialog,
    door,
    all,
    writes,
    bystanders: () => bystanders,
    approved,
    letInUntil,
    atStandstill,
  }
}

test('Pause stops a bulk and Resume continues it, also through a reload, and nothing is approved twice', async ({
  page,
  quiet: cluster,
}) => {
  const bulk = await beginBulk(page, cluster)
  const { dialog, atStandstill, letInUntil, approved } = bulk

  await dialog.getByRole('button', { name: 'Pause' }).click()
  await expect(dialog.getByText('Paused by you.')).toBeVisible()
  const atPause = await atStandstill()
  expect(atPause).toBeLessThan(COUNT)
  await expect(dialog).toContainText(`${atPause} of ${COUNT} requests approved`)

  await dialog.getByRole('button', { name: 'Resume' }).click()
  await expect(dialog.getByText('Paused by you.')).toHaveCount(0)
  await letInUntil('more to be approved', () => approved() > atPause)

  await page.reload()
  const atReload = approved()
  await letInUntil('more to be approved', () => approved() > atReload)
  await untilLive(page)
  await page.getByRole('button', { name: /^Approving, \d+ of / }).click()
  bulk.door.open()
  await expectAllApproved(bulk, cluster)
  expect(bulk.writes.count).toBe(COUNT + bulk.bystanders())
})

test('a bulk continues when the tab that began it is closed, and another tab shows its report', async ({
  page,
  context,
  quiet: cluster,
}) => {
  const bulk = await beginBulk(page, cluster)
  await page.close()
  const before = bulk.approved()
  await bulk.letInUntil('more to be approved', () => bulk.approved() > before)
  bulk.door.open()
  const another = await context.newPage()
  await openLive(another, bulk.app)
  await another.getByTitle('Open the bulk approval').click()
  await expectAllApproved({ ...bulk, dialog: another.getByRole('dialog') }, cluster)
})

test('after a reload a bulk waits for the serving requests of its machines', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const all = ['a', 'b', 'c'].map((nodeName) => fileIn(sandbox, { nodeName }))
  await page.goto(app.address)
  await page.getByRole('button', { name: 'Approve 3 machines…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await dialog.getByRole('combobox', { name: 'How long to follow' }).selectOption('30')
  await expect(dialog).toContainText('3 machines · 3 requests · follows 30 min')
  await dialog.getByRole('button', { name: 'Approve 3 machines' }).click()
  await expect(dialog).toContainText('3 of 3 requests approved')
  expect(approvedOf(sandbox, all)).toBe(3)

  await page.reload()
  await untilLive(page)
  await page.getByRole('button', { name: /^Approving, 3 of 3/ }).click()
  await expect(dialog).toContainText('waiting on kubelets: 3')
  await expect(dialog).toContainText('Follows serving requests until')
})

test('a click approves a client request, and its serving request when that arrives, and the row says so', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const client = fileIn(sandbox, { nodeName: 'edge-1' })
  await page.goto(app.address)
  await page.getByRole('button', { name: /^More/ }).click()
  await page.getByRole('menuitem', { name: /^Approve edge-1/ }).click()
  await expect.poll(() => conditionsIn(sandbox, client)).toContain('Approved')
  const row = page.getByRole('row').filter({ hasText: 'edge-1' })
  await expect(row).toContainText('Serving approved as it arrives, until')
  await expect(page.getByTitle('Open the bulk approval')).toHaveCount(0)

  const addresses = [
    { type: 'InternalIP', address: '198.51.100.1' },
    { type: 'Hostname', address: 'edge-1' },
  ]
  sandbox.world.create('nodes', { metadata: { name: 'edge-1' }, status: { addresses } })
  const dnsNames = ['edge-1']
  const ipAddresses = ['198.51.100.1']
  const serving = fileIn(sandbox, { kind: 'serving', nodeName: 'edge-1', dnsNames, ipAddresses })
  await expect.poll(() => conditionsIn(sandbox, serving)).toContain('Approved')
})

test('Done by keyboard or a click outside closes the report, and the focus moves to the heading when the button that opened it is gone', async ({
  page,
  quiet: { sandbox, app },
}) => {
  for (const nodeName of ['a', 'b', 'c']) fileIn(sandbox, { nodeName })
  const door = closeDoor(sandbox)
  const dialog = page.getByRole('dialog')
  const press = async (button: Locator) => {
    await button.focus()
    await page.keyboard.press('Enter')
  }
  await openLive(page, app)
  await untilRow(page, 'a')
  await page.keyboard.press('Shift+A')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).press('Space')
  await dialog.getByRole('checkbox', { name: /^Follow for/ }).press('Space')
  await press(dialog.getByRole('button', { name: 'Approve 3 machines' }))
  const run = page.getByRole('button', { name: /^Approving, \d of 3/ })
  await expect(dialog.getByRole('button', { name: 'Pause' })).toBeVisible()

  await page.reload()
  await untilLive(page)
  await press(run)
  await expect(dialog.getByRole('button', { name: 'Pause' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(run).toBeFocused()

  await press(run)
  door.open()
  await press(dialog.getByRole('button', { name: 'Done' }))
  await expect(dialog).toHaveCount(0)
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()

  for (const nodeName of ['d', 'e', 'f']) fileIn(sandbox, { nodeName })
  await approveAll(page, '3 machines')
  const summary = page.getByRole('region', { name: 'Summary', includeHidden: true })
  // The button that would get the focus disappears as well.
  await expect(summary).toHaveCount(0)
  await page.mouse.click(5, 5)
  await expect(dialog).toHaveCount(0)
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
})

/** Approves from the button of the bulk to its report; serving requests are left. */
async function approveAll(page: Page, what: string): Promise<Locator> {
  await page.getByRole('button', { name: `Approve ${what}…` }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await dialog.getByRole('checkbox', { name: /^Follow for/ }).uncheck()
  await dialog.getByRole('button', { name: `Approve ${what}` }).click()
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible()
  return dialog
}

/** Expects every request approved by one write each, and nothing else on screen. */
async function expectAllApproved({ dialog, all }: Bulk, { sandbox }: Stand): Promise<void> {
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible({ timeout: 60_000 })
  await expect(dialog).toContainText(`${COUNT} of ${COUNT} requests approved`)
  await expect(dialog.locator('[data-state="failed"], [data-state="heldBack"]')).toHaveCount(0)
  for (const csr of all) {
    expect(conditionsIn(sandbox, csr).filter((type) => type === 'Approved')).toHaveLength(1)
  }
}

/** Log lines of the event for this bulk. */
function logged({ app, all }: Bulk, event: string): readonly string[] {
  const ours = new Set(all.map(({ metadata }) => metadata.uid))
  const lines = app.lines.filter((line) => line.includes(`"${event}"`))
  const uids = lines.map((line) => String(JSON.parse(line).uid))
  return uids.filter((uid) => ours.has(uid)).toSorted()
}

test('a watch that breaks during a bulk is a pause, and the bulk continues when the cluster is back', async ({
  page,
  quiet: cluster,
}) => {
  const { sandbox } = cluster
  const bulk = await beginBulk(page, cluster)
  // Each approval is delayed, so that the break falls between them.
  sandbox.failNext({ match: { path: APPROVAL }, times: 10_000, delayMs: 100 })
  bulk.door.open()
  const watches = { method: 'GET', path: /certificatesigningrequests\?.*watch=true/ }
  const back = sandbox.failNext({ match: watches, times: 10_000, dropCall: true })
  sandbox.closeWatches()
  await expect(bulk.dialog.getByText('The connection to the cluster is lost.')).toBeVisible()
  // Writes under way end; no more begin.
  await expect.poll(() => logged(bulk, 'decision.end')).toEqual(logged(bulk, 'decision.begin'))
  expect(bulk.approved()).toBeLessThan(COUNT)
  const resume = bulk.dialog.getByRole('button', { name: 'Resume' })
  await expect(resume).toHaveAttribute('aria-disabled', 'true')
  await expect(resume).toHaveAccessibleDescription(/^Off until the connection is back/)
  back()
  await expectAllApproved(bulk, cluster)
  expect(bulk.writes.count).toBe(COUNT)
  expect(new Set(logged(bulk, 'decision.begin')).size).toBe(COUNT)
  expect(logged(bulk, 'decision.end')).toEqual(logged(bulk, 'decision.begin'))
})

test('Stop in another tab is final, also for what a suspended tab has sent', async ({
  page,
  context,
  quiet,
}) => {
  const bulk = await beginBulk(page, quiet)
  const another = await context.newPage()
  await openLive(another, bulk.app)
  const run = another.getByRole('button', { name: /^Approving, \d+ of / })
  await expect(run).toBeVisible()
  const goOn = await standStill(page)
  await run.click()
  await another.getByRole('button', { name: 'Stop' }).click()
  expect(await bulk.atStandstill()).toBeLessThan(COUNT)
  await goOn()
})

test('a double click or a held key on Pause pauses once: Resume needs a press of its own', async ({
  page,
  quiet: { sandbox, app },
}) => {
  // Enough for a dialog of full height, whose buttons stay under the pointer.
  for (let at = 0; at < 30; at += 1) fileIn(sandbox, { nodeName: `bulk-${at}` })
  closeDoor(sandbox)
  await page.goto(app.address)
  await page.getByRole('button', { name: 'Approve 30 machines…' }).first().click()
  await page.getByRole('checkbox', { name: /^Plausible/ }).check()
  await page.getByRole('button', { name: 'Approve 30 machines', exact: true }).click()
  const pause = page.getByRole('button', { name: 'Pause' })
  const resume = page.getByRole('button', { name: 'Resume' })
  await pause.dblclick()
  await expect(resume).toBeFocused()

  await page.keyboard.press('Enter')
  await expect(pause).toBeFocused()
  for (const _ of ['pressed', 'held', 'held', 'held']) await page.keyboard.down('Enter')
  await page.keyboard.up('Enter')
  await expect(resume).toBeFocused()
})

test('a bulk of another tab replaces no open plan, its report is closed in both, and the next one opens only in the tab that began it', async ({
  page,
  context,
  quiet: { sandbox, app },
}) => {
  const another = await context.newPage()
  const filed = ['a', 'b', 'c'].map((nodeName) => fileIn(sandbox, { nodeName }))
  const door = closeDoor(sandbox)
  const approve = { name: 'Approve 3 machines' }
  for (const tab of [page, another]) {
    await tab.goto(app.address)
    await tab.getByRole('button', { name: 'Approve 3 machines…' }).click()
    await tab
      .getByRole('dialog')
      .getByRole('checkbox', { name: /^Plausible/ })
      .check()
  }
  await page.getByRole('dialog').getByRole('button', approve).click()
  await expect(page.getByRole('dialog', { name: 'Approving 3 machines' })).toBeVisible()
  const there = another.getByRole('dialog')
  await expect(there.getByText('Another bulk approval has it')).toHaveCount(3)
  await expect(there.getByRole('button', { name: 'Approve', exact: true })).toHaveAttribute(
    'aria-disabled',
    'true',
  )

  // Once the other run is over the plan is as before, and shows the run started from it.
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await there.getByRole('button', approve).click()
  await expect(another.getByRole('dialog', { name: 'Approving 3 machines' })).toBeVisible()
  door.open()
  await expect.poll(() => approvedOf(sandbox, filed)).toBe(3)
  await there.getByRole('button', { name: 'Stop' }).click()
  await there.getByRole('button', { name: 'Done' }).click()

  const begin = async (nodeName: string) => {
    fileIn(sandbox, { nodeName })
    await approveAll(page, '1 machine')
  }
  const chip = another.getByTitle('Open the bulk approval')
  await expect(chip).toHaveCount(0)
  await begin('d')
  await chip.click()
  await expect(there).toBeVisible()
  await page.getByRole('dialog').getByRole('button', { name: 'Done', exact: true }).click()
  await expect(there).toHaveCount(0)
  await expect(chip).toHaveCount(0)
  await begin('e')
  await expect(chip).toBeVisible()
  await expect(there).toHaveCount(0)
})

test('a run with machines listed by name approves a serving request for the machine’s own name, and none for another', async ({
  page,
  cluster,
  open,
}) => {
  const list = test.info().outputPath('machines.csv')
  const policy = test.info().outputPath('policy.yaml')
  writeFileSync(list, 'name\nedge-1\nedge-2\n')
  writeFileSync(policy, ALLOWS_ADDRESSES)
  const sandbox = await cluster()
  const app = await open({
    kubeconfig: sandbox.kubeconfigs.admin,
    env: { COUNTERSIGN_EXPECTED: list, COUNTERSIGN_POLICY: policy },
  })
  for (const nodeName of ['edge-1', 'edge-2']) fileIn(sandbox, { nodeName })
  await page.goto(app.address)
  await page.getByRole('button', { name: 'Approve 2 machines…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('checkbox', { name: /^Follow for/ })).toBeChecked()
  await dialog.getByRole('button', { name: 'Approve 2 machines', exact: true }).click()
  await expect(dialog.getByText('Client issued, waiting for its serving request')).toHaveCount(2)

  const serves = (nodeName: string, address: string, names: readonly string[]) => {
    const addresses = [
      { type: 'InternalIP', address },
      { type: 'Hostname', address: nodeName },
      ...names.map((name) => ({ type: 'ExternalDNS', address: name })),
    ]
    sandbox.world.create('nodes', { metadata: { name: nodeName }, status: { addresses } })
    const dnsNames = [nodeName, ...names]
    return fileIn(sandbox, { kind: 'serving', nodeName, dnsNames, ipAddresses: [address] })
  }
  const bad = serves('edge-1', '198.51.100.1', ['api.prod.example.com'])
  const good = serves('edge-2', '198.51.100.2', [])
  await expect.poll(() => conditionsIn(sandbox, good)).toEqual(['Approved'])
  const line = dialog.locator('li[data-machine="edge-1"]')
  await expect(line).toHaveAttribute('data-state', 'heldBack')
  await expect(line).toContainText(
    'Held back: Expected by name; api.prod.example.com by its own word',
  )
  expect(conditionsIn(sandbox, bad)).toEqual([])
})
