/**
 * Every dialog and menu, wide and on a phone, light and dark: no findings of axe, nothing cut off
 * or scrolling sideways.
 */
import type { Page } from '@playwright/test'
import { KUBE_APISERVER_CLIENT, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { Scenario } from '#sandbox/scenario.ts'
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import { requests } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { chooseVerb } from '../fixtures/choose-verb.ts'
import {
  expectCleanAtAllSizes,
  expectCleanDialog,
  expectCleanInBothSchemes,
  SIZES,
} from '../fixtures/clean.ts'
import { openLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'
import { sendOn } from '../fixtures/send-on.ts'
import { WAITS } from '../fixtures/waits.ts'

const SUSPICIOUS = '/machines/worker-08.rack2.example.com'

const press = (keys: string) => (page: Page) => page.keyboard.press(keys)
const click = (button: string | RegExp) => (page: Page) =>
  page.getByRole('button', { name: button }).click()

/** Dialogs in the demo's story, each with its page and the actions that open it. */
const DIALOGS: readonly (readonly [
  place: string,
  path: string,
  dialogs: readonly (readonly [
    name: string,
    open: (page: Page) => Promise<void>,
    title: string | RegExp,
  ])[],
])[] = [
  [
    'the machines',
    '/',
    [
      ['keyboard map', press('?'), 'Keyboard'],
      ['palette', press('Control+K'), 'Search or run a command'],
      [
        'palette, something found',
        async (page) => {
          await page.keyboard.press('Control+K')
          await page.keyboard.type('rack2')
          await page.getByRole('option', { name: /^worker-01.rack2/ }).waitFor()
        },
        'Search or run a command',
      ],
      [
        'palette, nothing found',
        async (page) => {
          await page.keyboard.press('Control+K')
          await page.keyboard.type('nobody at all')
          await page.getByText('Nothing matches').waitFor()
        },
        'Search or run a command',
      ],
      // The number changes as the story continues.
      ['preflight of a bulk', press('Shift+A'), /^Approve \d+ machines$/],
      ['operators', click('Operators waiting: monitoring'), 'Operators that are not available'],
    ],
  ],
  [
    'a suspicious machine',
    SUSPICIOUS,
    [
      ['denial', click('Deny serving…'), /^Deny \d+ requests\?$/],
      [
        'suspicious request',
        (page) => chooseVerb(page, /^Approve although a check fails…/),
        'Approve a suspicious request?',
      ],
      ['decoded request', click('View decoded request'), /^Decoded request/],
    ],
  ],
]

test('a denial covers what its button names, the serving requests, and says so', async ({
  page,
  app,
}) => {
  await open(page, app, SUSPICIOUS)
  const mine = (await requests(app)).filter(
    ({ nodeName, status }) => nodeName === 'worker-08.rack2.example.com' && status === 'Pending',
  )
  const serving = mine.filter(({ signerName }) => signerName === KUBELET_SERVING)
  expect(serving.length).toBeLessThan(mine.length)
  await page.getByRole('button', { name: 'Deny serving…' }).click()
  const dialog = page.getByRole('dialog')
  const lines = dialog.getByRole('listitem')
  await expect(lines).toHaveCount(serving.length)
  const listed = await lines.allInnerTexts()
  const names = listed.map((text) => text.split(/\s+/).slice(0, 2).join(' '))
  expect(names.toSorted()).toEqual(serving.map(({ name }) => `${name} serving`).toSorted())
  await page.keyboard.press('Escape')
  const line = page
    .locator('li code')
    .filter({ hasText: serving[0]?.name ?? '' })
    .last()
  await expect(line).toContainText(`certificate deny ${serving.map(({ name }) => name).join(' ')}`)
})

test('a denial of several names those that were not denied, with the reason; if none was, it is an error', async ({
  page,
  quiet: { sandbox, app },
}) => {
  for (let at = 0; at < 5; at += 1) fileIn(sandbox, { nodeName: `rack-${at}`, name: `csr-${at}` })
  // All denials but the first fail.
  sandbox.failNext({ match: { path: /csr-[1-4]\/approval$/ }, times: 100, status: 403 })
  const deny = async (count: number) => {
    await page.getByRole('button', { name: `Deny ${count} machines…` }).click()
    await page.getByRole('button', { name: `Deny ${count} requests` }).click()
  }
  const toast = (title: string) => page.getByRole('alertdialog', { name: title })
  await open(page, app, '/')
  await page.getByRole('checkbox', { name: /^Select all/ }).check()
  await deny(5)
  const some = toast('Denied 1 of 5 requests')
  for (const nodeName of ['rack-1', 'rack-2', 'rack-3']) {
    await expect(some).toContainText(`${nodeName}: the cluster did not allow it.`)
  }
  await expect(some).not.toContainText('rack-4')
  await expect(some).toContainText('and 1 more')
  await expect(some).toContainText('The kubelet files again within seconds.')

  await deny(4)
  const none = toast('Denied none of 4 requests')
  await expect(none).toContainText('rack-1: the cluster did not allow it.')
  await expect(none).not.toContainText('files again')
  await expectCleanInBothSchemes(page)
})

test('a denial with a lost answer is never reported as not denied', async ({
  page,
  complaints,
  quiet: { sandbox, app },
}) => {
  const filed = ['a', 'b', 'c'].map((nodeName) => fileIn(sandbox, { nodeName }))
  await open(page, app, '/')
  await page.getByRole('checkbox', { name: /^Select all/ }).check()
  await page.getByRole('button', { name: 'Deny 3 machines…' }).click()
  await page.route('**/api/runs', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    await sendOn(route)
    await route.abort()
  })
  await page.getByRole('button', { name: 'Deny 3 requests' }).click()
  const said = page.getByRole('alertdialog')
  await expect(said).toContainText('Not known yet whether all 3 requests were denied')
  await expect
    .poll(() => filed.flatMap((csr) => conditionsIn(sandbox, csr)))
    .toEqual(['Denied', 'Denied', 'Denied'])
  for (const complaint of complaints.splice(0)) expect(complaint).toContain('/api/runs')
})

for (const [name, stop] of [
  ['Stop', click('Stop')],
  ['Escape', press('Escape')],
] as const) {
  test(`a denial of many shows its progress, and ${name} ends it: what was not sent stays pending`, async ({
    page,
    quiet: { sandbox, app },
  }) => {
    // More than are ever under way at once.
    const COUNT = 60
    const filed = Array.from({ length: COUNT }, (_, at) =>
      fileIn(sandbox, { nodeName: `rack-${at}` }),
    )
    const denied = () => filed.filter((csr) => conditionsIn(sandbox, csr).includes('Denied')).length
    const { promise: until, resolve: letGo } = Promise.withResolvers<void>()
    const match = { path: /\/approval$/ }
    sandbox.failNext({ match, times: 10, delayMs: 0 })
    const release = sandbox.failNext({ match, times: 100, until })
    await open(page, app, '/requests')
    await page.getByRole('checkbox', { name: /^Select all/ }).click()
    await page.getByRole('button', { name: `Deny ${COUNT} requests…` }).click()
    const dialog = page.getByRole('dialog', { name: /^Deny/ })
    await dialog.getByRole('button', { name: `Deny ${COUNT} requests` }).click()
    await expect(dialog.getByRole('progressbar')).toHaveText(`10 of ${COUNT} requests denied.`)
    await expect(dialog).toContainText('Closing this stops it. What is denied stays denied.')
    if (name === 'Stop') await expectCleanDialog(dialog)
    const halted = page.waitForResponse('**/api/runs/*/stop')
    await stop(page)
    await halted
    letGo()
    release()
    await expect(dialog).toHaveCount(0)
    const said = page.getByText(/^Stopped: \d+ of 60/)
    await expect(said).toBeVisible()
    expect(denied()).toBeLessThan(COUNT)
    await expect(said).toHaveText(`Stopped: ${denied()} of ${COUNT} requests denied`)
    const pending = page.getByRole('button', { name: `Pending ${COUNT - denied()}`, exact: true })
    await expect(pending).toBeVisible()
  })
}

test('a denial of many while the cluster is busy says that it waits, and continues by itself', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const filed = ['a', 'b', 'c'].map((nodeName) => fileIn(sandbox, { nodeName }))
  const match = { path: /\/approval$/ }
  const lift = sandbox.failNext({ match, times: 10_000, status: 429, retryAfter: 3 })
  await open(page, app, '/requests')
  await page.getByRole('checkbox', { name: /^Select all/ }).click()
  await page.getByRole('button', { name: 'Deny 3 requests…' }).click()
  const dialog = page.getByRole('dialog', { name: /^Deny/ })
  await dialog.getByRole('button', { name: 'Deny 3 requests' }).click()
  await expect(dialog).toContainText(
    /The cluster is busy and asked to wait\. Goes on in [1-4] s\. Closing this stops it\./,
  )
  await expect(page.locator('[data-live="polite"]')).toHaveText(
    'The cluster is busy and asked to wait.',
  )
  lift()
  await expect(dialog).toHaveCount(0)
  await expect(page.getByText('Denied 3 requests')).toBeVisible()
  for (const csr of filed) expect(conditionsIn(sandbox, csr)).toEqual(['Denied'])
})

