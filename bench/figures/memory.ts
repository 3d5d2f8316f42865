import { setTimeout as sleep } from 'node:timers/promises'
import type { Figure, Measured } from '../figure.ts'
import { heapBytes, newTab, watchPaint } from '../paint-watch.ts'
import { memoryOf } from '../process-use.ts'
import { type Crowd, NODES, REQUESTS, type Stage } from '../shared-clusters.ts'

const SETTLE_MS = 10_000

/** Memory of server and browser for the large cluster. */
export const memory: Figure = {
  name: 'memory',
  method:
    `With ${NODES} nodes and ${REQUESTS} requests: the app’s resident set (VmRSS of ` +
    '/proc/<pid>/status, nothing is asked of its garbage collector) after it has served all of ' +
    'the figures above and a browser has been connected for ' +
    `${SETTLE_MS / 1000} s; its peak (VmHWM) is given. Page heap: live bytes of JavaScript after ` +
    'two collections, on the Machines page.',
  async measure(stage) {
    return memoryOfBoth(stage, await stage.crowd(), { rss: 300, heap: 100 })
  },
}

/** One line for the server and one for the page, with the targets in megabytes. */
export async function memoryOfBoth(
  stage: Stage,
  { app }: Crowd,
  reach: { readonly rss: number; readonly heap: number },
): Promise<readonly Measured[]> {
  const tab = await newTab(await stage.browser())
  try {
    const watch = await watchPaint(tab.page, '[data-key]')
    const { painted } = await watch.expect('')
    await tab.page.goto(app.address)
    await painted
    await sleep(SETTLE_MS)
    const heap = (await heapBytes(tab.cdp)) / 1e6
    const { rss, peak } = memoryOf(app.pid)
    return [
      {
        figure: 'server memory with those lists',
        reach: `≤ ${reach.rss} MB RSS`,
        measured: `${rss.toFixed(0)} MB (peak ${peak.toFixed(0)})`,
        ok: rss <= reach.rss,
      },
      {
        figure: 'page heap with those lists',
        reach: `≤ ${reach.heap} MB`,
        measured: `${heap.toFixed(0)} MB`,
        ok: heap <= reach.heap,
      },
    ]
  } finally {
    await tab.close()
  }
}
