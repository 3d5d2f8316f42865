import { setImmediate } from 'node:timers/promises'
import { makeRequest } from '#lib/csr/fixtures/make-csr.ts'
import { untilListed } from '../fixtures/api.ts'
import { expectCleanAtAllSizes } from '../fixtures/clean.ts'
import { untilLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

/** Hostile input 65: requests of a foreign signer, more than are followed of other signers. */
const FLOOD = 20_500
const RUNAWAY = 'runaway.example.com/client'
/** Requests after which the cluster, in this same process, gets a turn to answer. */
const AT_ONCE = 100

test('during a flood of a foreign signer kubelets are decided, other signers shown, and the page says what is not', async ({
  page,
  cluster,
  open,
}) => {
  test.setTimeout(180_000)
  const sandbox = await cluster()
  const spec = { request: makeRequest({ nodeName: 'x' }), usages: ['client auth'] }
  const file = (name: string, signerName: string) =>
    sandbox.world.create('csrs', { metadata: { name }, spec: { ...spec, signerName } })
  for (let n = 0; n < FLOOD; n += 1) {
    // Names sort before and after all others.
    file(`${n % 2 === 0 ? 'a' : 'z'}-${n}`, RUNAWAY)
    if (n % AT_ONCE === 0) await setImmediate()
  }
  const quiet = file('of-another-signer', 'quiet.example.com/x')
  const csr = fileIn(sandbox, { nodeName: 'in-the-flood' })

  const app = await open({ kubeconfig: sandbox.kubeconfigs.approver })
  await untilListed(app, quiet.metadata.uid ?? '')
  await page.goto(app.address)
  await untilLive(page)
  await page.getByRole('button', { name: 'Approve client for in-the-flood' }).click()
  await expect.poll(() => conditionsIn(sandbox, csr)).toContain('Approved')

  await page.goto(app.at('/requests'))
  await expect(
    page.getByText('About 20,500 more requests of other signers are not shown.'),
  ).toBeVisible()
  await expect(page.getByText(`Requests of ${RUNAWAY} are left out`)).toBeVisible()
  await expect(page.locator('tbody tr[data-key]')).toHaveCount(2)
  await expect(page.getByText('2 of 2 requests shown.')).toBeVisible()
  await expectCleanAtAllSizes(page)

  // The server does not learn of the left-out signer's requests, and their page says why.
  const later = file('later', RUNAWAY)
  const next = fileIn(sandbox, { nodeName: 'after-the-flood' })
  await untilListed(app, next.metadata.uid ?? '')
  const { total } = await (await app.fetch('/api/requests')).json()
  expect(total).toBe(3)
  await page.goto(app.at(`/requests/${later.metadata.uid}`))
  await expect(page.getByText(`Requests of ${RUNAWAY} are left out`)).toBeVisible()
})
