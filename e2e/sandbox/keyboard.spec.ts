/** The keyboard map: each row of the sheet that `?` shows does what it says. */
import type { Locator, Page } from '@playwright/test'
import type { CsrObject } from '#sandbox/objects.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { openLive, untilLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, decideByHand, fileIn } from '../fixtures/sandbox-requests.ts'
import { sendOn } from '../fixtures/send-on.ts'

interface At {
  readonly page: Page
  /** Machines decided since the step began. */
  readonly decided: () => readonly string[]
  /** Waiting machines, from the top. */
  readonly names: readonly string[]
  /** Presses one key after the other. */
  readonly press: (...keys: readonly string[]) => Promise<void>
}

/** Rows of the sheet as read aloud, each with its visible effect on the Machines page. */
const SHEET: readonly (readonly [keys: string, does: string, seen: (at: At) => Promise<void>])[] = [
  [
    'j',
    'Next row',
    async ({ page, names, press }) => {
      await press('j')
      await expect(linkOf(page, names[0])).toBeFocused()
      await press('j')
      await expect(linkOf(page, names[1])).toBeFocused()
    },
  ],
  [
    'k',
    'Previous row',
    async ({ page, names, press }) => {
      await press('j', 'j', 'j', 'k')
      await expect(linkOf(page, names[1])).toBeFocused()
      await press('k')
      await expect(linkOf(page, names[0])).toBeFocused()
      // The first row has none above.
      await press('k')
      await expect(linkOf(page, names[0])).toBeFocused()
    },
  ],
  [
    'x',
    'Select row',
    async ({ page, names, press }) => {
      await press('j', 'j', 'x')
      await expectTicked(page, [names[1]])
      await press('x')
      await expectTicked(page, [])
    },
  ],
  [
    '⇧ x',
    'Select a range',
    async ({ page, names, press }) => {
      await press('j', 'j', 'x', 'j', 'j', 'Shift+X')
      await expectTicked(page, names.slice(1, 4))
    },
  ],
  [
    'enter',
    'Open machine',
    async ({ page, names, press }) => {
      await press('j', 'j', 'Enter')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(names[1] ?? '')
      await expect(page).toHaveURL(new RegExp(`/machines/${names[1]}$`))
    },
  ],
  [
    '/',
    'Filter this list',
    async ({ page, names, press }) => {
      await press('/')
      await expect(page.getByRole('searchbox', { name: 'Filter machines' })).toBeFocused()
      await page.keyboard.type(names[2] ?? '')
      await expect(page).toHaveURL(new RegExp(`q=${names[2]}$`))
      await expect(rows(page)).toHaveCount(1)
      await expect(linkOf(page, names[2])).toBeVisible()
    },
  ],
  [
    'u',
    'Bring in changes',
    async ({ page, names, press }) => {
      await press('j', 'j', 'u')
      await expect(linkOf(page, names[1])).toBeFocused()
    },
  ],
  [
    'a',
    'Next step for this row',
    async ({ page, decided, names, press }) => {
      await press('j', 'a')
      await expect(
        page.getByRole('row', { name: new RegExp(`^${names[0]} .*Client issued`) }),
      ).toBeVisible()
      expect(decided()).toEqual([names[0]])
    },
  ],
  [
    '⇧ a',
    'Approve n machines…',
    async ({ page, decided, press }) => {
      await press('j', 'x', 'j', 'x', 'Shift+A')
      await page.getByRole('checkbox', { name: /^Plausible/ }).check()
      await expect(page.getByRole('dialog', { name: 'Approve 2 machines' })).toBeVisible()
      expect(decided()).toEqual([])
    },
  ],
  [
    'd',
    'Deny…',
    async ({ page, decided, names, press }) => {
      await press('j', 'j', 'd')
      const dialog = page.getByRole('dialog', { name: /^Deny .*\?$/ })
      await expect(dialog).toContainText(names[1] ?? '')
      expect(decided()).toEqual([])
      await dialog.getByRole('button', { name: /^Deny/ }).click()
      await expect.poll(decided).toEqual([names[1]])
      await expect(page.getByRole('group', { name: /^Denied / })).toBeVisible()
    },
  ],
  [
    'Ctrl enter',
    'Main button of a dialog',
    async ({ page, decided, names, press }) => {
      await press('j', 'x', 'Shift+A')
      await page.getByRole('checkbox', { name: /^Plausible/ }).check()
      await press('Control+Enter')
      await expect.poll(decided).toEqual([names[0]])
    },
  ],
  [
    'esc',
    'Close, then clear selection',
    async ({ page, names, press }) => {
      await press('j', 'x', 'Shift+A')
      await expect(page.getByRole('dialog')).toBeVisible()
      await press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      await expectTicked(page, [names[0]])
      await press('Escape')
      await expectTicked(page, [])
    },
  ],
  [
    'Ctrl K',
    'Search or run',
    async ({ page, press }) => {
      await press('Control+K')
      const dialog = page.getByRole('dialog', { name: 'Search or run a command' })
      await expect(dialog.getByRole('combobox')).toBeFocused()
    },
  ],
  [
    '?',
    'This list of keys',
    async ({ page, press }) => {
      await press('?')
      await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
    },
  ],
  [
    'g m',
    'Machines',
    async ({ page, press }) => {
      await press('g', 'n')
      await expect(page.getByRole('heading', { level: 1, name: 'Nodes' })).toBeAttached()
      await press('g', 'm')
      await expect(page.getByRole('table', { name: 'Machines waiting for you' })).toBeVisible()
      await expect(page).toHaveURL(/:\d+\/$/)
    },
  ],
  [
    'g r',
    'Requests',
    async ({ page, press }) => {
      await press('g', 'r')
      await expect(page.getByRole('table', { name: 'Certificate signing requests' })).toBeVisible()
      await expect(page).toHaveURL(/\/requests$/)
    },
  ],
  [
    'g n',
    'Nodes',
    async ({ page, press }) => {
      await press('g', 'n')
      await expect(page.getByRole('heading', { level: 1, name: 'Nodes' })).toBeAttached()
      await expect(page).toHaveURL(/\/nodes$/)
    },
  ],
  [
    'g e',
    'Expected machines',
    async ({ page, press }) => {
      await press('g', 'e')
      await expect(
        page.getByRole('heading', { level: 1, name: 'Expected machines' }),
      ).toBeAttached()
      await expect(page).toHaveURL(/\/expected$/)
    },
  ],
  [
    'g p',
    'Policy',
    async ({ page, press }) => {
      await press('g', 'p')
      await expect(page.getByRole('heading', { level: 1, name: 'Policy' })).toBeAttached()
      await expect(page).toHaveURL(/\/policy$/)
    },
  ],
  [
    'g a',
    'Activity',
    async ({ page, decided, press }) => {
      // The keys are on a row, where `a` alone would approve.
      await press('j', 'g', 'a')
      await expect(page.getByRole('heading', { level: 1, name: 'Activity' })).toBeAttached()
      await expect(page).toHaveURL(/\/activity$/)
      expect(decided()).toEqual([])
    },
  ],
]

