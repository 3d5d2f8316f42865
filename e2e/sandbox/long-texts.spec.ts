/** Hostile inputs 41 and 42: texts as long as etcd takes them. */
import type { CsrObject } from '#sandbox/objects.ts'
import { decide, requests, snapshot } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { openLive, untilLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

/**
 * A name whose characters JSON writes as six each: etcd takes no update of a request with a longer
 * one.
 */
const LONG = '\u0001'.repeat(300_000)
const MOST_BYTES = 2_000_000
const PATIENCE_MS = 120_000

const uidOf = ({ metadata }: CsrObject) => metadata.uid ?? ''

async function bytesOf(app: App, path: string): Promise<number> {
  const response = await app.fetch(path)
  expect(response.status).toBe(200)
  return (await response.arrayBuffer()).byteLength
}

async function untilAllListed(app: App, count: number): Promise<void> {
  const listed = async () => (await requests(app)).length
  await expect.poll(listed, { timeout: PATIENCE_MS }).toBe(count)
}

test('requests with names of 300 kB, before and after the start: the pages work, and each can be denied', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const fileNamed = (n: number) => fileIn(sandbox, { nodeName: `named-${n}`, name: `${LONG}${n}` })
  const before = [1, 2, 3, 4, 5, 6].map(fileNamed)
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin })
  await untilAllListed(app, 6)
  const filed = [...before, ...[7, 8, 9, 10, 11, 12].map(fileNamed)]
  await untilAllListed(app, 12)
  expect(await bytesOf(app, '/api/snapshot')).toBeLessThan(MOST_BYTES)

  await openLive(page, app, '/')
  await openLive(page, app, '/requests')
  const [first, ...rest] = filed
  if (first === undefined) throw new Error('none was filed')
  await page.goto(app.at(`/requests/${uidOf(first)}`))
  await expect(
    page.getByText('The cluster has more of it than Countersign reads').first(),
  ).toBeVisible()
  await page.getByRole('button', { name: /^Deny/ }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: /^Deny/ }).click()
  await expect.poll(() => conditionsIn(sandbox, first)).toContain('Denied')

  const rows = new Map((await requests(app)).map((row) => [row.uid, row]))
  const items = rest.flatMap((csr) => {
    const row = rows.get(uidOf(csr))
    if (row === undefined) return []
    const { uid, resourceVersion } = row
    return [{ uid, resourceVersion }]
  })
  const { lines } = await decide(app, { decision: 'deny', items })
  expect(lines.map(({ outcome }) => outcome)).toEqual(rest.map(() => 'denied'))
  expect(rest.flatMap((csr) => conditionsIn(sandbox, csr))).toEqual(rest.map(() => 'Denied'))
})

test('25 requests with a SAN of 44 kB: their machine’s page stays small', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const nodeName = 'flooding'
  for (let n = 0; n < 25; n += 1) {
    fileIn(sandbox, { nodeName, kind: 'serving', dnsNames: [nodeName, 'a'.repeat(44_000)] })
  }
  await untilAllListed(app, 25)
  const { others } = await snapshot(app)
  expect(others).toHaveLength(25)
  const [one] = others
  expect(await bytesOf(app, `/api/requests/${one?.uid}`)).toBeLessThan(200_000)
  await page.goto(app.at(`/requests/${one?.uid}`))
  await expect(page.getByText('A value is longer than is read').first()).toBeVisible()
})

test('a kubelet that rewrites a Ready message of 1.4 MB: the page follows another machine', async ({
  page,
  quiet: { sandbox, app },
}) => {
  sandbox.world.create('nodes', { metadata: { name: 'noisy' } })
  await page.goto(app.at('/nodes'))
  await expect(page.getByText('noisy').first()).toBeVisible()
  for (let n = 0; n < 10; n += 1) {
    const message = `${n}${'\u0001'.repeat(1_400_000)}`
    const conditions = [{ type: 'Ready', status: 'False', reason: 'Noise', message }]
    sandbox.world.patch('nodes', 'noisy', { status: { conditions } })
  }
  const csr = fileIn(sandbox, { nodeName: 'another' })
  await expect
    .poll(async () => (await requests(app)).some(({ uid }) => uid === uidOf(csr)))
    .toBe(true)
  expect(await bytesOf(app, '/api/machines/noisy')).toBeLessThan(20_000)
  await untilLive(page)
})