test('a single denial that is sent cannot be stopped, and no text says that it could', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const filed = fileIn(sandbox, { nodeName: 'a' })
  const { promise: until, resolve: letGo } = Promise.withResolvers<void>()
  sandbox.failNext({ match: { path: /\/approval$/ }, until })
  await open(page, app, '/machines/a')
  await chooseVerb(page, /^Deny client…/)
  const dialog = page.getByRole('dialog', { name: /^Deny/ })
  await dialog.getByRole('button', { name: /^Deny/ }).click()
  await expect(dialog).toContainText('It is sent: closing this does not stop it.')
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toHaveCount(0)
  await dialog.getByText('Close', { exact: true }).click()
  await expect(dialog).toHaveCount(0)
  letGo()
  await expect(page.getByText('Denied client for a')).toBeVisible()
  expect(conditionsIn(sandbox, filed)).toEqual(['Denied'])
})

test('a request that disappears while the denial is open leaves its words, which follow the remaining ones', async ({
  page,
  quiet: { sandbox, app },
}) => {
  for (const nodeName of ['a', 'b', 'c']) fileIn(sandbox, { nodeName, name: `csr-${nodeName}` })
  await open(page, app, '/requests')
  await page.getByRole('checkbox', { name: /^Select all/ }).click()
  await page.getByRole('button', { name: 'Deny 3 requests…' }).click()
  const dialog = page.getByRole('dialog')
  for (const [gone, what] of [
    ['csr-a', '2 requests'],
    ['csr-b', 'csr-c'],
    // No request is left: the button says so when pressed.
    ['csr-c', '3 requests'],
  ] as const) {
    sandbox.world.delete('csrs', gone)
    await expect(dialog).toHaveAccessibleName(new RegExp(`^Deny ${what} ?\\?$`))
    await expect(dialog.getByRole('button', { name: /^Deny/ })).toHaveAccessibleName(`Deny ${what}`)
  }
})