test('the sheet of keys has these rows and no other, and each does what it says, from the machines', async ({
  page,
  quiet: { sandbox, app },
}) => {
  await openWithMachines(page, sandbox, app)
  const press: At['press'] = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  await press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard' })
  await expect(sheet).toBeVisible()
  const shown = await sheet.locator('dl > div').evaluateAll((rows) =>
    rows.map((row) => {
      const keys = [...row.querySelectorAll('kbd')].map(({ textContent }) => textContent)
      return `${keys.join(' ')}: ${row.querySelector('dt')?.textContent}`
    }),
  )
  expect(shown).toEqual(SHEET.map(([keys, does]) => `${keys}: ${does}`))
  await press('Escape')
  await expect(sheet).toHaveCount(0)
  for (const [keys, does, seen] of SHEET) {
    await test.step(`the key ${keys}: ${does}`, async () => {
      const before = decidedIn(sandbox)
      await expect(rows(page)).toHaveCount(MACHINES.length - before.length)
      const decided = () => decidedIn(sandbox).filter((name) => !before.includes(name))
      await seen({ page, decided, names: await namesIn(page), press })
      // Opened anew the page has no mark, no tick and no filter.
      await press('Escape', 'Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      await page.getByRole('link', { name: 'Activity', exact: true }).click()
      await expect(page.getByRole('heading', { level: 1, name: 'Activity' })).toBeAttached()
      await page.getByRole('link', { name: /^Machines/ }).click()
      await expect(page).toHaveURL(/:\d+\/$/)
    })
  }
})

/** Layers by their key, each with the element that takes the keys. */
const OPENS = [
  ['Ctrl K', { key: 'k', ctrlKey: true }, 'combobox', 'Search or run a command'],
  ['d', { key: 'd' }, 'textbox', 'Why do you deny'],
  ['?', { key: '?' }, 'heading', 'Keyboard'],
] as const

test('keys typed right after one that opens a dialog go to it, and the focus returns to where it was', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const names = await openWithMachines(page, sandbox, app)
  await page.keyboard.press('j')
  for (const [keys, key, role, name] of OPENS) {
    await test.step(keys, async () => {
      await expect(linkOf(page, names[0])).toBeFocused()
      // Within the task of the key: no frame is drawn and no other key is handled before it ends.
      const inDialog = await page.evaluate(async (key) => {
        const init = { ...key, bubbles: true, cancelable: true }
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', init))
        for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
        return document.activeElement?.closest('[role="dialog"]') != null
      }, key)
      expect(inDialog).toBe(true)
      await expect(page.getByRole('dialog').getByRole(role, { name })).toBeFocused()
      await page.keyboard.type('a')
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      await expect(linkOf(page, names[0])).toBeFocused()
    })
  }
  expect(decidedIn(sandbox)).toEqual([])
})

