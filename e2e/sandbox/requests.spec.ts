/** Hostile inputs 1–7, 17 and 21–23 as a person meets them, in the page. */
import type { Page } from '@playwright/test'
import { BOOTSTRAPPER, makeRequestDer } from '#lib/csr/fixtures/make-csr.ts'
import { layPem } from '#lib/csr/fixtures/pem-layout.ts'
import type { CsrObject } from '#sandbox/objects.ts'
import { snapshot, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { chooseVerb } from '../fixtures/choose-verb.ts'
import { SIZES } from '../fixtures/clean.ts'
import { untilLive } from '../fixtures/page.ts'
import { expect, type Stand, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

const uidOf = ({ metadata }: CsrObject) => metadata.uid ?? ''

function rowOf(page: Page, csr: CsrObject) {
  return page.locator(`tr[data-key="${uidOf(csr)}"]`)
}

/** Fails when the page opens a dialog, as a script in a name would. */
function failOnDialog(page: Page): void {
  page.on('dialog', (dialog) => {
    throw new Error(`a script ran: ${dialog.message()}`)
  })
}

/** Names with the text that is shown of them; invisible characters make a request suspicious. */
const HOSTILE = [
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>', 'approve'],
  ['a b?x=1#y&z', 'a b?x=1#y&z', 'deny'],
  ['csr-\u202egnp.exe', 'csr-\\u202egnp.exe', 'confirm'],
  ['zero\u200bwidth', 'zero\\u200bwidth', 'deny'],
  ['two\nlines', 'two\\u000alines', 'confirm'],
] as const

test('a hostile name is text, and the decision is on that very object', async ({
  page,
  quiet: { sandbox, app },
}) => {
  failOnDialog(page)
  const bystander = fileIn(sandbox, { nodeName: 'bystander', name: 'csr-bystander' })
  const filed = HOSTILE.map(([name], at) => fileIn(sandbox, { nodeName: `named-${at}`, name }))
  await page.goto(app.address)
  for (const [at, [, shown, how]] of HOSTILE.entries()) {
    await test.step(`a decision by ${how} ${shown}`, async () => {
      const csr = filed[at] ?? bystander
      await page
        .getByRole('navigation', { name: 'Main' })
        .getByRole('link', { name: /^Requests/ })
        .click()
      const row = rowOf(page, csr)
      await expect(row).toContainText(shown)
      await expect(row.locator('img')).toHaveCount(0)
      const link = row.getByRole('link').first()
      expect(await link.evaluate((element) => element.textContent)).toBe(shown)
      await link.click()
      await expect(page.getByRole('heading', { level: 1 })).toContainText(shown)
      expect(new URL(page.url()).pathname).toBe(`/requests/${uidOf(csr)}`)
      await page.getByRole('link', { name: 'Open machine' }).click()
      // The request's page has verbs, too.
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(`named-${at}`)
      const dialog = page.getByRole('dialog')
      if (how === 'deny') {
        // A name with an invisible character is suspicious: its page's one button denies.
        if (shown.includes('\\u')) await page.getByRole('button', { name: 'Deny client…' }).click()
        else await chooseVerb(page, /^Deny client…/)
        await expect(dialog).toContainText(shown)
        await dialog.getByRole('button', { name: `Deny ${shown}` }).click()
      } else if (how === 'confirm') {
        await chooseVerb(page, /^Approve although a check fails…/)
        await dialog.getByLabel(`Type named-${at} to approve`).fill(`named-${at}`)
        await dialog.getByLabel('Why do you approve it?').fill('we named it so')
        await dialog.getByRole('button', { name: `Approve ${shown}` }).click()
      } else await page.getByRole('button', { name: `Approve named-${at}`, exact: true }).click()
      const wanted = how === 'deny' ? 'Denied' : 'Approved'
      await expect.poll(() => conditionsIn(sandbox, csr)).toContain(wanted)
    })
  }
  expect(conditionsIn(sandbox, bystander)).toEqual([])
})

/** A window with room above a row only. */
const LOW = ['low', { width: 1440, height: 250 }] as const

/** Runs a step at each of these window sizes, with the mouse in a corner. */
async function atSizes(
  page: Page,
  sizes: readonly (readonly [string, { width: number; height: number }])[],
  look: () => Promise<void>,
): Promise<void> {
  for (const [size, viewport] of sizes) {
    await test.step(size, async () => {
      await page.mouse.move(0, 0)
      await page.setViewportSize(viewport)
      await look()
    })
  }
}

test('names that fit are drawn to the last pixel of the last letter', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const filed = ['vmj79', '4rk7w', 'mb74t'].map((end) =>
    fileIn(sandbox, { nodeName: `ends-in-${end}`, name: `csr-${end}` }),
  )
  await page.goto(app.at('/requests'))
  const names = filed.map((csr) => rowOf(page, csr).locator('td').nth(1))
  const drawn = async (overflow: 'visible' | '') => {
    const pictures: string[] = []
    for (const name of names) {
      await name.locator('bdi').evaluate((line, value) => {
        line.style.overflow = value
      }, overflow)
      const cell = await name.evaluate((it) => it.getBoundingClientRect().toJSON())
      // Without the cell's last pixels: the next cell's changing age begins there.
      const clip = { ...cell, width: cell.width - 4 }
      pictures.push((await page.screenshot({ clip })).toString('base64'))
    }
    return pictures
  }
  await atSizes(page, SIZES, async () => expect(await drawn('')).toEqual(await drawn('visible')))
})

test('a cut name is shown in full on hover and on focus, also in the last row', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const name = 'csr-'.padEnd(253, 'x')
  fileIn(sandbox, { nodeName: 'by-itself', name })
  const whole = page.locator(':popover-open')
  for (const [path, table] of [
    ['/requests', 'Certificate signing requests'],
    ['/machines/by-itself', 'Requests of this machine'],
  ] as const) {
    await page.goto(app.at(path))
    const link = page.getByRole('table', { name: table }).getByRole('link', { name })
    await atSizes(page, [...SIZES, LOW], async () => {
      await link.hover()
      await expect(whole).toHaveAttribute('data-value', name)
      expect(await framesAskedFor(page)).toBe(0)
      // Visible to its corners, above other elements; hovering keeps it open.
      const { left, right, top, bottom } = await whole.evaluate((it) => it.getBoundingClientRect())
      for (const [x, y] of [
        [left + 3, top + 7],
        [right - 3, bottom - 7],
      ] as const) {
        await page.mouse.move(x, y, { steps: 8 })
        const isOnTop = await whole.evaluate((it, at) => document.elementFromPoint(...at) === it, [
          x,
          y,
        ] as const)
        expect(isOnTop).toBe(true)
      }
      await page.keyboard.press('Escape')
      await expect(whole).toHaveCount(0)

      await link.focus()
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Tab')
      await expect(link).toBeFocused()
      await expect(whole).toHaveAttribute('data-value', name)
      await page.keyboard.press('Escape')
      await expect(whole).toHaveCount(0)
      await link.blur()
    })
  }
})

