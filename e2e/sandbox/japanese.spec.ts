/** The pages for readers of Japanese: nothing is left in English, and everything has room. */
import type { Page } from '@playwright/test'
import { ja } from '#lib/messages/ja.ts'
import { untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import {
  expectCleanAtAllSizes,
  expectCleanDialog,
  expectNoSidewaysScroll,
  NARROWEST,
} from '../fixtures/clean.ts'
import { openLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

const WIDE = { width: 1440, height: 900 }
const SUSPICIOUS = '/machines/worker-08.rack2.example.com'

async function openInJapanese(page: Page, app: App, path: string): Promise<void> {
  await page.goto(app.at(path))
  await untilLiveInJapanese(page)
}

/** Before that the page is drawn, but does not react to keys. */
async function untilLiveInJapanese(page: Page): Promise<void> {
  const state = page.locator('[data-connection]')
  await expect(state.getByText(ja.shell.connection.live, { exact: true })).toBeVisible()
}

/** Texts with four English words or more where a person reads, outside of quotations. */
function englishIn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const quoted = 'script, style, bdi, code, kbd, pre, textarea, [lang="en"]'
    const isEnglish = (text: string) => /(?:[A-Za-z’]+[,.;]? +){3}[A-Za-z]/.test(text)
    const found: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent ?? ''
      if (isEnglish(text) && node.parentElement?.closest(quoted) === null) found.push(text)
    }
    for (const name of ['aria-label', 'placeholder']) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        const text = element.getAttribute(name) ?? ''
        if (isEnglish(text)) found.push(text)
      }
    }
    return found
  })
}

async function expectJapanese(page: Page): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('lang', 'ja')
  expect(await englishIn(page)).toEqual([])
}

const { board, lists, expected, policy, activity, runs, notifications, machine } = ja

/** Half of the pages in each test, so that two workers share them. */
const HALVES: readonly (readonly (readonly [path: string, shown: string])[])[] = [
  [
    ['/', board.columns.machine],
    [SUSPICIOUS, machine.checks.title],
    ['/requests', lists.requests.title],
    ['/notifications', notifications.title],
  ],
  [
    ['/nodes', lists.nodes.title],
    ['/expected', expected.title],
    ['/policy', policy.text.aside],
    ['/activity', activity.title],
    ['/runs', runs.title],
  ],
]

for (const half of HALVES) {
  const paths = half.map(([path]) => path).join(' ')
  test(`the pages pass axe in Japanese, without an English sentence: ${paths}`, async ({
    anotherContext,
    app,
  }) => {
    const page = await (await anotherContext({ locale: 'ja-JP' })).newPage()
    for (const [path, shown] of half) {
      await test.step(path, async () => {
        // Loaded at the smallest size and then widened, which no other test does.
        await page.setViewportSize(NARROWEST)
        await openInJapanese(page, app, path)
        await page.locator('main').getByText(shown).first().waitFor({ state: 'attached' })
        await expectNoSidewaysScroll(page)
        await expectJapanese(page)
        await expectCleanAtAllSizes(page)
      })
    }
  })
}

test('on a phone the first machine is whole in Japanese, its stage stands beside the button of all stages, and the plan of a bulk has room', async ({
  anotherContext,
  app,
}) => {
  const page = await (await anotherContext({ locale: 'ja-JP' })).newPage()
  await page.setViewportSize({ width: 390, height: 844 })
  await openInJapanese(page, app, '/')
  await expect(page.locator('tr[data-key]').first()).toBeInViewport({ ratio: 1 })
  await page.setViewportSize(NARROWEST)
  await openInJapanese(page, app, SUSPICIOUS)
  const [stage, all] = await Promise.all([
    page.locator('li[aria-current="step"] p').first().boundingBox(),
    page.getByRole('button', { name: machine.steps.all(5) }).boundingBox(),
  ])
  expect((stage?.x ?? 0) + (stage?.width ?? 320)).toBeLessThanOrEqual(all?.x ?? 0)
  await page.setViewportSize(WIDE)
  await openInJapanese(page, app, '/')
  await page.keyboard.press('Shift+A')
  const plan = page.getByRole('dialog')
  await expect(plan.getByRole('textbox', { name: ja.bulk.preflight.note.label })).toBeVisible()
  await expectJapanese(page)
  await expectCleanDialog(plan)
})

test('in Japanese the sheet names every key, and keys act on rows', async ({
  anotherContext,
  quiet: { sandbox, app },
}) => {
  const first = fileIn(sandbox, { nodeName: 'rack-1' })
  const second = fileIn(sandbox, { nodeName: 'rack-2' })
  await untilListed(app, second.metadata.uid ?? '')
  const page = await (await anotherContext({ locale: 'ja-JP' })).newPage()
  await openInJapanese(page, app, '/')
  const rows = page.locator('tr[data-key]')
  await expect(rows).toHaveCount(2)

  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: ja.keys.title })
  await expect(sheet).toBeVisible()
  const shown = await sheet.locator('dt').allTextContents()
  expect(shown.sort()).toEqual(Object.values(ja.keys.does).sort())
  await page.keyboard.press('Escape')
  // Until it is gone, keys are the sheet's own.
  await expect(sheet).toHaveCount(0)
  await page.keyboard.press('j')
  await expect(rows.first().getByRole('link').first()).toBeFocused()
  await page.keyboard.press('a')
  await expect.poll(() => conditionsIn(sandbox, first).length).toBe(1)
})

