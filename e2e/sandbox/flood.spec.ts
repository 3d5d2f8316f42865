import { setImmediate } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { makeRequest } from '#lib/csr/fixtures/make-csr.ts'
import type { CsrObject } from '#sandbox/objects.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { decide, itemOf, requests, snapshot, untilListed } from '../fixtures/api.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

/** Hostile input 38. */

const FLOOD = 20_000
const ENDLESS = 5 * FLOOD
/** After so many the cluster, which is in this process, gets to answer. */
const AT_ONCE = 25
/** Nothing is measured by it. */
const PATIENCE_MS = 120_000

test('a flood of 20,000 requests from one node: another machine is seen, and approved', async ({
  page,
  stand,
}) => {
  test.setTimeout(300_000)
  const { sandbox, app } = await stand()
  await page.goto(app.address)
  let filed = 0
  let isSeen = false
  // It goes on for as long as the other machine waits, though not for ever.
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
  // It still goes on: nobody waited for its end.
  expect(filed).toBeLessThan(ENDLESS)
  isSeen = true
  await flooding
  await expect.poll(async () => (await requests(app)).length, { timeout: 120_000 }).toBe(filed + 1)

  const tookAll = performance.now() - began
  // Whatever this machine is worth: had all of them to be looked at again, it would take as long again.
  expect(await approveOne(page, sandbox, 'after-the-flood')).toBeLessThan(tookAll / 4)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  // One machine, however many it filed.
  const { machines } = await snapshot(app)
  const alone = machines.filter(({ name }) => name === 'flooding')
  expect(alone.map((machine) => machine.requests.length)).toEqual([filed])
})

/**
 * Another machine's request comes, is seen on the page, and a person approves it there. Resolves with
 * the milliseconds from its coming until it is approved.
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

test('a Node that joins behind a flood: whoever asks in its name is not approved', async ({
  stand,
}) => {
  const { sandbox, app } = await stand()
  const uidOf = ({ metadata: { uid = '' } }: CsrObject) => uid
  const takeover = fileIn(sandbox, { nodeName: 'worker-1' })
  await untilListed(app, uidOf(takeover), ({ verdict }) => verdict === 'plausible')
  const request = makeRequest({ kind: 'serving', nodeName: 'flooding' })
  for (let filed = 1; filed <= 5_000; filed += 1) {
    fileIn(sandbox, { nodeName: 'flooding', kind: 'serving', rewriteBase64: () => request })
    if (filed % AT_ONCE === 0) await setImmediate()
  }
  const conditions = [{ type: 'Ready', status: 'True' }]
  sandbox.world.create('nodes', { metadata: { name: 'worker-1' }, status: { conditions } })

  const seen = await untilListed(app, uidOf(takeover), ({ failing }) => {
    return failing.includes('node.new')
  })
  const { lines } = await decide(app, {
    decision: 'approve',
    accept: 'plausible',
    items: [itemOf(seen)],
  })
  expect(lines).toMatchObject([{ outcome: 'refused' }])
  expect(conditionsIn(sandbox, takeover)).toEqual([])
})