test('Enter right after a word in the palette runs what that word finds, not the entry before', async ({
  page,
  quiet: { app },
}) => {
  await openLive(page, app)
  await page.keyboard.press('Control+K')
  const input = page.getByRole('combobox', { name: 'Search or run a command' })
  await expect(input).toBeFocused()
  // In one task, as a fast person on a busy machine.
  await input.evaluate((field: HTMLInputElement) => {
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
    set?.call(field, 'policy')
    field.dispatchEvent(new Event('input', { bubbles: true }))
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
  })
  await expect(page.getByRole('heading', { level: 1, name: 'Policy' })).toBeAttached()
})

test('where frames come late a dialog leaves the focus where it was moved, and keeps the page’s keys off until it is no longer drawn', async ({
  anotherContext,
  quiet: { sandbox, app },
}) => {
  const page = await (await anotherContext()).newPage()
  await page.addInitScript(() => {
    const next = window.requestAnimationFrame.bind(window)
    window.requestAnimationFrame = (callback) => window.setTimeout(() => next(callback), 150)
  })
  const names = await openWithMachines(page, sandbox, app)
  const dialog = page.getByRole('dialog')
  await page.keyboard.press('j')
  await expect(linkOf(page, names[0])).toBeFocused()
  await page.keyboard.press('?')
  await expect(dialog).toBeVisible()
  for (const key of ['Escape', 'a']) await page.keyboard.press(key)
  await expect(dialog).toHaveCount(0)
  // If that key acted, nothing would be left to deny.
  await page.keyboard.press('d')
  const cancel = dialog.getByRole('button', { name: 'Cancel' })
  await cancel.focus()
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(painted)))
  await expect(cancel).toBeFocused()
  expect(decidedIn(sandbox)).toEqual([])
})

test('an element without a tab stop gets its focus back after a dialog, not a button inside it', async ({
  page,
  quiet: { sandbox, app },
}) => {
  await openWithMachines(page, sandbox, app)
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  const heading = page.getByRole('heading', { level: 1 })
  await expect(heading).toBeFocused()
  await expect(page.getByRole('button', { name: 'More ways to decide' })).toBeEnabled()
  await expectBackAfterDialogs(heading)

  // A click beside all elements focuses the page.
  const main = page.getByRole('main')
  await main.click({ position: { x: 2, y: 2 } })
  await expect(main).toBeFocused()
  await expectBackAfterDialogs(main)

  async function expectBackAfterDialogs(target: Locator): Promise<void> {
    for (const keys of ['Control+K', 'd', '?']) {
      await page.keyboard.press(keys)
      await expect(page.getByRole('dialog')).toBeVisible()
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      await expect(target).toBeFocused()
    }
  }
})

