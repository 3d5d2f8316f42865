import { setTimeout as sleep } from 'node:timers/promises'
import { Agent } from 'undici'
import { atMost, type Figure } from '../figure.ts'
import { openPage, pagesAt, settledTotal } from '../page-client.ts'
import { processorSeconds } from '../process-use.ts'
import { quantile, spread } from '../quantiles.ts'
import { CROWD } from '../rig.ts'

const PAGES = 200
const EVENTS = 1_000

/** Many people with the page open during a burst. */
export const pages: Figure = {
  name: 'pages',
  method:
    `${PAGES} open Machines pages on ${CROWD.nodes} nodes and ${CROWD.csrs} requests: plain HTTP clients of ` +
    'one process, each with a stream and the browser’s questions (summary and first rows, ETag, one ' +
    'question a topic at a time, the same rest after each answer). ' +
    `${EVENTS} requests of new machines are filed as fast as the API server takes them. Current: the ` +
    'page’s rows and summary both count them all, from the last write; p99 over the pages. Cores: ' +
    'processor time of the app from the first write until all pages are current.',
  async measure(rig) {
    const { app, cluster } = await rig.crowd()
    const agent = new Agent({ connections: null, headersTimeout: 60_000, bodyTimeout: 0 })
    const place = await pagesAt(rig, app.api, agent)
    const headers = { authorization: `Bearer ${app.key}` }
    const open = Array.from({ length: PAGES }, () => openPage(place, headers))
    await Promise.all(open.map(({ ready }) => ready))
    await sleep(5_000)
    const before = await settledTotal(open)
    const [began, usedBefore] = [Date.now(), processorSeconds(app.pid)]
    const { perSecond } = await cluster.churn({ kind: 'csr-create', events: EVENTS })
    const ended = Date.now()
    const late = await Promise.all(
      open.map(async (page) => (await page.reached(before + EVENTS)) - ended),
    )
    const seconds = (Date.now() - began) / 1000
    const cores = (processorSeconds(app.pid) - usedBefore) / seconds
    const asked = open.reduce((sum, { asked }) => sum + asked(), 0)
    return [
      atMost(
        `${PAGES} pages, ${EVENTS} events: all current after the last, p99`,
        1_000,
        quantile(late, 0.99),
        {
          unit: 'ms',
          more: `${spread(late, [0.5])}; ${perSecond.toFixed(0)} events/s, ${asked} answers`,
        },
      ),
      atMost('server processor meanwhile', 1, cores, {
        unit: 'core',
        digits: 2,
        more: `over ${seconds.toFixed(1)} s`,
      }),
    ]
  },
}
