import { setTimeout as sleep } from 'node:timers/promises'
import type { Locator, Page } from '@playwright/test'
import { launchPersonsBrowser } from '#e2e/fixtures/browser.ts'
import type { ChurnOptions } from '#sandbox/control-plane/control-plane.ts'
import { atRest } from '../at-rest.ts'
import { apart } from '../cores.ts'
import type { Figure, Measured } from '../figure.ts'
import type { Tab } from '../paint-watch.ts'
import { CROWD, type Crowd } from '../rig.ts'

const EVENTS = 10_000
const REACH_TASK_MS = 50

interface Scene {
  readonly what: string
  readonly path: string
  readonly kind: ChurnOptions['kind']
  /** Element with the page's count, and the count expected at the end. */
  readonly count: (page: Page) => Locator
  readonly expected: (before: number) => number
  /** Prepares the cluster so that the burst makes a lasting change. */
  readonly prepare?: (crowd: Crowd) => Promise<unknown>
}

const SCENES: readonly Scene[] = [
  {
    what: 'nodes down and up, on Nodes',
    path: '/nodes',
    kind: 'node-ready',
    count: (page) => page.getByRole('button', { name: /^Ready/ }),
    // Every Node is NotReady before; each goes NotReady once more and then Ready.
    prepare: ({ cluster }) => cluster.churn({ kind: 'node-ready', events: CROWD.nodes }),
    expected: () => CROWD.nodes,
  },
  {
    what: 'new requests, on Machines',
    path: '/',
    kind: 'csr-create',
    count: (page) => page.getByText(/^\d+ machines?$/),
    expected: (before) => before + EVENTS,
  },
]

/** A power cut and its end: whether every change arrives, and whether the page stays usable. */
export const burst: Figure = {
  name: 'burst',
  method:
    `${EVENTS} events as fast as the API server takes them, on top of the large cluster, with the ` +
    'page open: (1) nodes, all NotReady before, are written NotReady once more and then Ready, so ' +
    'half of the events are what the page is held to, on the Nodes page; (2) that many requests ' +
    'of machines never seen before, on the Machines page. Lost: what is missing from the number ' +
    'that the page itself shows when nothing moves any more. Longest task: of the page’s main ' +
    'thread, from PerformanceObserver `longtask`, which begins at 50 ms. A browser is not on the ' +
    'API server’s machine: it has one half of the cores here, and etcd, the API server, the writer ' +
    'and the app have the other. Beside it stands the same once more with all of them on all cores, ' +
    'where a task of 2 ms is long as soon as the others have both.',
  async measure(rig) {
    const crowd = await rig.crowd()
    const pids = [crowd.app.pid, ...Object.values(await crowd.cluster.pids())]
    const rows: Measured[] = []
    for (const scene of SCENES) {
      const own = await apart(pids, launchPersonsBrowser, async (browser) => {
        await using launched = await rig.own(browser, (it) => it.close())
        return await play(await rig.tab(launched), crowd, scene)
      })
      await using tab = await rig.tab()
      const shared = await play(tab, crowd, scene)
      rows.push({
        figure: `burst of ${EVENTS} events, ${scene.what}: lost / longest task`,
        reach: `0 / ≤ ${REACH_TASK_MS} ms`,
        measured: `${inWords(own)}; all on all cores ${inWords(shared)}`,
        ok: own.lost === 0 && shared.lost === 0 && longestOf(own) <= REACH_TASK_MS,
      })
    }
    return rows
  },
}

interface Played {
  readonly lost: number
  /** Milliseconds of each task longer than 50. */
  readonly tasks: readonly number[]
  readonly perSecond: number
  /** Milliseconds from the last event until the page shows all of them. */
  readonly behind: number
}

async function play({ page, ...tab }: Tab, crowd: Crowd, scene: Scene): Promise<Played> {
  await scene.prepare?.(crowd)
  await tab.open(crowd.app.at(scene.path))
  const count = () => readCount(scene.count(page))
  const before = await atRest(count)
  await observeLongTasks(page)
  const { perSecond } = await crowd.cluster.churn({ kind: scene.kind, events: EVENTS })
  const ended = Date.now()
  const expected = scene.expected(before)
  while ((await count()) !== expected && Date.now() - ended < 60_000) await sleep(50)
  const behind = Date.now() - ended
  await sleep(2_000)
  return { lost: expected - (await count()), tasks: await longTasks(page), perSecond, behind }
}

function longestOf({ tasks }: Played): number {
  return Math.max(0, ...tasks)
}

function inWords(played: Played): string {
  const { lost, tasks, perSecond, behind } = played
  const longest = tasks.length === 0 ? `< ${REACH_TASK_MS}` : longestOf(played).toFixed(0)
  return (
    `${lost} / ${longest} ms (${tasks.length} above ${REACH_TASK_MS}; ` +
    `${perSecond.toFixed(0)} events/s, all shown ${behind} ms after the last)`
  )
}

async function observeLongTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const tasks: number[] = []
    Object.assign(window, { benchTasks: tasks })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration)
    }).observe({ type: 'longtask' })
  })
}

function longTasks(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => (window as unknown as { benchTasks: number[] }).benchTasks)
}

/** The number on the page, with any digit grouping. */
async function readCount(where: Locator): Promise<number> {
  const text = (await where.first().textContent()) ?? ''
  return Number(text.replaceAll(/\D/g, '') || Number.NaN)
}