test('single letters in a text field are text; turned off they do nothing, also after a reload, and Ctrl K still works', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const names = await openWithMachines(page, sandbox, app)
  await page.keyboard.press('j')
  await expect(linkOf(page, names[0])).toBeFocused()
  await page.keyboard.press('/')
  const field = page.getByRole('searchbox', { name: 'Filter machines' })
  await expect(field).toBeFocused()
  for (const key of LETTERS) {
    await page.keyboard.press(key)
    await expect(field).toBeFocused()
    await expect(field).toHaveValue(key.replace('Shift+', ''))
    await expect(page.getByRole('dialog')).toHaveCount(0)
    // One at a time: a letter that matches a row has a row to act on.
    await field.fill('')
    await expect(rows(page)).toHaveCount(names.length)
    await expectTicked(page, [])
  }
  await expect(page).toHaveURL(/:\d+\/$/)
  expect(decidedIn(sandbox)).toEqual([])
  await field.blur()

  await page.keyboard.press('?')
  await page.getByRole('checkbox', { name: 'Single-letter shortcuts' }).uncheck()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)

  for (const isReloaded of [false, true]) {
    if (isReloaded) {
      await page.reload()
      await untilLive(page)
      await expect(rows(page)).toHaveCount(names.length)
    }
    // On a row, where each letter would act.
    await linkOf(page, names[1]).focus()
    for (const key of LETTERS) await page.keyboard.press(key)
    await expect(linkOf(page, names[1])).toBeFocused()
    await expectTicked(page, [])
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(page).toHaveURL(/:\d+\/$/)
    // Keys are handled in turn, so the letter has been handled by now.
    await page.keyboard.press('Control+K')
    await expect(page.getByRole('dialog', { name: 'Search or run a command' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    expect(decidedIn(sandbox)).toEqual([])
  }
})

test('the filter keeps the focus: from the row of a key in the same frame, and when the marked row leaves', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const names = await openWithMachines(page, sandbox, app)
  // An Enter before the next frame is for the row that the keys moved to.
  expect(await pressedAtOnce(page, 'j', 'j')).toBe(names[1])
  expect(await pressedAtOnce(page, 'k', '/')).toBeNull()
  await page.evaluate(async () => {
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame)
  })
  await expect(page.getByRole('searchbox', { name: 'Filter machines' })).toBeFocused()
  await page.keyboard.type('rack-3')
  await expect(rows(page)).toHaveCount(1)
  await expect(page.getByRole('searchbox', { name: 'Filter machines' })).toBeFocused()
  await expect(page.locator('.keyboard-row')).toHaveCount(0)
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await expectMarked(page, names[0])
})

test('a, j, a acts on two rows; with a, a the mark and the focus move to the row in its place', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const names = await openWithMachines(page, sandbox, app)
  // The first row stays until the next key comes, however long that takes.
  const { promise: until, resolve: letGo } = Promise.withResolvers<void>()
  sandbox.failNext({ match: { method: 'PUT', path: /\/approval$/ }, times: 2, until })
  for (const key of ['j', 'a', 'j', 'a']) await page.keyboard.press(key)
  letGo()
  await expect.poll(() => decidedIn(sandbox)).toEqual(names.slice(0, 2))
  for (const [at, name] of names.entries()) {
    if (at < 2) continue
    await expectMarked(page, name)
    await expect(linkOf(page, name)).toBeFocused()
    await approveMarked(page, sandbox, names.slice(0, at + 1))
  }
  // No row waits any more; the focus is on the heading.
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
})

test('a key pressed as the mark moves by itself does not act on the row it moves to', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const names = await openWithMachines(page, sandbox, app)
  await page.keyboard.press('j')
  await expectMarked(page, names[0])
  // Pressed by the page itself, at the moment the next row is drawn with the mark.
  const pressed = page.evaluate(
    (next) =>
      new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          if (document.querySelector(`[data-key="${next}"].keyboard-row`) === null) return
          observer.disconnect()
          for (const key of ['a', 'd']) {
            document.activeElement?.dispatchEvent(
              new KeyboardEvent('keydown', { key, bubbles: true }),
            )
          }
          resolve()
        })
        observer.observe(document.body, { subtree: true, childList: true, attributes: true })
      }),
    names[1],
  )
  await page.keyboard.press('a')
  await pressed
  await expect(linkOf(page, names[1])).toBeFocused()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  // An approval by the key would be here by now: the next one is.
  await approveMarked(page, sandbox, names.slice(0, 2))
})