test('a dialog closed while it is being sent does not close the next one when its answer comes', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const first = fileIn(sandbox, { nodeName: 'a' })
  fileIn(sandbox, { nodeName: 'b' })
  const { promise: until, resolve: answer } = Promise.withResolvers<void>()
  sandbox.failNext({ match: { path: /\/approval$/ }, times: 1, until })
  const dialog = page.getByRole('dialog', { name: /^Deny/ })
  const deny = async (nodeName: string, why: string) => {
    await page.getByRole('table').getByRole('link', { name: nodeName, exact: true }).click()
    await chooseVerb(page, /^Deny client…/)
    await dialog.getByRole('textbox').fill(why)
  }
  await open(page, app, '/')
  await deny('a', 'not in this rack')
  await dialog.getByRole('button', { name: /^Deny/ }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Machines', exact: true }).click()
  await deny('b', 'nor this one')
  answer()
  await expect(page.getByText('Denied client for a')).toBeVisible()
  expect(conditionsIn(sandbox, first)).toEqual(['Denied'])
  await expect(dialog.getByRole('textbox')).toHaveValue('nor this one')
})

test('Back leaves the page together with the open dialog, whatever was typed', async ({
  page,
  quiet: { sandbox, app },
}) => {
  fileIn(sandbox, { nodeName: 'rack-1' })
  const there = page.getByRole('table').getByRole('link', { name: 'rack-1', exact: true })
  const dialog = page.getByRole('dialog')
  await open(page, app, '/')
  for (const type of [
    async () => {
      await chooseVerb(page, /^Deny client…/)
      await dialog.getByRole('textbox').fill('not in this rack')
    },
    async () => {
      await page.keyboard.press('Control+K')
      await page.keyboard.type('policy')
    },
  ]) {
    await there.click()
    await expect(page.getByRole('heading', { level: 1, name: 'rack-1' })).toBeVisible()
    await type()
    await expect(dialog).toBeVisible()
    await page.goBack()
    await expect(dialog).toHaveCount(0)
    await expect(page.getByRole('heading', { level: 1, name: 'Machines' })).toBeFocused()
  }
})

