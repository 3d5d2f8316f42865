/** Hostile inputs 24–26, 34 and 36: faults of the cluster, and the page's words for them. */

import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decide, itemOf, requests, snapshot, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { expect, type Stand, test } from '../fixtures/sandbox.ts'
import { conditionsIn, countCalls, fileIn, LIST_OF_REQUESTS } from '../fixtures/sandbox-requests.ts'

const APPROVALS = { method: 'PUT', path: /\/approval$/ }
const READS_OF_ONE = { method: 'GET', path: /\/certificatesigningrequests\/[^/?]+$/ }

const feedOf = async (app: App) => (await snapshot(app)).feed.state
const namesIn = async (app: App) => (await requests(app)).map(({ name }) => name).toSorted()

test('history is gone during a watch: one list, and nothing is missed', async ({ stand }) => {
  const { sandbox, app } = await stand()
  const before = fileIn(sandbox, { nodeName: 'before' })
  await untilListed(app, before.metadata.uid ?? '')
  const lists = countCalls(sandbox, LIST_OF_REQUESTS)
  sandbox.expireHistory({ tellWatches: true })
  const after = fileIn(sandbox, { nodeName: 'after' })
  sandbox.world.delete('csrs', before.metadata.name)
  await expect.poll(() => namesIn(app)).toEqual([after.metadata.name])
  await expect.poll(() => feedOf(app)).toBe('live')
  // Live again by a watch: later changes need no list.
  const later = fileIn(sandbox, { nodeName: 'later' })
  await untilListed(app, later.metadata.uid ?? '')
  expect(lists.count).toBe(1)
})

test('the watch ends as agreed, ten times: it continues from its version, without a list', async ({
  stand,
}) => {
  const { sandbox, app } = await stand()
  const lists = countCalls(sandbox, LIST_OF_REQUESTS)
  const filed: string[] = []
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

test('the machine’s clock is wrong: the rest of the hour goes by the cluster’s', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const env = { NODE_OPTIONS: `--import="${TEN_MINUTES_AHEAD}"` }
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, env })
  fileIn(sandbox, { nodeName: 'on-time' })
  await page.goto(app.address)
  const row = page.getByRole('row', { name: /on-time/ })
  await expect(row.getByText(/^59:\d\d$/)).toBeVisible()
})

test('the answer to an approval is lost: read back, and the page says approved', async ({
  page,
  stand,
}) => {
  const { sandbox, app } = await stand()
  const csr = fileIn(sandbox, { nodeName: 'answer-lost' })
  await page.goto(app.address)
  sandbox.failNext({ match: APPROVALS, dropAnswer: true })
  await page.getByRole('button', { name: 'Approve client for answer-lost' }).click()
  await expect(page.getByRole('row', { name: /^answer-lost/ })).toContainText('Client issued')
  // The row may come before the read-back.
  await expect.poll(() => app.lines.filter((line) => line.includes('decision.end'))).toHaveLength(1)
  await expect(page.getByText(/was not approved|not known|Nothing was approved/)).toHaveCount(0)
  expect(conditionsIn(sandbox, csr).filter((type) => type === 'Approved')).toHaveLength(1)
})

test('neither the answer nor the read-back arrives: never called failed, then approved', async ({
  page,
  stand,
}) => {
  const { sandbox, app } = await stand()
  const csr = fileIn(sandbox, { nodeName: 'all-lost' })
  const row = await untilListed(app, csr.metadata.uid ?? '')
  await page.goto(app.address)
  await expect(page.getByRole('button', { name: 'Approve client for all-lost' })).toBeVisible()
  sandbox.failNext({ match: APPROVALS, dropAnswer: true })
  const undo = sandbox.failNext({ match: READS_OF_ONE, times: 1_000, dropCall: true })
  const { lines } = await decide(app, {
    decision: 'approve',
    accept: 'plausible',
    items: [itemOf(row)],
  })
  undo()
  expect(lines.map(({ outcome }) => outcome)).toEqual(['unknown'])
  await expect(page.getByRole('row', { name: /^all-lost/ })).toContainText('Client issued')
  expect(conditionsIn(sandbox, csr).filter((type) => type === 'Approved')).toHaveLength(1)
})