test('a mark that moves by itself out of view: the first key only scrolls to its row', async ({
  page,
  quiet: { sandbox, app },
}) => {
  await page.setViewportSize({ width: 1440, height: 600 })
  const names = await openWithMachines(page, sandbox, app, MORE_MACHINES)
  await page.keyboard.press('j')
  const keys = ['a', 'd', 'x', 'Shift+X']
  for (const [at, key] of keys.entries()) {
    await expectMarked(page, names[at])
    await page.evaluate(() => window.scrollTo({ top: document.body.scrollHeight }))
    sandbox.world.delete('csrs', `csr-${names[at]}`)
    await expectMarked(page, names[at + 1])
    const link = linkOf(page, names[at + 1])
    await expect(link).not.toBeInViewport()
    // A key before the mark can be seen does not even scroll.
    await expectKeyOnlyScrolls(page, key, link)
    await expectTicked(page, [])
  }
  // An approval by the key would be here by now: the next one is.
  await approveMarked(page, sandbox, [names[keys.length] ?? ''])
})

/** In the page: whether the element is on screen, and under no bar. */
function isUncovered(element: Element): boolean {
  const { left, top, width, height } = element.getBoundingClientRect()
  return element.contains(document.elementFromPoint(left + width / 2, top + height / 2))
}

/** Presses the key until it has brought the row into view: it asks and decides nothing. */
async function expectKeyOnlyScrolls(page: Page, key: string, link: Locator): Promise<void> {
  await expect(async () => {
    await page.keyboard.press(key)
    expect(await link.evaluate(isUncovered)).toBe(true)
  }).toPass()
  await expect(link).toBeFocused()
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

test('a row that was marked by hand and scrolled away: the first key that decides only scrolls to it', async ({
  page,
  quiet: { sandbox, app },
}) => {
  await page.setViewportSize({ width: 1440, height: 600 })
  const names = await openWithMachines(page, sandbox, app, MORE_MACHINES)
  await page.keyboard.press('j')
  await expectMarked(page, names[0])
  const link = linkOf(page, names[0])
  for (const key of ['a', 'd']) {
    await page.evaluate(() => window.scrollTo({ top: document.body.scrollHeight }))
    await expect(link).not.toBeInViewport()
    // A key right after the one that has scrolled does nothing.
    await expectKeyOnlyScrolls(page, key, link)
    // Under the sticky head it is within the window, and not to be seen.
    await link.evaluate((it) => window.scrollBy({ top: it.getBoundingClientRect().top - 30 }))
    await expectKeyOnlyScrolls(page, key, link)
  }
  // An approval by the key would be here by now: the next one is.
  await approveMarked(page, sandbox, [names[0] ?? ''])
})

test('a mark that moves by itself behind a dialog: a key right after that does not act on its row', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const names = await openWithMachines(page, sandbox, app)
  for (const key of ['j', '?']) await page.keyboard.press(key)
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
  sandbox.world.delete('csrs', `csr-${names[0]}`)
  await expectMarked(page, names[1])
  // Long enough to be seen without the dialog.
  await page.evaluate(async () => {
    const start = performance.now()
    let now = start
    while (now < start + 1_000) now = await new Promise<number>(requestAnimationFrame)
  })
  // Pressed by the page itself, at the moment the dialog is gone.
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const press = (key: string) =>
          document.activeElement?.dispatchEvent(
            new KeyboardEvent('keydown', { key, bubbles: true }),
          )
        const observer = new MutationObserver(() => {
          if (document.querySelector('[role="dialog"]') !== null) return
          observer.disconnect()
          press('a')
          resolve()
        })
        observer.observe(document.body, { subtree: true, childList: true })
        press('Escape')
      }),
  )
  await expectMarked(page, names[1])
  await approveMarked(page, sandbox, [names[1] ?? ''])
})

test('the row’s own button, pressed by Enter: the focus stays on it, then goes to the row in its place', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const names = await openWithMachines(page, sandbox, app)
  const row = page.locator(`[data-key="${names[1]}"]`)
  await page.route('**/api/decisions', async (route) => {
    await expect(row.getByRole('button', { name: 'Approving…' })).toBeFocused()
    await route.continue()
  })
  await row.getByRole('button', { name: /^Approve client/ }).focus()
  await page.keyboard.press('Enter')
  await expect(linkOf(page, names[2])).toBeFocused()
  await expectMarked(page, names[2])
  expect(decidedIn(sandbox)).toEqual([names[1]])
})

