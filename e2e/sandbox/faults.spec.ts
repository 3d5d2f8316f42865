/**
 * Hostile inputs 25, 26 and 34: faults of the cluster, and the page's words for them. Those of the
 * network and of the API server are in `e2e/real/faults.spec.ts` and `history.spec.ts`.
 */
import { decide, itemOf, requests, untilListed } from '../fixtures/api.ts'
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

test('the dashboard decides nothing and ends with the reason when its log cannot be written', async ({
  stand,
}) => {
  const { sandbox, app } = await stand()
  const csr = fileIn(sandbox, { nodeName: 'not-logged' })
  const row = await untilListed(app, csr.metadata.uid ?? '')
  app.closeOutput()
  const order = { decision: 'approve', accept: 'plausible', items: [itemOf(row)] }
  await expect(decide(app, order)).rejects.toThrow()
  expect(await app.exited).toBe(1)
  expect(app.errors.join('\n')).toContain('Standard output cannot be written')
  expect(conditionsIn(sandbox, csr)).toEqual([])
})

test.describe('stopped during a bulk', () => {
  const COUNT = 100

  /** Resolves once the app has noticed the signal. */
  async function stop(app: App, signal: NodeJS.Signals): Promise<void> {
    process.kill(app.pid, signal)
    // A connection of its own each time: a kept one is answered until the end.
    const headers = { connection: 'close' }
    const isOpen = () => app.fetch('/livez', { headers }).then(Boolean, () => false)
    // At once: a person does not wait either.
    await expect.poll(isOpen, { intervals: [10] }).toBe(false)
  }

  const logged = (app: App, event: string): readonly string[] =>
    app.lines
      .filter((line) => line.includes(`"${event}"`))
      .map((line) => String(JSON.parse(line).uid))
      .toSorted()

  test('when its terminal is closed the dashboard begins no more approvals, and waits for those under way', async ({
    stand,
  }) => {
    const { sandbox, app } = await stand()
    const filed = Array.from({ length: COUNT }, (_, at) => fileIn(sandbox, { nodeName: `n-${at}` }))
    await expect.poll(async () => (await requests(app)).length).toBe(COUNT)
    const items = (await requests(app)).map(itemOf)
    const { promise: until, resolve: answer } = Promise.withResolvers<void>()
    sandbox.failNext({ match: APPROVALS, times: COUNT, until })
    const underWay = decide(app, { decision: 'approve', accept: 'plausible', items })
    await expect.poll(() => logged(app, 'decision.begin').length).toBeGreaterThan(10)
    await stop(app, 'SIGHUP')
    answer()
    expect(await app.exited).toBe(0)
    const approved = filed.filter((csr) => conditionsIn(sandbox, csr).length > 0).length
    expect(approved).toBeLessThan(COUNT / 2)
    const { lines } = await underWay
    const begun = logged(app, 'decision.begin').length
    const ended = (word: string) => lines.filter(({ outcome }) => outcome === word).length
    // On a busy machine an answer may come after the time that the app waits: unknown.
    expect(ended('approved')).toBeGreaterThan(0)
    expect(ended('approved') + ended('unknown')).toBe(begun)
    expect(approved).toBeLessThanOrEqual(begun)
    expect(lines.filter(({ lost }) => lost === 'server')).toHaveLength(COUNT - begun)
    expect(logged(app, 'decision.end')).toEqual(logged(app, 'decision.begin'))
  })

  test('a bulk that was begun in a page shows each approved request there', async ({
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
    await stop(app, 'SIGINT')
    answer()
    expect(await app.exited).toBe(0)
    const approved = filed.filter((csr) => conditionsIn(sandbox, csr).length > 0).length
    await expect(dialog).toContainText(`${approved} of ${COUNT} requests approved`)
    await page.close()
    // The page tried to reach its server, which is gone.
    for (const complaint of complaints.splice(0)) expect(complaint).toContain('/api/')
  })
})
