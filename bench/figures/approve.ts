import { setTimeout as sleep } from 'node:timers/promises'
import { eachOf } from '#e2e/approver/traffic-requests.ts'
import { type ApproverSite, delays, type Filed, type SiteMachine } from '../approver-site.ts'
import type { Figure } from '../figure.ts'
import { memoryOf } from '../process-use.ts'
import { quantile } from '../quantiles.ts'

const ONE_BY_ONE = 200
const AT_ONCE = 500
/** Random pause before the next request is filed. */
const PAUSE_MS = { least: 50, most: 150 }
const REACH = { aloneMs: 60, togetherMs: 1_000, rssMb: 120 }
const SETTLED_WITHIN_MS = 60_000

/** Time that a joining machine waits for the approval of its serving request. */
export const approve: Figure = {
  name: 'approve',
  appless: true,
  method:
    'The approver acting, as a process of its own with the rights of its manifest, on a control ' +
    `plane that issues; ${ONE_BY_ONE + AT_ONCE} machines, each with a Node and a Machine, are ` +
    'there before. It asks the port of each what it presents before it approves, as it does unless ' +
    'told otherwise: they answer as a kubelet does that has no certificate yet (without root they ' +
    `cannot be had, and nobody is asked). ${ONE_BY_ONE} of them file a serving request, ` +
    `${PAUSE_MS.least}–${PAUSE_MS.most} ms apart, then the other ${AT_ONCE} theirs together, as ` +
    'fast as 16 connections take them. From just before the key and the request are made and sent ' +
    'to the approval being stored and answered, by the API server’s audit log (`stageTimestamp` ' +
    'of the PUT to /approval); both clocks are the same machine’s. Memory: VmRSS of the approver ' +
    'when all are approved, started as by `npm run approver` with its compile cache filled.',
  async measure(stage) {
    const site = await stage.approverSite({ name: 'approve', mode: 'act' })
    try {
      const machines = await site.join(ONE_BY_ONE + AT_ONCE)
      const approver = await site.start('one')
      const alone = await oneByOne(site, machines.slice(0, ONE_BY_ONE))
      const together: Filed[] = []
      await eachOf(machines.slice(ONE_BY_ONE), async (it) => together.push(await site.file(it)))
      await site.settle(together, SETTLED_WITHIN_MS)
      const { rss, peak } = memoryOf(approver.pid)
      const writes = site.writes()
      const took = delays(alone, writes)
      const crowded = delays(together, writes)
      return [
        {
          figure: 'serving request created → approved, p95',
          reach: `≤ ${REACH.aloneMs} ms`,
          measured: spread(took) + (site.ports === null ? '; no port could be asked' : ''),
          ok: quantile(took, 0.95) <= REACH.aloneMs,
        },
        {
          figure: `the same, ${AT_ONCE} at once, p95`,
          reach: `≤ ${REACH.togetherMs} ms`,
          measured: spread(crowded),
          ok: quantile(crowded, 0.95) <= REACH.togetherMs,
        },
        {
          figure: 'approver memory after those',
          reach: `≤ ${REACH.rssMb} MB RSS`,
          measured: `${rss.toFixed(0)} MB (peak ${peak.toFixed(0)})`,
          ok: rss <= REACH.rssMb,
        },
      ]
    } finally {
      await site.end()
    }
  },
}

async function oneByOne(
  site: ApproverSite,
  machines: readonly SiteMachine[],
): Promise<readonly Filed[]> {
  const filed: Filed[] = []
  for (const machine of machines) {
    filed.push(await site.file(machine))
    await sleep(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least))
  }
  await site.settle(filed, SETTLED_WITHIN_MS)
  return filed
}

function spread(took: readonly number[]): string {
  const worst = ms(Math.max(...took))
  return `${ms(quantile(took, 0.95))} (p50 ${ms(quantile(took, 0.5))}, worst ${worst})`
}

function ms(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(0)} ms` : 'never'
}