for (const first of ['the answer', 'the watch'] as const) {
  test(`the focus returns to the row in place of one denied in its dialog, ${first} reporting first`, async ({
    page,
    quiet: { sandbox, app },
  }) => {
    const names = await openWithMachines(page, sandbox, app)
    for (const key of ['j', 'd']) await page.keyboard.press(key)
    const dialog = page.getByRole('dialog', { name: /^Deny .*\?$/ })
    if (first === 'the watch') {
      await page.route('**/api/decisions', async (route) => {
        const response = await sendOn(route)
        await expectMarked(page, names[1])
        await route.fulfill({ response })
      })
    }
    await dialog.getByRole('button', { name: /^Deny/ }).focus()
    await page.keyboard.press('Enter')
    await expect(dialog).toHaveCount(0)
    await expectMarked(page, names[1])
    await expect(linkOf(page, names[1])).toBeFocused()
    expect(decidedIn(sandbox)).toEqual([names[0]])
  })
}

test('while a dialog is open the page’s keys are off, whatever has the focus', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const names = await openWithMachines(page, sandbox, app)
  const asked: unknown[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/api/decisions')) asked.push(request.postDataJSON())
  })
  const { promise: until, resolve: letGo } = Promise.withResolvers<void>()
  sandbox.failNext({ match: { method: 'PUT', path: /\/approval$/ }, until })
  for (const key of ['j', 'd']) await page.keyboard.press(key)
  await page.keyboard.type('not ours')
  const dialog = page.getByRole('dialog', { name: /^Deny .*\?$/ })
  await page.keyboard.press('Control+K')
  await dialog.getByRole('button', { name: /^Deny / }).click()
  // The same button as pressed, so that the focus stays in the dialog.
  await expect(dialog.getByRole('button', { name: 'Denying…' })).toBeFocused()
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  })
  await expect(page.locator('body')).toBeFocused()
  for (const key of ['j', 'a', 'x', 'Enter', 'Control+K']) await page.keyboard.press(key)
  await expectMarked(page, names[0])
  await expectTicked(page, [])
  await expect(page.getByRole('dialog')).toHaveCount(1)
  letGo()
  await expect(dialog).toHaveCount(0)
  await expectMarked(page, names[1])
  expect(asked).toEqual([expect.objectContaining({ decision: 'deny' })])
  expect(decidedIn(sandbox)).toEqual([names[0]])
})

