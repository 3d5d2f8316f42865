import { setTimeout as sleep } from 'node:timers/promises'
import { Agent } from 'undici'
import type { Figure } from '../figure.ts'
import { openPage, settledTotal } from '../page-client.ts'
import { processorSeconds } from '../process-use.ts'
import { quantile } from '../quantiles.ts'
import { NODES, REQUESTS } from '../shared-clusters.ts'

const PAGES = 200
const EVENTS = 1_000
const REACH_MS = 1_000
const REACH_CORES = 1

/** Many people with the page open during a burst. */
export const pages: Figure = {
  name: 'pages',
  method:
    `${PAGES} open Machines pages on ${NODES} nodes and ${REQUESTS} requests: plain HTTP clients of ` +
    'one process, each with a stream and the browser’s questions (summary and first rows, ETag, one ' +
    'question a topic at a time, the same rest after each answer). ' +
    `${EVENTS} requests of new machines are filed as fast as the API server takes them. Current: the ` +
    'page’s rows and summary both count them all, from the last write; p99 over the pages. Cores: ' +
    'processor time of the app from the first write until all pages are current.',
  async measure(stage) {
    const crowd = await stage.crowd()
    const agent = new Agent({ connections: null, headersTimeout: 60_000, bodyTimeout: 0 })
    const ending = new AbortController()
    const { api: origin, key } = crowd.app
    const of = { origin, headers: { authorization: `Bearer ${key}` }, agent }
    const open = Array.from({ length: PAGES }, () => openPage({ ...of, signal: ending.signal }))
    try {
      await Promise.all(open.map(({ ready }) => ready))
      await sleep(5_000)
      const before = await settledTotal(open)
      const [began, usedBefore] = [Date.now(), processorSeconds(crowd.app.pid)]
      const { perSecond } = await crowd.cluster.churn({ kind: 'csr-create', events: EVENTS })
      const ended = Date.now()
      const late = await Promise.all(
        open.map(async (page) => (await page.reached(before + EVENTS)) - ended),
      )
      const seconds = (Date.now() - began) / 1000
      const cores = (processorSeconds(crowd.app.pid) - usedBefore) / seconds
      const [p50, p99] = [quantile(late, 0.5), quantile(late, 0.99)]
      const asked = open.reduce((sum, { asked }) => sum + asked(), 0)
      return [
        {
          figure: `${PAGES} pages, ${EVENTS} events: all current after the last, p99`,
          reach: `≤ ${REACH_MS} ms`,
          measured: `${p99.toFixed(0)} ms (p50 ${p50.toFixed(0)}; ${perSecond.toFixed(0)} events/s, ${asked} answers)`,
          ok: p99 <= REACH_MS,
        },
        {
          figure: 'server processor meanwhile',
          reach: `≤ ${REACH_CORES} core`,
          measured: `${cores.toFixed(2)} cores over ${seconds.toFixed(1)} s`,
          ok: cores <= REACH_CORES,
        },
      ]
    } finally {
      ending.abort()
      await agent.destroy()
    }
  },
}