for (const [place, path, dialogs] of DIALOGS) {
  test(`the dialogs of ${place} pass axe, and Escape closes each`, async ({ page, app }) => {
    await open(page, app, path)
    for (const [name, show, title] of dialogs) {
      await test.step(name, async () => {
        await show(page)
        await expectCleanDialog(page.getByRole('dialog', { name: title }))
        await page.keyboard.press('Escape')
        await expect(page.getByRole('dialog')).toHaveCount(0)
      })
    }
  })
}

/** A suspicious machine, and one of the control plane that waits for its serving certificate. */
const TWO_PEOPLE: Scenario = {
  ...RACK2,
  machines: RACK2.machines
    .filter(({ name }) => /^worker-0[89]/.test(name))
    .map((machine) =>
      machine.name.startsWith('worker-08')
        ? machine
        : {
            ...machine,
            ...{ role: 'master', began: '05:00' },
            decisions: [{ at: '00:30', purpose: 'client', decision: 'approve', by: 'ana.ruiz' }],
          },
    ),
}

test('decisions that take two people pass axe, on the board by a button that says that it asks, too', async ({
  page,
  cluster,
  open: start,
}) => {
  const { kubeconfigs } = await cluster({ scenario: TWO_PEOPLE })
  const app = await start({
    kubeconfig: kubeconfigs.admin,
    env: {
      COUNTERSIGN_SIGNERS: KUBE_APISERVER_CLIENT,
      COUNTERSIGN_SECOND_PERSON: 'suspicious,controlPlane',
    },
  })
  await open(page, app, '/')
  const approve = page.getByRole('button', { name: /^Approve serving… for worker-09/ })
  await expect(approve).toHaveText('Approve serving…')
  await expectCleanAtAllSizes(page)
  await approve.click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toHaveAccessibleName('Approve a request of the control plane?')
  await page.keyboard.press('Escape')

  await open(page, app, SUSPICIOUS)
  await chooseVerb(page, /^Approve although a check fails…/)
  await expectCleanDialog(dialog)
  // The proposer is not the next to act, and sees their own words as their own.
  await dialog.getByLabel(/^Type /).fill('worker-08.rack2.example.com')
  await dialog.getByLabel('Why do you approve it?').fill('seen in the rack')
  await dialog.getByRole('button', { name: /^Propose / }).click()
  await expect(page.getByText('You wrote: seen in the rack')).toBeVisible()
  const jane = (await requests(app)).find(({ name }) => name === 'jane-breakglass')
  await open(page, app, `/requests/${jane?.uid}`)
  await chooseVerb(page, /^Approve although a check fails…/)
  await expectCleanDialog(dialog)
})