/** Expects a line at the active item in the menu of the first row, and then in the palette. */
async function expectLineAtTheKeys(page: Page): Promise<void> {
  const menuitems = page.getByRole('menuitem')
  await page
    .getByRole('button', { name: /^More actions for/ })
    .first()
    .focus()
  await page.keyboard.press('Enter')
  await expect(menuitems.first()).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expectOnlyLined(menuitems, 1)
  await page.keyboard.press('Escape')
  await expect(menuitems).toHaveCount(0)

  await page.keyboard.press('Control+k')
  await page.keyboard.press('ArrowDown')
  await expectOnlyLined(page.getByRole('option'), 1)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

async function expectOnlyLined(all: Locator, at: number): Promise<void> {
  for (const [index, line] of [
    [at, 'solid'],
    [at - 1, 'none'],
  ] as const) {
    await expect(all.nth(index)).toHaveCSS('outline-style', line)
  }
  await expect(all.nth(at)).toHaveCSS('outline-width', '2px')
}

test('a line shows the active item, as a background alone is too faint; forced colours, which draw no shadow, have edges and marks', async ({
  page,
  quiet: { sandbox, app },
}) => {
  await openWithMachines(page, sandbox, app)
  await expectLineAtTheKeys(page)
  await page.emulateMedia({ forcedColors: 'active' })
  await page.keyboard.press('j')
  const main = page.getByRole('navigation', { name: 'Main' })
  await expect(page.locator('tr.keyboard-row')).toHaveCSS('outline-style', 'solid')
  for (const [one, other] of [
    [main.locator('a[aria-current="page"]'), main.locator('a:not([aria-current])').first()],
    [
      page.locator('button[aria-pressed="true"]').first(),
      page.locator('button[aria-pressed="false"]').first(),
    ],
  ] as const) {
    await expect(one).toHaveCSS('border-top-width', '2px')
    await expect(other).not.toHaveCSS('border-top-width', '2px')
  }
  await expectLineAtTheKeys(page)

  await rows(page).first().getByRole('checkbox').check()
  const box = page.getByRole('checkbox', { checked: true })
  const ground = await box.evaluate((input) => getComputedStyle(input).backgroundColor)
  await expect(box.locator('xpath=following-sibling::*')).not.toHaveCSS('color', ground)
  await expect(page.getByRole('region', { name: 'Selection' })).toHaveCSS('border-top-width', '1px')
  await page
    .getByRole('button', { name: /^More actions for/ })
    .first()
    .click()
  await expect(page.getByRole('menu')).toHaveCSS('border-top-width', '1px')
  await page.keyboard.press('Escape')
  for (const key of ['Control+k', 'd']) {
    await page.keyboard.press(key)
    await expect(page.getByRole('dialog')).toHaveCSS('border-top-width', '1px')
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  }
})

/** More rows than are drawn. */
const FAR = 150

/** Index of the opened row. */
const LEFT = 11

/** Adds denied requests; none comes or goes later. */
function fileFar(sandbox: Sandbox): void {
  for (let at = 0; at < FAR; at += 1) {
    const name = `far-${at}`
    const csr = fileIn(sandbox, { nodeName: name, name, keyName: `key-${at % 10}` })
    decideByHand(sandbox, csr, 'Denied')
  }
}

for (const [path, name, opened] of [
  ['/', 'Machines waiting for you', /\/machines\/.+/],
  ['/requests', 'Certificate signing requests', /\/requests\/.+/],
] as const) {
  test(`the focus on ${path} follows the keys, to the opened page, back to the row that was left, and to a distant row`, async ({
    page,
    quiet: { sandbox, app },
  }) => {
    if (path === '/') await openWithMachines(page, sandbox, app, MORE_MACHINES)
    else {
      fileFar(sandbox)
      await page.goto(app.at(path))
    }
    const table = page.getByRole('table', { name })
    const focused = table.locator('tr[data-index]:focus-within')
    const marked = focused.and(page.locator('.keyboard-row'))
    const count = path === '/' ? MORE_MACHINES.length : FAR
    await expect(table).toHaveAttribute('aria-rowcount', `${count + 1}`)
    await expect(table.locator('tr[data-index="1"]')).toBeVisible()
    for (const [key, index] of [
      ['j', 0],
      ['j', 1],
      ['k', 0],
    ] as const) {
      await page.keyboard.press(key)
      await expect(marked).toHaveAttribute('data-index', `${index}`)
    }
    for (let at = 1; at <= LEFT; at += 1) await page.keyboard.press('j')
    await expect(marked).toHaveAttribute('data-index', `${LEFT}`)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(opened)
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
    await page.goBack()
    await expect(marked).toHaveAttribute('data-index', `${LEFT}`)
    await expect(marked).toBeInViewport()
    await page.keyboard.press('j')
    await expect(marked).toHaveAttribute('data-index', `${LEFT + 1}`)

    // A page opened anew starts anew.
    const [away, back] = path === '/' ? ['n', 'm'] : ['m', 'r']
    for (const key of ['g', away]) await page.keyboard.press(key)
    await expect(table).toHaveCount(0)
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
    for (const key of ['g', back]) await page.keyboard.press(key)
    await expect(table.locator('tr[data-index="1"]')).toBeVisible()
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
    await expect(page.locator('.keyboard-row')).toHaveCount(0)

    // The last row keeps the focus out of view, and is the one that Enter opens.
    await page.keyboard.press('k')
    await expect(focused).toHaveAttribute('data-index', `${count - 1}`)
    await page.evaluate(() => window.scrollTo({ top: 0 }))
    await expect(focused).toHaveAttribute('data-index', `${count - 1}`)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(opened)
  })
}

test('after going back from a page whose row left, the focus goes to the row in its place', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const names = await openWithMachines(page, sandbox, app)
  for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key)
  await expect(page.getByRole('button', { name: `Approve ${names[1]}`, exact: true })).toBeEnabled()
  await page.keyboard.press('a')
  await expect.poll(() => decidedIn(sandbox)).toEqual([names[1]])
  await expect(page.getByRole('button', { name: `Approve ${names[1]}`, exact: true })).toHaveCount(
    0,
  )
  await page.goBack()
  await expectMarked(page, names[2])
  await expect(linkOf(page, names[2])).toBeFocused()
})

