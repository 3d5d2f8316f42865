import type { Browser, CDPSession, Page } from '@playwright/test'

/** The window size of the e2e tests. */
const VIEWPORT = { width: 1440, height: 900 }

export interface Tab {
  readonly page: Page
  readonly cdp: CDPSession
  /** Opens a list; resolves with the time at which its first row was painted. */
  open(address: string): Promise<number>
  /**
   * Resolves once the page waits for it, with the time (milliseconds since 1970) at which a visible
   * row with the text was painted. With `cell` (CSS): at which that cell had exactly this text.
   */
  expect(text: string, cell?: string): Promise<{ readonly painted: Promise<number> }>
  close(): Promise<void>
}

/** Rows of every list. */
export const ROWS = '[data-key]'

/**
 * A tab of a fresh browser context, without a cache, that watches the rows inside its window.
 * "Painted" is two animation frames after the change of the DOM: up to a frame late, never early.
 */
export async function newTab(browser: Browser): Promise<Tab> {
  const context = await browser.newContext({ viewport: VIEWPORT })
  const page = await context.newPage()
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
  }, ROWS)

  function painted(text: string, withinMs: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const late = new Error(`not painted within ${withinMs / 1000} s: ${text}`)
    const timer = setTimeout(() => reject(late), withinMs)
    waiting.set(text, resolve)
    // The caller may still be busy with the write when this rejects.
    promise.catch(() => {}).finally(() => clearTimeout(timer))
    return promise
  }

  return {
    page,
    cdp: await context.newCDPSession(page),
    async open(address) {
      // A page may be opened before the app has read a large cluster.
      const first = painted('', 60_000)
      await page.goto(address, { waitUntil: 'commit' })
      return first
    },
    async expect(text, cell) {
      const then = painted(text, 10_000)
      const expected = [text, cell] as const
      await page.evaluate((it) => (window as unknown as Bench).benchExpect(...it), expected)
      return { painted: then }
    },
    close: () => context.close(),
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
