import { setImmediate } from 'node:timers/promises'
import { requests, snapshot } from '../fixtures/api.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

/** Hostile input 38. */

const FLOOD = 20_000
/** After so many the cluster, which is in this process, gets to answer. */
const AT_ONCE = 100

test('a flood of 20,000 requests from one node: another machine is seen, and approved', async ({
  page,
  stand,
}) => {
  test.setTimeout(300_000)
  const { sandbox, app } = await stand()
  await page.goto(app.address)
  for (let filed = 0; filed < FLOOD; filed += 1) {
    fileIn(sandbox, { nodeName: 'flooding', kind: 'serving', keyName: `key-${filed % 10}` })
    if (filed % AT_ONCE === 0) await setImmediate()
    if (filed === FLOOD / 2) {
      const early = fileIn(sandbox, { nodeName: 'in-the-middle' })
      await page.getByRole('button', { name: 'Approve client for in-the-middle' }).click()
      await expect.poll(() => conditionsIn(sandbox, early)).toContain('Approved')
    }
  }
  await expect.poll(async () => (await requests(app)).length, { timeout: 120_000 }).toBe(FLOOD + 1)

  const late = fileIn(sandbox, { nodeName: 'after-the-flood' })
  await page.getByRole('button', { name: 'Approve client for after-the-flood' }).click()
  await expect.poll(() => conditionsIn(sandbox, late)).toContain('Approved')
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  // One machine, however many it filed.
  const { machines } = await snapshot(app)
  const flooding = machines.filter(({ name }) => name === 'flooding')
  expect(flooding.map((machine) => machine.requests.length)).toEqual([FLOOD])
})
