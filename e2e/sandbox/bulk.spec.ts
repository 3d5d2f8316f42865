/** A bulk of hundreds that is paused, gone on with and cut off by a reload: all of it, each once. */
import type { CsrObject } from '#sandbox/objects.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { decide, itemOf, requests, untilListed } from '../fixtures/api.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, countCalls, fileIn } from '../fixtures/sandbox-requests.ts'

const COUNT = 300
const APPROVAL = /\/approval$/

const approvedOf = (sandbox: Sandbox, all: readonly CsrObject[]) =>
  all.filter((csr) => conditionsIn(sandbox, csr).includes('Approved')).length

test('Pause stands still, Resume goes on, and after a reload “Go on” does the rest, nothing twice', async ({
  page,
  stand,
}) => {
  const { sandbox, app } = await stand()
  const all = Array.from({ length: COUNT }, (_, at) => fileIn(sandbox, { nodeName: `bulk-${at}` }))
  await expect.poll(async () => (await requests(app)).length).toBe(COUNT)
  const writes = countCalls(sandbox, APPROVAL)
  // So slow that it is in the middle whenever it is looked at.
  const hurry = sandbox.failNext({ match: { path: APPROVAL }, times: 10_000, delayMs: 400 })
  const approved = () => approvedOf(sandbox, all)
  let bystanders = 0
  /** How many are approved when nothing more comes: not even while one more write is answered. */
  const expectStandstill = async (): Promise<number> => {
    // Each write that has reached the cluster has been carried out.
    await expect.poll(() => writes.count - approved()).toBe(bystanders)
    const before = approved()
    bystanders += 1
    const bystander = fileIn(sandbox, { nodeName: `bystander-${bystanders}` })
    const row = await untilListed(app, bystander.metadata.uid ?? '')
    const items = [itemOf(row)]
    const { lines } = await decide(app, { decision: 'approve', accept: 'plausible', items })
    expect(lines.map(({ outcome }) => outcome)).toEqual(['approved'])
    expect(approved()).toBe(before)
    expect(writes.count).toBe(before + bystanders)
    return before
  }

  await page.goto(app.address)
  await page.getByRole('button', { name: `Approve ${COUNT} machines…` }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await dialog.getByRole('checkbox', { name: /^Then approve serving/ }).uncheck()
  await dialog.getByRole('button', { name: `Approve ${COUNT} machines` }).click()
  await expect.poll(approved).toBeGreaterThan(10)

  await dialog.getByRole('button', { name: 'Pause' }).click()
  await expect(dialog.getByText('Paused by you.')).toBeVisible()
  const atPause = await expectStandstill()
  expect(atPause).toBeLessThan(COUNT)
  await expect(dialog).toContainText(`${atPause} of ${COUNT} requests approved`)

  await dialog.getByRole('button', { name: 'Resume' }).click()
  await expect(dialog.getByText('Paused by you.')).toHaveCount(0)
  await expect.poll(approved).toBeGreaterThan(atPause)

  await page.reload()
  await expect(page.getByText('A bulk approval was cut off.')).toBeVisible()
  const said = await page.getByText(`of ${COUNT} requests were approved before.`).textContent()
  const told = Number(/(\d+) of/.exec(said ?? '')?.[1])
  const atReload = await expectStandstill()
  expect(atReload).toBeLessThan(COUNT)
  expect(told).toBeGreaterThanOrEqual(atPause)
  expect(told).toBeLessThanOrEqual(atReload)

  hurry()
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible()
  await expect(dialog).toContainText(`${COUNT} requests approved`)
  await expect(dialog.locator('[data-state="failed"], [data-state="heldBack"]')).toHaveCount(0)
  for (const csr of all) {
    expect(conditionsIn(sandbox, csr).filter((type) => type === 'Approved')).toHaveLength(1)
  }
  expect(writes.count).toBe(COUNT + bystanders)
})
