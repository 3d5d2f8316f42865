/** A machine's own earlier requests after it has joined with a later one. */
import { setTimeout } from 'node:timers/promises'
import type { CsrObject } from '#sandbox/objects.ts'
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import { untilListed } from '../fixtures/api.ts'
import { chooseVerb } from '../fixtures/choose-verb.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'
import { WAITS } from '../fixtures/waits.ts'

const NAME = 'worker-09.rack2.example.com'
/** A cluster with that machine only, whose requests are a quarter of an hour apart. */
const ALONE = {
  ...RACK2,
  machines: RACK2.machines
    .filter(({ name }) => name === NAME)
    .map((machine) => ({ ...machine, began: '47:20' })),
  others: [],
}

test('a machine that joined is done, also without its decided requests; leftover ones are shown, and approved only alone', async ({
  page,
  stand,
}) => {
  // The third of its four requests is 17 minutes old.
  const { sandbox, app } = await stand({ scenario: ALONE, speed: 30 })
  await page.goto(app.at(`/machines/${NAME}`))
  await chooseVerb(page, /^Without the 3 older duplicates/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(NAME)
  await expect(page.getByText('Joined', { exact: false }).first()).toBeVisible()

  const requests = page.getByRole('table', { name: 'Requests of this machine' })
  await expect(requests.getByText('superseded', { exact: true })).toHaveCount(3)
  await expect(page.getByText('identity over')).toHaveCount(0)

  // An hour later kube-controller-manager deletes decided requests.
  for (const object of sandbox.world.list('csrs')) {
    const { metadata, status } = object as CsrObject
    if (status.conditions !== undefined) sandbox.world.delete('csrs', metadata.name)
  }
  await expect(requests.getByRole('row')).toHaveCount(4)
  await expect(requests.getByText('superseded', { exact: true })).toHaveCount(3)
  await expect(page.getByText('identity over')).toHaveCount(0)

  await chooseVerb(page, /^Approve superseded…/)
  const dialog = page.getByRole('dialog', { name: 'Approve a suspicious request?' })
  await expect(dialog).toContainText('would take that node’s identity over')
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await page.goto(app.at('/'))
  await expect(page.getByRole('heading', { name: 'No machine is waiting for you' })).toBeVisible()
})

test('a superseded request on its own page is approved by the button that says so, and by no key', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const csr = fileIn(sandbox, { nodeName: 'twice' })
  // One of the same second would not supersede it.
  await setTimeout(1_000)
  fileIn(sandbox, { nodeName: 'twice', keyName: 'another' })
  await untilListed(app, csr.metadata.uid ?? '', ({ superseded }) => superseded)
  await page.goto(app.at(`/requests/${csr.metadata.uid}`))
  const approve = page.getByRole('button', { name: 'Approve superseded', exact: true })
  await expect(approve).toBeEnabled()
  await expect(page.getByRole('button', { name: /^(Approve|Deny)/ })).toHaveText([
    'Approve superseded',
  ])

  // If the first key acted, nothing would be left to deny.
  for (const key of ['a', 'd']) await page.keyboard.press(key)
  const denial = page.getByRole('dialog', { name: /^Deny/ })
  await expect(denial).toContainText('No kubelet is known to wait for what is denied here')
  await denial.getByRole('button', { name: 'Cancel' }).click()
  expect(conditionsIn(sandbox, csr)).toEqual([])

  const { promise: until, resolve: letGo } = Promise.withResolvers<void>()
  sandbox.failNext({ match: { path: /\/approval$/ }, until })
  await approve.click()
  await expect(page.getByRole('button', { name: 'Approving…' })).toBeVisible()
  await expect(approve).toHaveCount(0)
  letGo()
  await expect.poll(() => conditionsIn(sandbox, csr)).toContain('Approved')
})

const JOINED = ['infra-02.rack2.example.com', 'worker-10.rack2.example.com'] as const
/** Both have an older pending request from before they joined. */
const WITH_LEFTOVERS = {
  ...RACK2,
  machines: RACK2.machines.filter(({ name }) => JOINED.some((joined) => joined === name)),
  others: [],
}

test('requests from before the machines joined are one line of the plan and the report, denied there together', {
  tag: WAITS,
}, async ({ page, stand }) => {
  const { sandbox, app } = await stand({ scenario: WITH_LEFTOVERS })
  const pending = () =>
    (sandbox.world.list('csrs') as CsrObject[]).filter(({ status }) => !status.conditions)
  await page.goto(app.at('/'))
  await page.getByRole('button', { name: 'Approve 2 machines…' }).click()
  const dialog = page.getByRole('dialog')
  const staying = dialog.getByRole('region', {
    name: '2 older requests stay pending. No kubelet waits for them.',
  })
  const rows = staying.getByRole('listitem')
  await expect(staying).toBeVisible()
  await expect(rows).toHaveCount(0)
  await expect(staying.getByRole('button', { name: /^Deny/ })).toHaveCount(0)
  await dialog.getByRole('button', { name: 'Approve 2 machines' }).click()

  await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible()
  await staying.getByRole('button', { name: 'Show' }).click()
  await expect(rows).toHaveText(JOINED.map((name) => new RegExp(`${name}.*Filed before its Node`)))
  await expect(staying).not.toContainText('Suspicious')
  const said = page.locator('[data-live="polite"]')
  await expect(said).toContainText('2 older requests stay pending.', { timeout: 15_000 })
  expect(pending()).toHaveLength(2)

  await staying.getByRole('button', { name: 'Deny 2…' }).click()
  const denial = page.getByRole('dialog', { name: /^Deny/ })
  await expect(denial).toContainText('No kubelet is known to wait for what is denied here')
  await denial.getByRole('button', { name: /^Deny/ }).click()
  await expect.poll(() => pending().length).toBe(0)
})
