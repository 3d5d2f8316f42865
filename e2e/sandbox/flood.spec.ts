import { setImmediate } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { requests, snapshot } from '../fixtures/api.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

/** Hostile input 38. */

const FLOOD = 20_000
/** After so many the cluster, which is in this process, gets to answer. */
const AT_ONCE = 25
/**
 * From the click to the condition on the API server: two seconds on an idle machine, and five times
 * that where others compute. One millisecond for each request of the flood would be twenty seconds.
 */
const DECIDED_WITHIN_MS = 10_000

test('a flood of 20,000 requests from one node: another machine is seen, and approved', async ({
  page,
  stand,
}) => {
  test.setTimeout(300_000)
  const { sandbox, app } = await stand()
  await page.goto(app.address)
  let filed = 0
  let isSeen = false
  // It goes on for as long as the other machine waits, up to twice as many.
  const flood = async () => {
    while (filed < FLOOD || (!isSeen && filed < 2 * FLOOD)) {
      fileIn(sandbox, { nodeName: 'flooding', kind: 'serving', keyName: `key-${filed % 10}` })
      filed += 1
      if (filed % AT_ONCE === 0) await setImmediate()
    }
  }
  const flooding = flood()
  await expect.poll(() => filed, { timeout: 120_000 }).toBeGreaterThan(FLOOD / 4)
  const before = filed
  await approveOne(page, sandbox, 'in-the-middle')
  isSeen = true
  // It went on meanwhile: nobody waited for its end.
  expect(filed).toBeGreaterThan(before)
  await flooding
  await expect.poll(async () => (await requests(app)).length, { timeout: 120_000 }).toBe(filed + 1)

  await approveOne(page, sandbox, 'after-the-flood')
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  // One machine, however many it filed.
  const { machines } = await snapshot(app)
  const alone = machines.filter(({ name }) => name === 'flooding')
  expect(alone.map((machine) => machine.requests.length)).toEqual([filed])
})

/** Another machine's request comes, is seen on the page, and a person approves it there. */
async function approveOne(page: Page, sandbox: Sandbox, nodeName: string): Promise<void> {
  const csr = fileIn(sandbox, { nodeName })
  const button = page.getByRole('button', { name: `Approve client for ${nodeName}` })
  await expect(button).toBeVisible({ timeout: 30_000 })
  const clickedAt = performance.now()
  await button.click()
  const approved = () => conditionsIn(sandbox, csr)
  await expect.poll(approved, { timeout: DECIDED_WITHIN_MS, intervals: [50] }).toContain('Approved')
  const took = performance.now() - clickedAt
  test.info().annotations.push({ type: nodeName, description: `${Math.round(took)} ms` })
  expect(took).toBeLessThan(DECIDED_WITHIN_MS)
}
