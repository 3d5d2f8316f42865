/** Filter and order of a list are in its address: a link or a reload shows the same list. */
import type { Locator, Page } from '@playwright/test'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { openLive, untilRow } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { fileIn } from '../fixtures/sandbox-requests.ts'

test('requests: text, status, signer, requestor and verdict survive a reload', async ({
  page,
  quiet: { sandbox, app },
}) => {
  fileIn(sandbox, { nodeName: 'rack-new', keyName: 'b', name: 'csr-wanted' })
  fileIn(sandbox, { nodeName: 'rack-serving', kind: 'serving', name: 'csr-serving' })
  fileIn(sandbox, { nodeName: 'rack-refused', commonNames: [], name: 'csr-refused' })
  fileIn(sandbox, { nodeName: 'else', name: 'other' })
  await page.goto(app.at('/requests'))
  const rows = page.locator('tbody tr[data-key]')
  await expect(rows).toHaveCount(4)
  await choose(page, 'Signer', /kube-apiserver-client-kubelet/)
  await choose(page, 'Requestor', 'node-bootstrapper')
  await choose(page, 'Verdict', 'Plausible')
  await page.getByRole('group', { name: 'Status' }).getByRole('button', { name: 'Pending' }).click()
  await page.getByRole('searchbox', { name: 'Filter requests' }).fill('rack')

  await survivesReload(page, rows, {
    shown: ['csr-wanted'],
    address: {
      q: 'rack',
      status: 'pending',
      signer: KUBE_APISERVER_CLIENT_KUBELET,
      requestor: 'bootstrapper',
      verdict: 'plausible',
    },
  })
  for (const name of [
    'Signer: kube-apiserver-client-kubelet',
    'Requestor: node-bootstrapper',
    'Verdict: Plausible',
  ]) {
    await expect(page.getByRole('button', { name })).toBeVisible()
  }
  await expect(page.getByRole('searchbox', { name: 'Filter requests' })).toHaveValue('rack')
})

test('machines: a page opened by its link has asked for its rows before its stream, and asks by the same address again', async ({
  page,
  quiet: { sandbox, app },
}) => {
  fileIn(sandbox, { nodeName: 'early', name: 'csr-early' })
  const asked: string[] = []
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url())
    const isRows = pathname === '/api/machines' && search.includes('section=waiting')
    if (isRows || pathname === '/api/events') asked.push(pathname + search)
  })
  await openLive(page, app)
  await untilRow(page, 'early')
  const [first = '', then, ...later] = asked
  expect(first).toContain('/api/machines?')
  expect(then).toBe('/api/events')
  expect(new Set(later)).toEqual(new Set([first]))
})

test('machines: text, verdict and order survive a reload', async ({
  page,
  quiet: { sandbox, app },
}) => {
  // Filed in an order that is neither the order of names nor of times.
  const filed = ['sort-b', 'sort-c', 'sort-a', 'unlike'].map((nodeName) =>
    fileIn(sandbox, { nodeName, name: `csr-${nodeName}` }),
  )
  await page.goto(app.address)
  const waiting = page.getByRole('table', { name: 'Machines waiting for you' })
  const rows = waiting.locator('tr[data-key]')
  await expect(rows).toHaveCount(filed.length)
  await choose(page, 'Sort', 'By name')
  await page
    .getByRole('group', { name: 'Verdict' })
    .getByRole('button', { name: 'Plausible' })
    .click()
  await page.getByRole('searchbox', { name: 'Filter machines' }).fill('sort')

  await survivesReload(page, rows, {
    shown: ['sort-a', 'sort-b', 'sort-c'],
    address: { q: 'sort', verdict: 'plausible', sort: 'name' },
  })
  await expect(page.getByRole('button', { name: 'Sort: By name' })).toBeVisible()
  await expect(page.getByRole('searchbox', { name: 'Filter machines' })).toHaveValue('sort')
})

/** Chooses from the menu whose button begins with that label. */
async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${label}: `) }).click()
  await page.getByRole('menuitem', { name: option }).click()
  await expect(page.getByRole('menu')).toHaveCount(0)
}

async function survivesReload(
  page: Page,
  rows: Locator,
  { shown, address }: { shown: readonly string[]; address: Readonly<Record<string, string>> },
): Promise<void> {
  const asChosen = async () => {
    await expect(rows).toContainText(shown)
    await expect(rows).toHaveCount(shown.length)
    await expect.poll(() => Object.fromEntries(new URL(page.url()).searchParams)).toEqual(address)
  }
  await asChosen()
  await page.reload()
  await asChosen()
}