test('a signer of any length shows its start and its end, and all of it on hover', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const signerName = `kubernetes.io/${'x'.repeat(200)}.kubelet-serving`
  sandbox.world.file(BOOTSTRAPPER, {
    nodeName: 'worker-9',
    signerName,
    usages: ['digital signature'],
  })
  for (const path of ['/', '/requests']) {
    await page.goto(app.at(path))
    await atSizes(page, SIZES, async () => {
      const cell = page.getByRole('cell').filter({ hasText: signerName })
      await expect(cell).toBeInViewport()
      const line = cell.locator('bdi')
      const [whole, start, end] = await line.evaluate((element) =>
        [element, ...element.children].map((one) => one.getBoundingClientRect()),
      )
      expect(start?.left).toBeCloseTo(whole?.left ?? 0)
      expect(start?.width).toBeGreaterThan(30)
      // Beside it, or on the second of two lines.
      const isBelow = (end?.top ?? 0) >= (start?.bottom ?? 0) - 1
      expect(isBelow || (end?.left ?? 0) >= (start?.right ?? 0)).toBe(true)
      expect(end?.right).toBeLessThanOrEqual(whole?.right ?? 0)
      await expect(line.locator('> span').last()).toHaveText(/kubelet-serving$/)
      await line.hover()
      await expect(page.locator(':popover-open')).toHaveAttribute('data-value', signerName)
    })
  }
})

