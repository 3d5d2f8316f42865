/**
 * Hostile inputs 25, 26 and 34: faults of the cluster, and the page's words for them. Those of the
 * network and of the API server are in `e2e/real/faults.spec.ts` and `history.spec.ts`.
 */
import { requests, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, countCalls, fileIn, LIST_OF_REQUESTS } from '../fixtures/sandbox-requests.ts'

const APPROVALS = { method: 'PUT', path: /\/approval$/ }

const namesIn = async (app: App) => (await requests(app)).map(({ name }) => name).toSorted()

test('a watch that ends as agreed continues from its version, without a list, ten times', async ({
  quiet: { sandbox, app },
}) => {
  // The shared app may list again after another test's fault: not once it has this request.
  const first = fileIn(sandbox, { nodeName: 'first' })
  await untilListed(app, first.metadata.uid ?? '')
  const lists = countCalls(sandbox, LIST_OF_REQUESTS)
  const filed = [first.metadata.name]
  for (let round = 0; round < 10; round += 1) {
    sandbox.closeWatches()
    // Filed between two watches.
    const csr = fileIn(sandbox, { nodeName: `round-${round}` })
    filed.push(csr.metadata.name)
    await untilListed(app, csr.metadata.uid ?? '')
  }
  expect(await namesIn(app)).toEqual(filed.toSorted())
  expect(lists.count).toBe(0)
})

/** A clock ten minutes ahead of the cluster's, for the app, not for the browser. */
const TEN_MINUTES_AHEAD = `data:text/javascript,${encodeURIComponent(`
  const { now } = Date
  Date.now = () => now() + 600_000
`)}`

test('the hour and a bulk’s pause go by the cluster’s clock where the machine’s is wrong', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const env = { NODE_OPTIONS: `--import="${TEN_MINUTES_AHEAD}"` }
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, env })
  for (const nodeName of ['on-time', 'another']) fileIn(sandbox, { nodeName })
  await page.goto(app.address)
  const row = page.getByRole('row', { name: /on-time/ })
  await expect(row.getByText(/^59:\d\d$/)).toBeVisible()

  await page.getByRole('button', { name: 'Approve 2 machines…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await dialog.getByRole('checkbox', { name: /^Follow for/ }).uncheck()
  sandbox.failNext({ match: APPROVALS, times: 2, status: 429, retryAfter: 5 })
  await dialog.getByRole('button', { name: 'Approve 2 machines' }).click()
  await expect(dialog.getByText(/Goes on in [1-5] s\./)).toBeVisible()
  await expect(dialog).toContainText('2 requests approved')
})

const COUNT = 100

const logged = (app: App, event: string): readonly string[] =>
  app.lines
    .filter((line) => line.includes(`"${event}"`))
    .map((line) => String(JSON.parse(line).uid))
    .toSorted()

// `decision-service.test.ts` has the outcomes of a script's order that is cut off.
test('when its terminal is closed during a bulk the dashboard begins no more approvals, waits for those under way, and the page shows them', async ({
  page,
  complaints,
  stand,
}) => {
  const { sandbox, app } = await stand()
  const filed = Array.from({ length: COUNT }, (_, at) => fileIn(sandbox, { nodeName: `n-${at}` }))
  await page.goto(app.address)
  await page.getByRole('button', { name: `Approve ${COUNT} machines…` }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  const { promise: until, resolve: answer } = Promise.withResolvers<void>()
  sandbox.failNext({ match: APPROVALS, times: COUNT, until })
  await dialog.getByRole('button', { name: `Approve ${COUNT} machines` }).click()
  await expect.poll(() => logged(app, 'decision.begin').length).toBeGreaterThan(10)
  process.kill(app.pid, 'SIGHUP')
  // A connection of its own each time: a kept one is answered until the end.
  const headers = { connection: 'close' }
  const isOpen = () => app.fetch('/livez', { headers }).then(Boolean, () => false)
  // At once: a person does not wait either.
  await expect.poll(isOpen, { intervals: [10] }).toBe(false)
  answer()
  expect(await app.exited).toBe(0)
  const approved = filed.filter((csr) => conditionsIn(sandbox, csr).length > 0).length
  expect(approved).toBeLessThan(COUNT / 2)
  expect(approved).toBeLessThanOrEqual(logged(app, 'decision.begin').length)
  expect(logged(app, 'decision.end')).toEqual(logged(app, 'decision.begin'))
  await expect(dialog).toContainText(`${approved} of ${COUNT} requests approved`)
  await page.close()
  // The page tried to reach its server, which is gone.
  for (const complaint of complaints.splice(0)) expect(complaint).toContain('/api/')
})