test('the dialogs of a machine with the longest of names pass axe', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const nodeName = `${'long-'.repeat(12)}one.`.repeat(4).slice(0, 253)
  fileIn(sandbox, { nodeName, kind: 'serving', dnsNames: [nodeName, 'vault.example.com'] })
  await open(page, app, `/machines/${nodeName}`)
  for (const open of [
    () => chooseVerb(page, /^Approve although a check fails…/),
    () => page.getByRole('button', { name: 'Deny serving…' }).click(),
  ]) {
    await open()
    await expectCleanDialog(page.getByRole('dialog'))
    await page.keyboard.press('Escape')
  }
})

test('a bulk passes axe, from preflight to report', async ({ page, quiet: { sandbox, app } }) => {
  for (let at = 0; at < 12; at += 1) fileIn(sandbox, { nodeName: `bulk-${at}` })
  await open(page, app, '/')
  await page.keyboard.press('Shift+A')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await dialog.getByRole('checkbox', { name: /^Follow for/ }).uncheck()
  await expectCleanDialog(page.getByRole('dialog', { name: 'Approve 12 machines' }))
  // Some approvals pass first; the others wait as long as this test looks, again and again.
  const match = { method: 'PUT', path: /\/approval/ }
  sandbox.failNext({ match, times: 4, delayMs: 1 })
  sandbox.failNext({ match, times: 1_000, status: 429, retryAfter: 5 })
  await dialog.getByRole('button', { name: 'Approve 12 machines' }).click()
  await expect(dialog.getByText('The cluster is busy and asked to wait.')).toBeVisible()
  await expectCleanDialog(dialog)
  await dialog.getByRole('button', { name: 'Stop' }).click()
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible()
  await expectCleanDialog(dialog)
  // The top bar has the further runs, in words or in figures.
  await page.keyboard.press('Escape')
  const chip = page.getByRole('button', { name: /^Stopped at \d+ of 12/ })
  await expect(chip).toBeVisible()
  await expectCleanAtAllSizes(page)
  await chip.click()
  await dialog.getByRole('link', { name: 'Open as a page' }).click()
  await expect(page).toHaveURL(/\/runs\/[0-9a-f-]{36}$/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Stopped: \d+ of 12 requests/)
  await expect(page.getByRole('list', { name: 'Machines of this run' }).first()).toBeVisible()
  await expectCleanAtAllSizes(page)
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden()
  await expect(page.getByRole('listitem').filter({ hasText: 'bulk-11' })).toBeVisible()
  await page.emulateMedia({ media: null })
})

for (const [path, button, size] of [
  ['/', /^More/, 'wide'],
  ['/requests', /^Signer:/, 'phone'],
] as const) {
  test(`a menu of ${path}, ${size}, passes axe; Tab leaves it forward, Escape back`, async ({
    page,
    app,
  }) => {
    const [, viewport] = SIZES.find(([name]) => name === size) ?? SIZES[0]
    await page.setViewportSize(viewport)
    await open(page, app, path)
    // A button found by its whole name stays the same when another row comes first.
    const name = await page.getByRole('button', { name: button }).first().getAttribute('aria-label')
    const opens = page.getByRole('button', { name: name ?? button, exact: name !== null })
    const menu = page.getByRole('menu')
    await opens.focus()
    await page.keyboard.press('Enter')
    await expect(menu).toBeVisible()
    await expectCleanInBothSchemes(page)
    await page.keyboard.press('Escape')
    await expect(menu).toHaveCount(0)
    await expect(opens).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(menu.getByRole('menuitem').first()).toBeFocused()
    await page.keyboard.press('Tab')
    await expect(menu).toHaveCount(0)
    await expect(page.locator('main :focus')).toBeVisible()
  })
}