/**
 * Number of animation frames that the page requests in the time of two; none when nothing moves.
 */
function framesAskedFor(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const ask = window.requestAnimationFrame.bind(window)
    let asked = 0
    window.requestAnimationFrame = (draw) => {
      asked += 1
      return ask(draw)
    }
    for (let frame = 0; frame < 2; frame += 1) await new Promise(ask)
    window.requestAnimationFrame = ask
    return asked
  })
}

test('requests with no CN, an empty subject, a CN as BMPString or with NUL have a row each, and others are unharmed', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const good = fileIn(sandbox, { nodeName: 'unharmed' })
  const nodeName = 'odd-subject'
  const odd = [
    fileIn(sandbox, { nodeName, keyName: 'a', commonNames: [] }),
    fileIn(sandbox, { nodeName, keyName: 'b', subject: [] }),
    fileIn(sandbox, { nodeName, keyName: 'c', stringType: 'bmp' }),
    fileIn(sandbox, { nodeName, keyName: 'd', commonNames: ['system:node:a\0b'] }),
  ]
  await page.goto(app.at('/requests'))
  for (const csr of odd) await expect(rowOf(page, csr)).toContainText('Refused')
  await expect(rowOf(page, good)).toContainText('Plausible')
  await expect(page.locator('tbody tr[data-key]')).toHaveCount(odd.length + 1)
  await expect(page.getByText('set aside')).toHaveCount(0)

  // The requests are among the waiting machines, without a way to approve them.
  await page.getByRole('link', { name: /^Machines/ }).click()
  const waiting = page.getByRole('table', { name: 'Machines waiting for you' })
  await expect(waiting.getByText('names no node that can be shown')).toHaveCount(odd.length)
  await expect(waiting.getByRole('button', { name: /^Approve/ })).toHaveCount(1)
  await waiting
    .getByRole('button', { name: /^Review/ })
    .first()
    .click()
  await expect(page.getByRole('button', { name: 'Deny client…' })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Approve/ })).toHaveCount(0)
})

