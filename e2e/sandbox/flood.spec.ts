import { setImmediate } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { snapshot } from '../fixtures/api.ts'
import { untilLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

/**
 * Hostile input 38: a flood of requests. `feed.test.ts` has what no flood delays: Nodes, denials and
 * other requestors. `npm run bench -- --release` measures larger ones.
 */
const FLOOD = 10_000
const ENDLESS = 5 * FLOOD
/** Requests after which the cluster, in this same process, gets a turn to answer. */
const AT_ONCE = 25
/** A time limit that measures nothing. */
const PATIENCE_MS = 120_000

test('another machine is seen and approved during a flood of 10,000 requests from one node', async ({
  page,
  stand,
}) => {
  test.setTimeout(300_000)
  const { sandbox, app } = await stand()
  await page.goto(app.address)
  let filed = 0
  let isSeen = false
  // Continues while the other machine waits, up to a limit.
  const flood = async () => {
    while (filed < FLOOD || (!isSeen && filed < ENDLESS)) {
      fileIn(sandbox, { nodeName: 'flooding', kind: 'serving', keyName: `key-${filed % 10}` })
      filed += 1
      if (filed % AT_ONCE === 0) await setImmediate()
    }
  }
  const began = performance.now()
  const flooding = flood()
  await expect.poll(() => filed, { timeout: 120_000 }).toBeGreaterThan(FLOOD / 4)
  await approveOne(page, sandbox, 'in-the-middle')
  // The flood still continues: the approval did not wait for its end.
  expect(filed).toBeLessThan(ENDLESS)
  isSeen = true
  await flooding
  // Only the count: the rows of all are 20 MB a time.
  const listed = async () => (await (await app.fetch('/api/requests')).json()).total
  await expect.poll(listed, { timeout: 120_000 }).toBe(filed + 1)

  const tookAll = performance.now() - began
  // Relative to this machine's speed: judging all of them again would take as long again.
  expect(await approveOne(page, sandbox, 'after-the-flood')).toBeLessThan(tookAll / 4)
  await untilLive(page)
  // One machine, however many it filed.
  const { machines } = await snapshot(app)
  const alone = machines.filter(({ name }) => name === 'flooding')
  expect(alone.map((machine) => machine.requests.length)).toEqual([filed])
})

/**
 * Files another machine's request and approves it on the page. Resolves with the milliseconds until
 * then.
 */
async function approveOne(page: Page, sandbox: Sandbox, nodeName: string): Promise<number> {
  const came = performance.now()
  const csr = fileIn(sandbox, { nodeName })
  const button = page.getByRole('button', { name: `Approve client for ${nodeName}` })
  await button.click({ timeout: PATIENCE_MS })
  const approved = () => conditionsIn(sandbox, csr)
  await expect.poll(approved, { timeout: PATIENCE_MS, intervals: [50] }).toContain('Approved')
  const took = performance.now() - came
  test.info().annotations.push({ type: nodeName, description: `${Math.round(took)} ms` })
  return took
}