test('keys that an input method takes close, choose, send and empty nothing', async ({
  anotherContext,
  quiet: { sandbox, app },
}) => {
  const filed = fileIn(sandbox, { nodeName: 'rack-1' })
  await untilListed(app, filed.metadata.uid ?? '')
  const page = await (await anotherContext({ locale: 'ja-JP' })).newPage()
  await openInJapanese(page, app, '/')
  const input = await page.context().newCDPSession(page)
  /** Begins a word that is not converted yet, and presses keys meanwhile. */
  const compose = async (keys: readonly string[]) => {
    const word = { text: 'らっく', selectionStart: 3, selectionEnd: 3 }
    await input.send('Input.imeSetComposition', word)
    for (const key of keys) await page.keyboard.press(key)
  }
  const field = page.getByRole('searchbox', { name: board.toolbar.filter })
  await page.keyboard.press('/')
  await expect(field).toBeFocused()
  await compose(['Enter', 'Escape'])
  await expect(field).toHaveValue('らっく')
  await expect(field).toBeFocused()
  await input.send('Input.insertText', { text: 'ラック' })
  await page.keyboard.press('Escape')
  await expect(field).toHaveValue('')

  await page.keyboard.press('Control+K')
  const palette = page.getByRole('combobox', { name: ja.palette.title })
  await expect(palette).toBeFocused()
  await compose(['ArrowDown', 'Enter', 'Escape'])
  await expect(palette).toHaveValue('らっく')
  await input.send('Input.insertText', { text: '' })
  await expect(palette).toHaveValue('')
  // Escape counts after a timer of 0 ms that the dialog starts when the composition ends.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
  await page.keyboard.press('Escape')
  await expect(palette).toHaveCount(0)

  await field.blur()
  await page.keyboard.press('j')
  await page.keyboard.press('d')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('textbox')).toBeFocused()
  await compose(['Control+Enter', 'Escape'])
  await expect(dialog).toBeVisible()
  await expect(dialog.getByRole('textbox')).toHaveValue('らっく')
  expect(conditionsIn(sandbox, filed)).toEqual([])
})

test('a person who is not signed in reads Japanese, too', async ({
  anotherContext,
  quiet: { app },
}) => {
  const page = await (await anotherContext({ locale: 'ja-JP' })).newPage()
  await page.goto(`${app.url}/nodes`)
  await page.getByText(ja.shell.signedOut.noKey).waitFor()
  await expectJapanese(page)
  await page.route('**/api/session', (route) =>
    route.fulfill({
      json: {
        mode: 'service',
        cluster: { name: 'prod-edge-1', versions: ['Kubernetes v1.34.2'] },
        signIn: [{ way: 'oidc', name: 'SSO', href: '/sign-in/oidc' }, { way: 'token' }],
        ...{ person: null, binding: null, access: null },
      },
    }),
  )
  await page.goto(`${app.url}/?signIn=refused`)
  await page.getByText(ja.signIn.failed.refused.title).waitFor()
  await expectJapanese(page)
  await expectCleanAtAllSizes(page)
})

test('the language is chosen in the user menu and lasts, in every tab, and English pages load none of it', async ({
  page,
  context,
  quiet: { app },
}) => {
  const scripts: string[] = []
  page.on('response', async (response) => {
    if (!response.url().includes('/_next/static/')) return
    scripts.push(await response.text().catch(() => ''))
  })
  const loaded = () => scripts.some((script) => script.includes(ja.shell.signOut))
  await openLive(page, app)
  const other = await context.newPage()
  await openLive(other, app, '/nodes')
  expect(scripts.length).toBeGreaterThan(0)
  expect(loaded()).toBe(false)

  const html = page.locator('html')
  const tab = page.getByRole('link', { name: ja.shell.tabs.nodes, exact: true })
  await page.getByRole('button', { name: /^Acting as/ }).click()
  await page.getByRole('menuitem', { name: '日本語' }).click()
  for (const each of [html, other.locator('html')]) await expect(each).toHaveAttribute('lang', 'ja')
  await expect(tab).toBeVisible()
  await expect(page).toHaveTitle(`${ja.shell.tabs.machines} · Countersign`)
  await expect.poll(loaded).toBe(true)
  await page.reload()
  await untilLiveInJapanese(page)
  await expect(tab).toBeVisible()

  await page.keyboard.press('Control+K')
  await page.keyboard.type('English')
  await page.keyboard.press('Enter')
  await expect(html).toHaveAttribute('lang', 'en')
})
