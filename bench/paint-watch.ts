import type { Browser, BrowserContext, CDPSession, Page } from '@playwright/test'

/** The window size of the e2e tests. */
const VIEWPORT = { width: 1440, height: 900 }

export interface Tab {
  readonly page: Page
  readonly cdp: CDPSession
  close(): Promise<void>
}

/** A tab of a fresh browser, without a cache. */
export async function newTab(browser: Browser): Promise<Tab> {
  const context: BrowserContext = await browser.newContext({ viewport: VIEWPORT })
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  return { page, cdp, close: () => context.close() }
}

/** Rows of every list. */
export const ROWS = '[data-key]'

/** Opens a list; resolves once its first row was painted. */
export async function openPainted(
  browser: Browser,
  address: string,
): Promise<{ readonly tab: Tab; readonly watch: PaintWatch }> {
  const tab = await newTab(browser)
  const watch = await watchPaint(tab.page, ROWS)
  const { painted } = await watch.expect('')
  await tab.page.goto(address)
  await painted
  return { tab, watch }
}

/** Times at which rows of a page were painted. */
export interface PaintWatch {
  /**
   * Resolves with the time (milliseconds since 1970) at which a visible row with the text was
   * painted. With `cell` (CSS): at which that cell had exactly this text.
   */
  expect(text: string, cell?: string): Promise<{ readonly painted: Promise<number> }>
}

const PAINTED_WITHIN_MS = 10_000

/**
 * Watches matching rows inside the window; call it before opening the page. "Painted" is two
 * animation frames after the change of the DOM: up to a frame late, never early.
 */
export async function watchPaint(page: Page, selector: string): Promise<PaintWatch> {
  const waiting = new Map<string, (at: number) => void>()
  await page.exposeFunction('benchPainted', (text: string, at: number) => {
    waiting.get(text)?.(at)
    waiting.delete(text)
  })
  await page.addInitScript((rows) => {
    const bench = window as unknown as Bench
    let expected: string | null = null
    let only: string | undefined
    const look = () => {
      if (expected === null) return
      for (const row of document.querySelectorAll(only ?? rows)) {
        const { textContent } = row
        const there = only === undefined ? textContent.includes(expected) : textContent === expected
        if (!there) continue
        const { top, bottom, height } = row.getBoundingClientRect()
        if (height === 0 || top < 0 || bottom > innerHeight) continue
        const text = expected
        expected = null
        requestAnimationFrame(() =>
          requestAnimationFrame(() => bench.benchPainted(text, Date.now())),
        )
        return
      }
    }
    bench.benchExpect = (text, cell) => {
      expected = text
      only = cell
      look()
    }
    // The document itself, the only node that exists at this time.
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
    })
    expected = ''
  }, selector)
  return {
    async expect(text, cell) {
      const painted = new Promise<number>((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`not painted within ${PAINTED_WITHIN_MS / 1000} s: ${text}`)),
          PAINTED_WITHIN_MS,
        )
        waiting.set(text, (at) => {
          clearTimeout(late)
          resolve(at)
        })
      })
      // The caller may still be busy with the write when this rejects.
      painted.catch(() => {})
      if (text !== '') {
        const expected = [text, cell] as const
        await page.evaluate((it) => (window as unknown as Bench).benchExpect(...it), expected)
      }
      return { painted }
    },
  }
}

interface Bench {
  benchPainted(text: string, at: number): void
  benchExpect(text: string, cell?: string): void
}

/** Bytes of live objects in the page's heap after a garbage collection. */
export async function heapBytes(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.enable')
  await cdp.send('HeapProfiler.collectGarbage')
  await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = await cdp.send('Runtime.getHeapUsage')
  return usedSize
}