test('a plan of many machines lists three, and all on request; each tick box stays in view', async ({
  page,
  quiet: { sandbox, app },
}) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  for (let at = 0; at < MANY; at += 1) fileIn(sandbox, { nodeName: `bulk-${at}` })
  await open(page, app, '/')
  await page.getByRole('button', { name: `Approve ${MANY} machines…` }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  const listed = dialog.getByRole('listitem')
  await expect(listed).toHaveCount(3)
  const more = dialog.getByRole('button', { name: `and ${MANY - 3} more` })
  await expect(more).toHaveAccessibleDescription(`Plausible ${MANY}`)
  await more.focus()
  await page.keyboard.press('Enter')
  await expect(listed).toHaveCount(MANY)
  await expect(listed.getByText('No source')).toHaveCount(MANY)
  await expect(dialog.getByRole('checkbox', { name: /^Follow for/ })).toBeInViewport()
  await expect(dialog.getByRole('button', { name: 'Show fewer' })).toBeFocused()
})

test('Ctrl+Enter presses the primary button of a dialog, from any field, unless the button is off', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const sound = fileIn(sandbox, { nodeName: 'edge-1' })
  await open(page, app, '/')
  await page.getByRole('button', { name: 'Approve 1 machine…' }).click()
  const dialog = page.getByRole('dialog')
  const note = dialog.getByRole('textbox', { name: 'Note' })
  await note.fill('CHG-1')
  await page.keyboard.press('Control+Enter')
  await expect(dialog.getByRole('button', { name: 'Approve', exact: true })).toBeVisible()
  expect(conditionsIn(sandbox, sound)).toEqual([])

  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await note.focus()
  await page.keyboard.press('Control+Enter')
  await expect.poll(() => conditionsIn(sandbox, sound)).toEqual(['Approved'])
})

