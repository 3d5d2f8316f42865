/** The list of expected machines: pasted, in a file that turns bad, and at its largest. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Locator, Page } from '@playwright/test'
import { post, snapshot, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { expectCleanAtAllSizes } from '../fixtures/clean.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

const POLICY = `apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata: { name: complete }
spec: { expectedComplete: true }
`

const tableIn = (page: Page) => page.getByRole('table', { name: 'Expected machines' })
const rowOf = (page: Page, name: string) => tableIn(page).getByRole('row').filter({ hasText: name })
const field = (page: Page) => page.getByRole('textbox', { name: 'The list' })
const saveButton = (page: Page) => page.getByRole('button', { name: /^Save/ })

/** The server's current verdict for a machine. */
async function verdictOf(app: App, name: string): Promise<string | null> {
  const { machines } = await snapshot(app)
  return machines.find((machine) => machine.name === name)?.verdict ?? null
}

async function listIn(app: App): Promise<{ text: string | null; version: string | null }> {
  return (await app.fetch('/api/expected')).json()
}

/** Saves another list as another person would. */
async function saveList(app: App, text: string): Promise<void> {
  const { version } = await listIn(app)
  const answer = await post(app, '/api/expected', { text, version })
  expect(await answer.json()).toMatchObject({ outcome: 'saved' })
}

test('a pasted list confirms waiting machines and names missing ones; approving is still a click', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const csr = fileIn(sandbox, { nodeName: 'edge-1' })
  fileIn(sandbox, { nodeName: 'stranger' })
  await page.goto(app.at('/'))
  const machine = page.getByRole('row').filter({ hasText: 'edge-1' })
  await expect(machine).toContainText('Plausible')

  await page.getByRole('link', { name: 'Expected' }).click()
  await page.getByRole('button', { name: 'Write the list' }).click()
  await field(page).fill('name,addresses,role\nedge-1,198.51.100.1,worker\nedge-2,,worker\n')
  const effect = page.getByRole('region', { name: 'Waiting, and judged again' })
  await expect(effect).toContainText('edge-1')
  expect(await verdictOf(app, 'edge-1')).toBe('plausible')
  await page.getByRole('button', { name: 'Save 2 machines' }).click()

  await expect(rowOf(page, 'edge-1')).toContainText('Arrived')
  await expect(rowOf(page, 'edge-1')).toContainText('Verified')
  await expect(rowOf(page, 'edge-2')).toContainText('Still missing')
  await expect(rowOf(page, 'stranger')).toContainText('Not on the list')
  await expect(rowOf(page, 'stranger')).toContainText('Plausible')
  await expect(page.getByText('Kept in memory only')).toBeVisible()
  expect(conditionsIn(sandbox, csr)).toEqual([])

  // It arrives while a person looks.
  fileIn(sandbox, { nodeName: 'edge-2' })
  await expect(rowOf(page, 'edge-2')).toContainText('Verified')

  await page.getByRole('link', { name: 'Machines' }).first().click()
  await expect(machine).toContainText('Verified')
  await expect(machine).toContainText('Expected by name')

  // The page of a plausible machine links to the list, with that machine to add.
  await page.getByRole('link', { name: 'stranger', exact: true }).click()
  await expect(page.getByText('expected machines does not have stranger.').first()).toBeVisible()
  await page.getByRole('link', { name: 'Add to the expected machines…' }).focus()
  await page.keyboard.press('Enter')
  await expect(field(page)).toBeFocused()
  await page.keyboard.type('worker')
  await expect(field(page)).toHaveValue(
    'name,addresses,role\nedge-1,198.51.100.1,worker\nedge-2,,worker\nstranger,,worker\n',
  )
  await expect(page.getByRole('region', { name: 'Added' })).toContainText('stranger')
  expect(await verdictOf(app, 'stranger')).toBe('plausible')
  await page.getByRole('button', { name: 'Save 3 machines' }).click()
  await expect(rowOf(page, 'stranger')).toContainText('Verified')
  await expect(page).toHaveURL(`${app.url}/expected`)
  await expect(page.getByRole('button', { name: 'Edit the list' })).toBeFocused()
})