test('a decided request passes the mark and the focus to the next pending one', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const names = await openWithMachines(page, sandbox, app)
  await page.goto(app.at('/requests'))
  const pending = page.locator('tr[data-key]').filter({ hasText: 'Pending' })
  await expect(pending).toHaveCount(names.length)
  const order = await pending.evaluateAll((all) =>
    all.map((row) => row.querySelector('a')?.textContent?.replace('csr-', '') ?? ''),
  )
  await page.keyboard.press('j')
  for (const [at, name] of order.entries()) {
    const row = page.locator('tr.keyboard-row:focus-within')
    await expect(row).toContainText(`csr-${name}`)
    await approveMarked(page, sandbox, order.slice(0, at + 1))
  }
})

/** Presses keys within one task of the page; returns the row that then has the focus. */
function pressedAtOnce(page: Page, ...keys: readonly string[]): Promise<string | null> {
  return page.evaluate((all) => {
    for (const key of all) {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    }
    return document.activeElement?.closest('[data-key]')?.getAttribute('data-key') ?? null
  }, keys)
}

/** Every single-character key of the sheet, with the first and second of sequences. */
const LETTERS = ['j', 'k', 'x', 'Shift+X', 'a', 'Shift+A', 'd', '/', '?', 'g', 'n']

const MACHINES = ['rack-1', 'rack-2', 'rack-3', 'rack-4', 'rack-5']

/** More than are in view. */
const MORE_MACHINES = Array.from({ length: 20 }, (_, at) => `rack-${at}`)

/** Files requests of these machines only; returns their names in list order. */
async function openWithMachines(
  page: Page,
  sandbox: Sandbox,
  app: App,
  machines: readonly string[] = MACHINES,
): Promise<string[]> {
  const filed = machines.map((nodeName) => fileIn(sandbox, { nodeName, name: `csr-${nodeName}` }))
  // Another test's machines had these names: wait until the page shows ours.
  await untilListed(app, filed.at(-1)?.metadata.uid ?? '')
  await openLive(page, app)
  await expect(rows(page)).toHaveCount(machines.length)
  return namesIn(page)
}

function namesIn(page: Page): Promise<string[]> {
  return rows(page).evaluateAll((all) => all.map((row) => row.getAttribute('data-key') ?? ''))
}

/** Names of machines with a decided request. */
function decidedIn(sandbox: Sandbox): string[] {
  const csrs = sandbox.world.list('csrs') as readonly CsrObject[]
  return csrs
    .filter((csr) => conditionsIn(sandbox, csr).length > 0)
    .map(({ metadata }) => metadata.name.replace('csr-', ''))
}

function rows(page: Page) {
  return page.getByRole('table', { name: 'Machines waiting for you' }).locator('tr[data-key]')
}

function expectMarked(page: Page, name = ''): Promise<void> {
  return expect(page.locator('.keyboard-row')).toHaveAttribute('data-key', name)
}

/** Presses again like a person: a key before the mark can be seen does nothing. */
async function approveMarked(
  page: Page,
  sandbox: Sandbox,
  decided: readonly string[],
): Promise<void> {
  await expect(async () => {
    // A further press after one that was handled would act on the next row.
    const heard = page.waitForRequest('**/api/decisions', { timeout: 1_000 })
    await Promise.all([heard, page.keyboard.press('a')])
  }).toPass()
  await expect.poll(() => decidedIn(sandbox).sort()).toEqual([...decided].sort())
}

function linkOf(page: Page, name = '') {
  return page.locator(`[data-key="${name}"] a`).first()
}

async function expectTicked(page: Page, names: readonly (string | undefined)[]): Promise<void> {
  const ticked = rows(page).and(page.locator('[aria-selected="true"]'))
  await expect(ticked).toHaveCount(names.length)
  expect(await ticked.evaluateAll((all) => all.map((row) => row.getAttribute('data-key')))).toEqual(
    names,
  )
}