test('the call itself is lost: not approved, and not called so', async ({ stand }) => {
  const { sandbox, app } = await stand()
  const csr = fileIn(sandbox, { nodeName: 'call-lost' })
  const row = await untilListed(app, csr.metadata.uid ?? '')
  const undo = sandbox.failNext({ match: APPROVALS, times: 1_000, dropCall: true })
  const { lines } = await decide(app, {
    decision: 'approve',
    accept: 'plausible',
    items: [itemOf(row)],
  })
  undo()
  expect(lines.map(({ outcome }) => outcome)).toEqual(['unknown'])
  expect(conditionsIn(sandbox, csr)).toEqual([])
})

test('its log cannot be written: nothing is decided, and it ends with the reason', async ({
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

  /** Stops the app while its approvals are under way and unanswered. */
  async function stopped({ sandbox, app }: Stand, signal: NodeJS.Signals) {
    const filed = Array.from({ length: COUNT }, (_, at) => fileIn(sandbox, { nodeName: `n-${at}` }))
    await expect.poll(async () => (await requests(app)).length).toBe(COUNT)
    const items = (await requests(app)).map(itemOf)
    const { promise: until, resolve: answer } = Promise.withResolvers<void>()
    sandbox.failNext({ match: APPROVALS, times: COUNT, until })
    const told = decide(app, { decision: 'approve', accept: 'plausible', items })
    await expect.poll(() => logged(app, 'decision.begin').length).toBeGreaterThan(10)
    await stop(app, signal)
    const approved = () => filed.filter((csr) => conditionsIn(sandbox, csr).length > 0).length
    return { told, answer, approved }
  }

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

  const counted = (words: readonly unknown[], word: string) =>
    words.filter((it) => it === word).length

  for (const [how, signal] of [
    ['Ctrl-C', 'SIGINT'],
    ['its terminal is closed', 'SIGHUP'],
  ] as const) {
    test(`${how}: no more approvals begin, and those under way are waited for`, async ({
      stand,
    }) => {
      const cluster = await stand()
      const { told, answer, approved } = await stopped(cluster, signal)
      answer()
      expect(await cluster.app.exited).toBe(0)
      expect(approved()).toBeLessThan(COUNT / 2)
      const { lines } = await told
      expect(
        counted(
          lines.map(({ outcome }) => outcome),
          'approved',
        ),
      ).toBe(approved())
      expect(
        counted(
          lines.map(({ lost }) => lost),
          'server',
        ),
      ).toBe(COUNT - approved())
      expect(logged(cluster.app, 'decision.end')).toEqual(logged(cluster.app, 'decision.begin'))
    })
  }

  test('started in a page: the page shows each approved request', async ({
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

  test('what is not answered in time ends as unknown, in the log and for the caller', async ({
    stand,
  }) => {
    const cluster = await stand()
    const { told, approved } = await stopped(cluster, 'SIGINT')
    expect(await cluster.app.exited).toBe(0)
    const begun = logged(cluster.app, 'decision.begin')
    expect(logged(cluster.app, 'decision.end')).toEqual(begun)
    const { lines } = await told
    expect(
      counted(
        lines.map(({ outcome }) => outcome),
        'unknown',
      ),
    ).toBe(begun.length)
    expect(
      counted(
        lines.map(({ lost }) => lost),
        'server',
      ),
    ).toBe(COUNT - begun.length)
    expect(approved()).toBe(0)
  })
})

test('429 with Retry-After during a bulk: a visible pause, then it continues', async ({
  page,
  stand,
}) => {
  const { sandbox, app } = await stand()
  const all = Array.from({ length: 40 }, (_, at) => fileIn(sandbox, { nodeName: `bulk-${at}` }))
  await page.goto(app.address)
  await page.getByRole('button', { name: 'Approve 40 machines…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await dialog.getByRole('checkbox', { name: /^Then approve serving/ }).uncheck()
  // Some approvals pass first; the others wait until that has been seen.
  sandbox.failNext({ match: APPROVALS, times: 10, delayMs: 1 })
  const throttled = { match: APPROVALS, times: 10_000, status: 429, retryAfter: 1 }
  const lift = sandbox.failNext(throttled)
  const approved = () => all.filter((csr) => conditionsIn(sandbox, csr).includes('Approved'))
  await dialog.getByRole('button', { name: 'Approve 40 machines' }).click()
  await expect(dialog.getByText('The cluster is busy and asked to wait.')).toBeVisible()
  await expect.poll(approved).toHaveLength(10)
  lift()
  await expect(dialog.getByText('The cluster is busy and asked to wait.')).toHaveCount(0)
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible()
  await expect(dialog).toContainText('40 requests approved')
  await expect(dialog.locator('[data-state="failed"], [data-state="heldBack"]')).toHaveCount(0)
  for (const csr of all) {
    expect(conditionsIn(sandbox, csr).filter((type) => type === 'Approved')).toHaveLength(1)
  }
})

test('the machine’s clock is wrong: a bulk’s pause is as long as the cluster asked for', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const env = { NODE_OPTIONS: `--import="${TEN_MINUTES_AHEAD}"` }
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, env })
  for (const nodeName of ['one', 'two']) fileIn(sandbox, { nodeName })
  await page.goto(app.address)
  await page.getByRole('button', { name: 'Approve 2 machines…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await dialog.getByRole('checkbox', { name: /^Then approve serving/ }).uncheck()
  sandbox.failNext({ match: APPROVALS, times: 2, status: 429, retryAfter: 5 })
  await dialog.getByRole('button', { name: 'Approve 2 machines' }).click()
  await expect(dialog.getByText(/Goes on in [1-5] s\./)).toBeVisible()
  await expect(dialog).toContainText('2 requests approved')
})

test('a redirect from the API server is not followed, and the page shows its answer', async ({
  page,
  open,
  cluster,
}) => {
  const sandbox = await cluster()
  const hits: string[] = []
  const elsewhere = createServer((request, response) => {
    hits.push(`${request.url} ${request.headers.authorization ?? ''}`)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"items":[]}')
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  const { port } = elsewhere.address() as AddressInfo
  try {
    const redirectTo = `http://127.0.0.1:${port}/apis`
    sandbox.failNext({ match: { method: 'GET' }, times: 100_000, redirectTo })
    sandbox.failNext({ match: { method: 'POST' }, times: 100_000, redirectTo })
    const app = await open({ kubeconfig: sandbox.kubeconfigs.approver, unready: true })
    await page.goto(app.address)
    await expect(page.getByText(/redirect/i).first()).toBeVisible()
    expect((await app.fetch('/readyz')).status).toBe(503)
    expect(await feedOf(app)).not.toBe('live')
    expect(hits).toEqual([])
  } finally {
    await new Promise((resolve) => elsewhere.close(resolve))
  }
})

test('another CA than the kubeconfig’s: shown plainly, and not one call is made', async ({
  page,
  open,
  cluster,
}, testInfo) => {
  const sandbox = await cluster()
  const other = await cluster()
  const caOf = (path: string) =>
    JSON.parse(readFileSync(path, 'utf8')).clusters[0].cluster['certificate-authority-data']
  const { approver } = sandbox.kubeconfigs
  const kubeconfig = testInfo.outputPath('wrong-ca.kubeconfig')
  const text = readFileSync(approver, 'utf8')
  writeFileSync(kubeconfig, text.replace(caOf(approver), caOf(other.kubeconfigs.approver)))
  expect(readFileSync(kubeconfig, 'utf8')).not.toBe(text)
  const calls = countCalls(sandbox, /./)
  const app = await open({ kubeconfig, unready: true })
  await page.goto(app.address)
  await expect(page.getByText('The cluster’s API server cannot be reached.')).toBeVisible()
  await expect(
    page.getByText(/a CA that is not the one in the kubeconfig|not signed by the CA/),
  ).toBeVisible()
  expect((await app.fetch('/readyz')).status).toBe(503)
  expect(calls.count).toBe(0)
  const { machines, others } = await snapshot(app)
  expect([...machines, ...others]).toEqual([])
})