test('on a phone a request is three lines, and still a row of kubectl’s columns', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const csr = fileIn(sandbox, { nodeName: 'on-a-phone', name: 'csr-phone' })
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(app.at('/requests'))
  const table = page.getByRole('table', { name: 'Certificate signing requests' })
  await expect(table.getByRole('columnheader')).toHaveText([
    'Selection',
    'NAME',
    'AGE',
    'SIGNERNAME',
    'REQUESTOR',
    'REQUESTEDDURATION',
    'CONDITION',
    'Machine',
    'Verdict',
  ])
  const row = table.getByRole('row', { name: /csr-phone/ })
  await expect(row).toHaveAttribute('aria-rowindex', '2')
  const cells = row.getByRole('cell')
  await expect(cells).toHaveText([
    '',
    'csr-phone',
    /^\d+s$/,
    'kubernetes.io/kube-apiserver-client-kubelet',
    BOOTSTRAPPER.username,
    '<none>',
    'Pending',
    'on-a-phone',
    'Plausible',
  ])
  const [, name, , signer, , , , , verdict] = await cells.evaluateAll((all) =>
    all.map((cell) => cell.getBoundingClientRect().top),
  )
  expect([name, signer, verdict].map(Number)).toEqual(
    [name, signer, verdict].map(Number).toSorted((one, other) => one - other),
  )
  expect(Number(verdict) - Number(name)).toBeGreaterThan(30)
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await expect(row.getByRole('checkbox', { name: 'Select csr-phone' })).toBeChecked()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/requests/${uidOf(csr)}$`))
})

test('a name that looks like a node’s is flagged, and is not that node', async ({
  page,
  quiet: { sandbox, app },
}) => {
  sandbox.world.create('nodes', {
    metadata: { name: 'node-1' },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  })
  const digit = fileIn(sandbox, { nodeName: 'n0de-1' })
  const cyrillic = fileIn(sandbox, { nodeName: 'n\u043ede-1' })
  const rows = await Promise.all(
    [digit, cyrillic].map((csr) =>
      // Once the node is known, which comes by another watch.
      untilListed(app, uidOf(csr), ({ failing }) => failing.includes('name.confusable')),
    ),
  )
  expect(rows[0]).toMatchObject({ verdict: 'suspicious', nodeName: 'n0de-1' })
  expect(rows[1]).toMatchObject({ verdict: 'refused', nodeName: null })
  const { machines } = await snapshot(app)
  expect(machines.find(({ name }) => name === 'node-1')?.requests).toEqual([])

  await page.goto(app.at('/machines/n0de-1'))
  await expect(page.getByText(/node-1/).first()).toBeVisible()
  await expect(page.getByText('Looks like', { exact: false }).first()).toBeVisible()
  await page.goto(app.at('/machines/node-1'))
  const heading = page.getByRole('heading', { level: 1, name: 'node-1', exact: true })
  await expect(heading).toBeVisible()
  await expect(page.getByRole('button', { name: /^(Approve|Deny)/ })).toHaveCount(0)
})

test('nodes without addresses, with 200, with Unknown conditions or with 253 characters are shown', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const longest = `${'a'.repeat(63)}.`.repeat(4).slice(0, 253)
  const many = Array.from({ length: 200 }, (_, at) => ({
    type: 'InternalIP',
    address: `192.0.2.${at}`,
  }))
  const ready = (status: string) => [{ type: 'Ready', status, reason: 'R', message: 'm' }]
  const nodes: readonly (readonly [name: string, status: object, shown: string])[] = [
    ['no-addresses', { conditions: ready('True') }, 'Ready'],
    ['many-addresses', { conditions: ready('True'), addresses: many }, 'Ready'],
    ['unknown-condition', { conditions: ready('Unknown') }, 'NotReady'],
    ['no-condition', { conditions: [] }, 'Unknown'],
    ['no-status', {}, 'Unknown'],
    [longest, { conditions: ready('False') }, 'NotReady'],
  ]
  for (const [name, status] of nodes) sandbox.world.create('nodes', { metadata: { name }, status })
  expect(longest).toHaveLength(253)

  await page.goto(app.at('/nodes'))
  for (const [name, , shown] of nodes) {
    const row = page.getByRole('row').filter({ hasText: name })
    await expect(row).toContainText(shown)
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1440)
  for (const [name] of nodes) {
    await page.goto(app.at(`/machines/${name}`))
    await expect(page.getByRole('heading', { level: 1 })).toContainText(name)
  }
  await page.goto(app.at('/machines/many-addresses'))
  await expect(page.getByText('192.0.2.63').first()).toBeVisible()
  await expect(page.getByText('192.0.2.64')).toHaveCount(0)
  await expect(page.getByText('It has more than are read here')).toBeVisible()
})

/** A page of that app in the same browser: a second tab. */
async function tab(page: Page, app: App, path = '/'): Promise<Page> {
  const other = await page.context().newPage()
  await other.goto(app.at(path))
  return other
}

/** Both writes are under way before either is answered: otherwise there is no race. */
async function together(
  { sandbox, app }: Stand,
  csr: CsrObject,
  clicks: () => Promise<unknown>,
): Promise<void> {
  const { promise: until, resolve: letGo } = Promise.withResolvers<void>()
  sandbox.failNext({ match: { method: 'PUT', path: /\/approval$/ }, times: 2, until })
  await clicks()
  await expect.poll(() => linesOf(app, csr, 'decision.begin')).toHaveLength(2)
  letGo()
}

const linesOf = (app: App, csr: CsrObject, event: 'decision.begin' | 'decision.end') =>
  app.lines.filter((line) => line.includes(event) && line.includes(uidOf(csr)))

const audited = (app: App, csr: CsrObject) =>
  linesOf(app, csr, 'decision.end').map((line) => (JSON.parse(line) as { outcome: string }).outcome)

test('a double click and a click in a second tab have one effect; when one tab approves and another denies one wins, and the other says what happened', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const csr = fileIn(sandbox, { nodeName: 'twice' })
  const button = (one: Page) => one.getByRole('button', { name: 'Approve client for twice' })
  await page.goto(app.address)
  const second = await tab(page, app)
  await expect(button(page)).toBeVisible()
  await expect(button(second)).toBeVisible()
  // A background tab gets no pointer, only an event.
  await together({ sandbox, app }, csr, () =>
    Promise.all([
      button(page).evaluate((element: HTMLElement) => {
        element.click()
        element.click()
      }),
      button(second).dispatchEvent('click'),
    ]),
  )
  // The row may come before the answers, one of which might be a failure.
  await expect.poll(() => audited(app, csr).toSorted()).toEqual(['already', 'approved'])
  for (const one of [page, second]) {
    await expect(one.getByRole('row', { name: /^twice/ })).toContainText('Client issued')
    await expect(one.getByText(/was not approved|Nothing was approved|not known/)).toHaveCount(0)
  }
  expect(conditionsIn(sandbox, csr).filter((type) => type === 'Approved')).toHaveLength(1)

  const contested = fileIn(sandbox, { nodeName: 'contested' })
  await second.goto(app.at('/machines/contested'))
  const approve = page.getByRole('button', { name: 'Approve client for contested' })
  await expect(approve).toBeVisible()
  await chooseVerb(second, /^Deny client…/)
  const deny = second.getByRole('dialog').getByRole('button', { name: /^Deny / })
  await expect(deny).toBeVisible()
  await together({ sandbox, app }, contested, () =>
    Promise.all([approve.dispatchEvent('click'), deny.dispatchEvent('click')]),
  )
  await expect.poll(() => audited(app, contested)).toHaveLength(2)
  const types = conditionsIn(sandbox, contested).filter(
    (type) => type === 'Approved' || type === 'Denied',
  )
  expect(types).toHaveLength(1)
  expect(audited(app, contested).toSorted()).toEqual(
    [
      types[0] === 'Approved' ? 'approved' : 'changed',
      types[0] === 'Approved' ? 'changed' : 'denied',
    ].toSorted(),
  )
  const [loser, nothing] =
    types[0] === 'Approved' ? [second, 'Nothing was denied'] : [page, 'Nothing was approved']
  await expect(
    loser.getByText(`contested changed since it was shown. ${nothing}`).first(),
  ).toBeVisible()
})

test('fifty requests that arrive while the bulk dialog is open are not touched by the run', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const shown = [1, 2, 3].map((number) => fileIn(sandbox, { nodeName: `shown-${number}` }))
  await page.goto(app.address)
  await page.getByRole('button', { name: 'Approve 3 machines…' }).click()
  const dialog = page.getByRole('dialog')
  const plausible = dialog.getByRole('checkbox', { name: /^Plausible/ })
  await expect(plausible).not.toBeChecked()
  await plausible.check()
  await dialog.getByRole('checkbox', { name: /^Follow for/ }).uncheck()
  const late = Array.from({ length: 50 }, (_, at) => fileIn(sandbox, { nodeName: `late-${at}` }))
  // One of them is a newer request of a machine that was shown.
  late.push(fileIn(sandbox, { nodeName: 'shown-1', keyName: 'shown-1 again' }))
  // The page behind the dialog counts all of them, hidden from screen readers.
  const behind = { name: 'Approve 53 machines…', includeHidden: true }
  await expect(page.getByRole('button', behind).first()).toBeVisible()
  const go = dialog.getByRole('button', { name: /^Approve [0-9]+ machines?$/ })
  // The kubelet of shown-1 now waits for its newer request, which no person has seen.
  await expect(go).toHaveAccessibleName('Approve 2 machines')
  await go.click()

  const [superseded, ...untouchedByNewer] = shown
  for (const csr of untouchedByNewer) {
    await expect.poll(() => conditionsIn(sandbox, csr)).toContain('Approved')
  }
  await expect(dialog.getByRole('button', { name: 'Done' })).toBeVisible()
  for (const csr of [...late, superseded]) {
    if (csr !== undefined) expect(conditionsIn(sandbox, csr)).toEqual([])
  }
})

test('four tabs are all live, each over a stream of its own, also after the first is closed', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const streams = async () =>
    /^countersign_stream_clients (\d+)$/m.exec(await (await app.fetch('/metrics')).text())?.[1]
  await page.goto(app.address)
  const tabs = [page]
  for (let count = 1; count < 4; count += 1) tabs.push(await tab(page, app))
  fileIn(sandbox, { nodeName: 'seen-by-all' })
  for (const one of tabs) {
    await untilLive(one)
    await expect(one.getByRole('button', { name: 'Approve client for seen-by-all' })).toBeVisible()
  }
  await expect.poll(streams).toBe('4')

  await page.close()
  fileIn(sandbox, { nodeName: 'seen-by-the-rest' })
  for (const one of tabs.slice(1)) {
    await expect(
      one.getByRole('button', { name: 'Approve client for seen-by-the-rest' }),
    ).toBeVisible()
  }
  await expect.poll(streams).toBe('3')
})

test('a request with two common names shows neither as the name of a machine', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const csr = sandbox.world.file(BOOTSTRAPPER, {
    kind: 'client',
    commonNames: ['system:node:first-1', 'system:node:last-1'],
    signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
    usages: ['digital signature', 'client auth'],
  }) as CsrObject
  await page.goto(app.address)
  const waiting = page.getByRole('table', { name: 'Machines waiting for you' })
  await expect(waiting.getByText(csr.metadata.name)).toBeVisible()
  await expect(waiting.getByText('Refused')).toBeVisible()
  await expect.poll(async () => (await snapshot(app)).machines).toEqual([])
  await expect(waiting.getByRole('link', { name: /first|last/ })).toHaveCount(0)

  // Its page shows each name only as content of the request, not as the certificate's owner.
  await page.goto(app.at(`/requests/${uidOf(csr)}`))
  const names = 'The subject has several common names: system:node:first-1, system:node:last-1.'
  await expect(page.getByText(names).first()).toBeVisible()
  // The request cannot be approved, so the page does not say what that would grant.
  await expect(grantsOn(page)).toHaveCount(0)
  await expect(page.getByText('Its holder is')).toHaveCount(0)
})

/** The panel with the rights that approving a request would grant. */
function grantsOn(page: Page) {
  const heading = page.getByRole('heading', { name: 'What approving it grants' })
  return page.locator('section').filter({ has: heading })
}

test('a request that cannot be shown exactly gives the reason in a sentence, on every page', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const csr = fileIn(sandbox, { nodeName: 'inexact-1', pem: { trailing: 'hello' } })
  const two = layPem(makeRequestDer({ nodeName: 'second' }))
  fileIn(sandbox, { nodeName: 'inexact-2', pem: { trailing: two } })
  const sentence = 'There is text after the PEM block: hello'
  await page.goto(app.address)
  const waiting = page.getByRole('table', { name: 'Machines waiting for you' })
  await expect(waiting.getByText(sentence)).toBeVisible()
  await expect(waiting.getByText('It holds 2 PEM blocks; one is expected.')).toBeVisible()

  await page.goto(app.at(`/requests/${uidOf(csr)}`))
  await expect(
    page.getByText(`may differ from what you see. ${sentence}`, { exact: false }).first(),
  ).toBeVisible()
  const check = page.locator('[data-check="request.faithful"]')
  for (const part of ['p', 'dd']) {
    await expect(check.locator(part).getByText(sentence).first()).toBeVisible()
  }
  await expect(page.getByRole('main')).not.toContainText(/twoBlocks|textAfter/)
  await expect(grantsOn(page)).toHaveCount(0)
})

test('⇧A approves the ticked requests, as the button does, and nothing else where they cannot be approved', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const ticked = fileIn(sandbox, { nodeName: 'ticked' })
  fileIn(sandbox, { nodeName: 'bystander' })
  const refused = fileIn(sandbox, { nodeName: 'refused', subject: [] })
  await page.goto(app.at('/requests'))
  const tick = (csr: CsrObject) => rowOf(page, csr).getByRole('checkbox').check()
  const dialog = page.getByRole('dialog').filter({ has: page.getByRole('checkbox') })

  await tick(refused)
  await page.keyboard.press('Shift+A')
  await expect(page.getByRole('region', { name: 'Notifications' })).toHaveText(
    'Nothing was approvedNone of the selected requests is verified or plausible.',
  )
  await expect(dialog).toHaveCount(0)

  await tick(ticked)
  await expect(page.getByRole('button', { name: 'Approve 1 machine…' })).toBeVisible()
  await page.keyboard.press('Shift+A')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await expect(dialog).toHaveAccessibleName('Approve 1 machine')
  await page.keyboard.press('Escape')

  // The selection includes requests that the filter hides, and says so.
  const selection = page.getByRole('region', { name: 'Selection' })
  await expect(selection).toContainText(/^2 selected\s*Clear/)
  await page.getByRole('searchbox', { name: 'Filter requests' }).fill(ticked.metadata.name)
  await expect(selection).toContainText('2 selected (1 hidden by the filter)')
  await page.getByRole('searchbox', { name: 'Filter requests' }).fill('')

  await page.getByRole('button', { name: 'Clear' }).click()
  await page.keyboard.press('Shift+A')
  await dialog.getByRole('checkbox', { name: /^Plausible/ }).check()
  await expect(dialog).toHaveAccessibleName('Approve 2 machines')
})

test('a refused kubelet’s request without a machine shows its own hour and stages', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const refused = fileIn(sandbox, { nodeName: 'nobody', subject: [] })
  await page.goto(app.at(`/requests/${uidOf(refused)}`))
  const time = page.getByRole('region', { name: 'Time and stages' })
  await expect(time).toContainText(/Left of the hour(60:00|59:\d\d)/)
  await expect(time).toContainText('Nothing is lost by denying: a real kubelet files again.')
  const stages = time.getByRole('list', { name: 'Stages' }).getByRole('listitem')
  await expect(stages).toHaveCount(5)
  await expect(stages.nth(0)).toHaveAttribute('aria-current', 'step')
  await expect(stages.nth(0)).toContainText(refused.metadata.name)
  await expect(stages.nth(1)).toHaveText(/Client issuedRefused: it cannot be approved here$/)

  const other = sandbox.world.file(BOOTSTRAPPER, {
    kind: 'client',
    signerName: 'example.com/other',
    usages: ['client auth'],
  }) as CsrObject
  await page.goto(app.at(`/requests/${uidOf(other)}`))
  await expect(page.getByRole('heading', { name: 'Checks' })).toBeVisible()
  await expect(time).toHaveCount(0)
})