test('on a phone, too, the preflight says for each machine what is approved, and why', async ({
  page,
  app,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await open(page, app, '/')
  await page.keyboard.press('Shift+A')
  const why = page.getByText(/^Silent since /)
  const line = page.getByRole('dialog').getByRole('listitem').filter({ has: why })
  await expect(line).toContainText('worker-02.rack2.example.com')
  // The machine files again after some time: client +1.
  await expect(line.getByText(/^client\b/)).toBeVisible()
  await expect(line.locator(why)).toBeVisible()
})

test('a Machine with a long name takes one line of the preflight, with its full name on hover', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const machineObject = `prod-edge-1-${'long-'.repeat(25)}one`
  for (const [nodeName, name] of [
    ['edge-1', machineObject],
    ['edge-2', 'prod-edge-2'],
  ] as const) {
    const addresses = [{ type: 'InternalDNS', address: nodeName }]
    const metadata = { namespace: 'openshift-machine-api', name }
    sandbox.world.create('machines', { metadata, status: { addresses } })
    fileIn(sandbox, { nodeName })
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await open(page, app, '/')
  // A plan is fixed once it is shown.
  for (const nodeName of ['edge-1', 'edge-2']) {
    await expect(page.locator(`tr[data-key="${nodeName}"]`)).toContainText('Verified')
  }
  await page.keyboard.press('Shift+A')
  const dialog = page.getByRole('dialog')
  const verified = dialog.getByRole('region', { name: /^Verified/ }).getByRole('listitem')
  await expect(verified).toHaveCount(2)
  const long = verified.getByText(`Machine ${machineObject}`)
  await expect(long).toBeVisible()
  const heights = await verified.evaluateAll((lines) =>
    lines.map((line) => line.getBoundingClientRect().height),
  )
  expect(new Set(heights).size).toBe(1)

  await long.hover()
  await expect(dialog.locator(':popover-open')).toHaveAttribute(
    'data-value',
    `Machine ${machineObject}`,
  )
  await expectCleanDialog(dialog)

  // The first press closes the full name alone, the next one the dialog.
  await page.mouse.move(1, 1)
  await long.hover()
  await expect(dialog.locator(':popover-open')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(dialog.locator(':popover-open')).toHaveCount(0)
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
})

test('the progress of a bulk approval is announced, from its start to its end', {
  tag: WAITS,
}, async ({ page, quiet: { sandbox, app } }) => {
  const filed = Array.from({ length: MANY }, (_, at) => fileIn(sandbox, { nodeName: `bulk-${at}` }))
  await open(page, app, '/')
  await page.getByRole('button', { name: `Approve ${MANY} machines…` }).click()
  const dialog = page.getByRole('dialog')
  const said = page.locator('[data-live="polite"]')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await dialog.getByRole('checkbox', { name: /^Follow for/ }).uncheck()
  // Approvals wait in front of the cluster until the run has been paused.
  const { promise: until, resolve: letIn } = Promise.withResolvers<void>()
  sandbox.failNext({ match: { method: 'PUT', path: /\/approval/ }, times: 1_000, until })
  await dialog.getByRole('button', { name: `Approve ${MANY} machines` }).click()
  await expect(said).toContainText(`Approving ${MANY} machines, ${MANY} requests.`)

  await dialog.getByRole('button', { name: 'Pause' }).click()
  await expect(
    page.getByRole('dialog', { name: `Paused: approving ${MANY} machines` }),
  ).toBeVisible()
  await expect(dialog).toContainText('The run waits and shows in the top bar.')
  await expect(said).toContainText('The bulk approval is paused.')

  // Its approval stays unconfirmed.
  sandbox.world.delete('csrs', filed.at(-1)?.metadata.name ?? '')
  letIn()
  await dialog.getByRole('button', { name: 'Resume' }).click()
  await expect(said).toContainText(
    new RegExp(
      `approval is done: ${MANY - 1} of ${MANY} requests approved\\. (One machine needs|\\d+ machines need) you: bulk-`,
    ),
  )
})

/** More than a list shows before it is opened. */
const MANY = 24

/** Opens the page with the address that a person uses; resolves once it is live. */
async function open(page: Page, app: App, path: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await openLive(page, app, path)
  await expect(page.getByRole('main').getByRole('button').first()).toBeVisible()
}

test('while the machines are filtered the plan of all safe ones says how many are out of view', async ({
  page,
  quiet: { sandbox, app },
}) => {
  for (const nodeName of ['seen-1', 'elsewhere-1', 'elsewhere-2']) fileIn(sandbox, { nodeName })
  await page.goto(app.at('/?q=seen'))
  const dialog = page.getByRole('dialog')
  const beyond = 'This goes beyond the filter: 2 of these 3 machines are not in view.'
  await page.getByRole('button', { name: 'Approve 3 machines…' }).click()
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await expect(dialog).toHaveAccessibleDescription(new RegExp(beyond))
  await expect(dialog.getByText(beyond)).toBeVisible()
  await page.keyboard.press('Escape')

  // Ticked rows were seen, and without a filter all of them are in view.
  await page.locator('tr[data-key="seen-1"]').getByRole('checkbox').check()
  await expectNothingBeyond('Approve 1 machine…')
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Filter machines' }).fill('')
  await expectNothingBeyond('Approve 3 machines…')

  async function expectNothingBeyond(offer: string): Promise<void> {
    await page.getByRole('button', { name: offer }).click()
    await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
    await expect(dialog.getByRole('button', { name: offer.replace('…', '') })).toBeEnabled()
    await expect(dialog).not.toContainText('beyond the filter')
    await page.keyboard.press('Escape')
  }
})
