import type { Figure } from '../figure.ts'
import { newTab, watchPaint } from '../paint-watch.ts'
import { median, rounds } from '../quantiles.ts'
import { type Crowd, NODES, REQUESTS, type Stage } from '../shared-clusters.ts'

const LOADS = 7
const REACH_MS = 400
const REACH_BYTES = 30_000

/** Cost of opening the page on a large cluster. */
export const firstRows: Figure = {
  name: 'rows',
  method:
    `The Machines page with ${NODES} nodes and ${REQUESTS} requests, opened by a browser that has ` +
    'never been there: from the start of the navigation (HTML, scripts, sign-in, summary, rows) to two ' +
    'frames after the first row stood in the window. Bytes: what came over the wire for ' +
    '`GET /api/machines`, headers and all, as the browser counts it. ' +
    `Median of ${LOADS} loads.`,
  async measure(stage) {
    const crowd = await stage.crowd()
    const loads: Load[] = []
    for (let i = 0; i < LOADS; i++) loads.push(await load(stage, crowd))
    const took = loads.map(({ ms }) => ms)
    const bytes = loads.map((each) => each.bytes)
    return [
      {
        figure: 'first rows painted after',
        reach: `≤ ${REACH_MS} ms`,
        measured: `${median(took).toFixed(0)} ms (${rounds(took)})`,
        ok: median(took) <= REACH_MS,
      },
      {
        figure: 'first page of rows: bytes over the wire',
        reach: `≤ ${REACH_BYTES / 1000} KB`,
        measured: `${(median(bytes) / 1000).toFixed(0)} KB`,
        ok: median(bytes) <= REACH_BYTES,
      },
    ]
  },
}

interface Load {
  readonly ms: number
  readonly bytes: number
}

/** Opens the page once. */
export async function load(stage: Stage, { app }: Crowd): Promise<Load> {
  const tab = await newTab(await stage.browser())
  try {
    const pages = new Set<string>()
    const bytes = new Promise<number>((resolve) => {
      tab.cdp.on('Network.requestWillBeSent', ({ requestId, request }) => {
        if (new URL(request.url).pathname === '/api/machines') pages.add(requestId)
      })
      tab.cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        if (pages.has(requestId)) resolve(encodedDataLength)
      })
    })
    await tab.cdp.send('Network.enable')
    const watch = await watchPaint(tab.page, '[data-key]')
    const { painted } = await watch.expect('')
    const began = Date.now()
    await tab.page.goto(app.address, { waitUntil: 'commit' })
    return { ms: (await painted) - began, bytes: await bytes }
  } finally {
    await tab.close()
  }
}