test('a list comes from a file that is not too large, is pasted or typed; without a header it gets one or is offered it; the page passes axe', async ({
  page,
  quiet: { sandbox, app },
}) => {
  for (const nodeName of ['edge-1', 'stranger']) fileIn(sandbox, { nodeName })
  await page.goto(app.at('/expected'))
  await page.getByRole('button', { name: 'Write the list' }).click()
  await expect(field(page)).toHaveAttribute('placeholder', /^# For example\nname,addresses,role\n/)
  await expectCleanAtAllSizes(page)

  const input = page.locator('input[type=file]')
  const text = (content: string) => ({
    name: 'rack.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(content),
  })
  await input.setInputFiles(text(`name\n${'#'.repeat(1024 * 1024)}`))
  await expect(page.getByText('That file is larger than a list may be')).toBeVisible()
  await expect(field(page)).toHaveValue('')

  await field(page).fill('edge-1\t198.51.100.1\nedge-2\t198.51.100.2\n')
  await expect(field(page)).toHaveValue(
    'name\taddresses\nedge-1\t198.51.100.1\nedge-2\t198.51.100.2\n',
  )
  await expect(page.getByText('Every row fits the columns name, addresses:')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save 2 machines' })).toBeVisible()
  await expectCleanAtAllSizes(page)

  await input.setInputFiles(text('\uFEFFname\r\nedge-1\r\n'))
  await expect(page.getByRole('button', { name: 'Save 1 machine' })).toBeVisible()

  await field(page).fill('edge-1\nedge-2\nedge-3')
  await expect(page.getByText('The first row must name the columns')).toBeVisible()
  await expectCleanAtAllSizes(page)
  await page.getByRole('button', { name: 'Add this header' }).click()
  await expect(field(page)).toHaveValue('name\nedge-1\nedge-2\nedge-3')
  await page.getByRole('button', { name: 'Save 3 machines' }).click()
  await expect(rowOf(page, 'edge-3')).toContainText('Still missing')
  await expectCleanAtAllSizes(page)
})

test('all waiting machines are added only to the draft, which says what their names are worth', async ({
  page,
  quiet: { sandbox, app },
}) => {
  for (const nodeName of ['edge-1', 'edge-2', 'edge-3']) fileIn(sandbox, { nodeName })
  await page.goto(app.at('/expected'))
  await page.getByRole('button', { name: 'Write the list' }).click()
  await field(page).fill('name,addresses\nedge-2,198.51.100.2\n')
  await page.getByRole('button', { name: 'Add all that wait' }).click()
  await expect(field(page)).toHaveValue(
    /^name,addresses\nedge-2,198\.51\.100\.2\nedge-[13],\nedge-[13],\n$/,
  )
  await expect(page.getByText('2 waiting machines are in the draft')).toBeVisible()
  await expect(page.getByText('what a request says of itself')).toBeVisible()
  await expectCleanAtAllSizes(page)
  await page.getByRole('button', { name: 'Add all that wait' }).click()
  await expect(page.getByText('No machine waits that is not in the draft')).toBeVisible()
  expect((await listIn(app)).text).toBeNull()
  expect(await verdictOf(app, 'edge-1')).toBe('plausible')

  await page.getByRole('button', { name: 'Save 3 machines' }).click()
  await expect(rowOf(page, 'edge-1')).toContainText('Verified')
})

test('a list in brackets has no line for another machine: the editor says so, with the text to write', async ({
  page,
  quiet: { sandbox, app },
}) => {
  fileIn(sandbox, { nodeName: 'edge-9' })
  await page.goto(app.at('/expected'))
  await page.getByRole('button', { name: 'Write the list' }).click()
  await field(page).fill('["edge-1"]\n')
  await page.getByRole('button', { name: 'Save 1 machine' }).click()
  await rowOf(page, 'edge-9').getByRole('link', { name: 'edge-9' }).click()
  await page.getByRole('link', { name: 'Add to the expected machines…' }).click()
  await expect(field(page)).toHaveValue('["edge-1"]\n')
  await expect(page.getByText('edge-9 was not filled in')).toBeVisible()
  await expect(field(page)).toHaveAccessibleDescription(/this list stands in brackets/)
  await expectCleanAtAllSizes(page)
  await field(page).fill('["edge-1", "edge-9"]\n')
  await page.getByRole('button', { name: 'Save 2 machines' }).click()
  await expect(rowOf(page, 'edge-9')).toContainText('Verified')
})

test('the editor has the focus from the start, and returns it at its end', async ({
  page,
  quiet: { app },
}) => {
  await page.goto(app.at('/expected'))
  const write = page.getByRole('button', { name: 'Write the list' })
  await write.focus()
  await page.keyboard.press('Enter')
  await expect(field(page)).toBeFocused()
  // Letters go to the editor now, and open no page.
  await page.keyboard.type('gm')
  await expect(field(page)).toHaveValue('gm')
  await page.getByRole('button', { name: 'Cancel' }).focus()
  await page.keyboard.press('Enter')
  await expect(write).toBeFocused()

  await page.keyboard.press('Enter')
  await field(page).fill('name,addresses,role\nedge-1,,worker\n')
  await expect(saveButton(page)).not.toHaveAttribute('aria-disabled', 'true')
  await saveButton(page).focus()
  await page.keyboard.press('Enter')
  await expect(rowOf(page, 'edge-1')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Edit' })).toBeFocused()
})

test('a list with a byte order mark and a repeated name is refused with its line; the last good one stays', async ({
  page,
  cluster,
  open,
}, testInfo) => {
  const file = testInfo.outputPath('machines.csv')
  writeFileSync(file, '\uFEFFname,addresses\r\nedge-1,198.51.100.1\r\n')
  const sandbox = await cluster()
  const app = await open({
    kubeconfig: sandbox.kubeconfigs.admin,
    env: { COUNTERSIGN_EXPECTED: file },
  })
  const csr = fileIn(sandbox, { nodeName: 'edge-1' })
  await untilListed(app, csr.metadata.uid ?? '')
  await page.goto(app.at('/expected'))
  await expect(page.getByText(`In the file ${file}`)).toBeVisible()
  await expect(rowOf(page, 'edge-1')).toContainText('Verified')

  writeFileSync(file, '\uFEFFname,addresses\r\nedge-9,\r\nedge-9,\r\n')
  await expect(page.getByText('The list that is kept there is refused')).toBeVisible()
  await expect(page.getByText('edge-9 is on line 2, too.')).toBeVisible()
  await expect(page.getByText('Line 3')).toBeVisible()
  await expect(rowOf(page, 'edge-1')).toContainText('Verified')
  expect(await verdictOf(app, 'edge-1')).toBe('verified')

  // The editor shows the bad text, and goes to the line.
  await page.getByRole('button', { name: 'Edit the list' }).click()
  await page.getByRole('button', { name: 'Go to line 3' }).click()
  await expect.poll(() => selectionIn(field(page))).toBe('edge-9,')
  await expect(saveButton(page)).toHaveAttribute('aria-disabled', 'true')
  await field(page).fill('name,addresses\nedge-1,198.51.100.1\nedge-2,\n')
  await page.getByRole('button', { name: 'Save 2 machines' }).click()
  await expect(rowOf(page, 'edge-2')).toContainText('Still missing')
  await expect(page.getByText('The list that is kept there is refused')).toHaveCount(0)
  expect(readFileSync(file, 'utf8')).toContain('edge-2')
})

test('a person who has not seen another’s list does not save over it', async ({
  page,
  quiet: { app },
}) => {
  await saveList(app, 'name\nedge-1\n')
  await page.goto(app.at('/expected'))
  await page.getByRole('button', { name: 'Edit the list' }).click()
  await field(page).fill('name\nmine\n')
  await expect(saveButton(page)).toBeEnabled()
  await saveList(app, 'name\ntheirs\n')
  await expect(page.getByText('Another person or program saved a list meanwhile')).toBeVisible()
  await expect(saveButton(page)).toBeDisabled()

  await page.getByRole('button', { name: 'Keep mine' }).click()
  await page.getByRole('button', { name: 'Save 1 machine' }).click()
  await expect(rowOf(page, 'mine')).toContainText('Still missing')
  expect((await listIn(app)).text).toBe('name\nmine\n')
})

test('a list that the policy calls complete makes a stranger suspicious; without a list no machine is', async ({
  page,
  cluster,
  open,
}, testInfo) => {
  const policy = testInfo.outputPath('policy.yaml')
  writeFileSync(policy, POLICY)
  const sandbox = await cluster()
  fileIn(sandbox, { nodeName: 'edge-1' })
  fileIn(sandbox, { nodeName: 'stranger' })
  const app = await open({
    kubeconfig: sandbox.kubeconfigs.admin,
    env: { COUNTERSIGN_POLICY: policy },
  })
  await page.goto(app.at('/expected'))
  await page.getByRole('button', { name: 'Write the list' }).click()
  expect(await verdictOf(app, 'stranger')).toBe('plausible')
  await field(page).fill('name\nedge-1\n')
  await page.getByRole('button', { name: 'Save 1 machine' }).click()
  await expect(page.getByText('The policy says that this list is complete')).toBeVisible()
  await expect(rowOf(page, 'edge-1')).toContainText('Verified')
  await expect(rowOf(page, 'stranger')).toContainText('Suspicious')
  await expect(rowOf(page, 'stranger')).toContainText('Not on the list, which is complete')

  // A removed list makes no machine suspicious any more.
  await page.getByRole('button', { name: 'Edit the list' }).click()
  await field(page).fill('')
  await page.getByRole('button', { name: 'Forget the list' }).click()
  await expect(page.getByText('No list of expected machines')).toBeVisible()
  await expect.poll(() => verdictOf(app, 'stranger')).toBe('plausible')
})

test('a person who may write neither ConfigMap gets the list’s manifest to apply, and changes neither the policy nor whether the approver is stopped', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const list = { namespace: 'kube-system', name: 'expected' }
  const policy = { ...list, name: 'policy' }
  sandbox.world.create('configmaps', { metadata: list, data: { 'machines.yaml': '- edge-1\n' } })
  sandbox.world.create('configmaps', { metadata: policy, data: { 'policy.yaml': POLICY } })
  fileIn(sandbox, { nodeName: 'edge-1' })
  const env = {
    COUNTERSIGN_EXPECTED: 'configmap:kube-system/expected',
    COUNTERSIGN_POLICY: 'configmap:kube-system/policy',
  }
  const app = await open({ kubeconfig: sandbox.kubeconfigs.approver, env })
  await page.goto(app.at('/expected'))
  await expect(page.getByText('In the ConfigMap kube-system/expected.')).toBeVisible()
  await expect(rowOf(page, 'edge-1')).toContainText('Verified')
  await page.getByRole('button', { name: 'Edit the list' }).click()
  const manifest = page.getByRole('region', { name: 'The manifest to apply' })
  await expect(manifest).toContainText('You may not write the ConfigMap.')
  await field(page).fill('- edge-1\n- edge-2\n')
  await expect(manifest).toContainText('machines.yaml: |')
  await expect(page.getByRole('region', { name: 'Added' })).toContainText('edge-2')
  const off = page.getByRole('button', { name: 'Save 2 machines' })
  await expect(off).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByRole('button', { name: 'Copy the manifest' })).toBeVisible()
  await expect(field(page)).toHaveValue('- edge-1\n- edge-2\n')

  const { document } = await (await app.fetch('/api/policy')).json()
  for (const [path, body] of [
    ['/api/policy/pause', { paused: true }],
    ['/api/policy', { text: `${POLICY}# looser\n`, version: document.version }],
  ] as const) {
    const answer = await post(app, path, body)
    expect(await answer.json()).toMatchObject({ outcome: 'forbidden' })
  }
  const { data } = sandbox.world.get('configmaps', 'policy', policy) as { readonly data?: object }
  expect(data).toEqual({ 'policy.yaml': POLICY })
})

test('ten thousand machines are shown at once, and only rows in view are drawn', async ({
  page,
  quiet: { app },
}) => {
  const names = Array.from({ length: 10_000 }, (_, index) => `edge-${index}.example.com`)
  await saveList(app, `name,role\n${names.map((name) => `${name},worker`).join('\n')}\n`)
  await page.goto(app.at('/expected'))
  await expect(page.getByText('10000 of 10000 machines shown')).toBeVisible()
  await expect(tableIn(page)).toHaveAttribute('aria-rowcount', '10001')
  expect(await tableIn(page).getByRole('row').count()).toBeLessThan(80)
  await page.getByRole('searchbox', { name: 'Name, address or role' }).fill('edge-9999.')
  await expect(tableIn(page).getByRole('row')).toHaveCount(2)
})

function selectionIn(textarea: Locator): Promise<string> {
  return textarea.evaluate((element: HTMLTextAreaElement) =>
    element.value.slice(element.selectionStart, element.selectionEnd),
  )
}
