import { setTimeout as sleep } from 'node:timers/promises'
import { eachOf } from '#e2e/approver/traffic-requests.ts'
import { delays, type Filed } from '../approver-site.ts'
import { atMost, type Figure } from '../figure.ts'
import { memoryOf } from '../process-use.ts'
import { quantile, spread } from '../quantiles.ts'

const ONE_BY_ONE = 200
const AT_ONCE = 500
/** Random pause before the next request is filed. */
const PAUSE_MS = { least: 50, most: 150 }

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
  async measure(rig) {
    const site = await rig.approverSite({ name: 'approve', mode: 'act' })
    const machines = await site.join(ONE_BY_ONE + AT_ONCE)
    const approver = await site.start('one')
    const alone: Filed[] = []
    for (const machine of machines.slice(0, ONE_BY_ONE)) {
      alone.push(await site.file(machine))
      await sleep(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least))
    }
    await site.settle(alone)
    const together: Filed[] = []
    await eachOf(machines.slice(ONE_BY_ONE), async (it) => together.push(await site.file(it)))
    await site.settle(together)
    const { rss, peak } = memoryOf(approver.pid)
    const writes = site.writes()
    const took = delays(alone, writes)
    const crowded = delays(together, writes)
    const unasked = site.ports === null ? '; no port could be asked' : ''
    return [
      atMost('serving request created → approved, p95', 60, quantile(took, 0.95), {
        unit: 'ms',
        more: spread(took, [0.5, 1]) + unasked,
      }),
      atMost(`the same, ${AT_ONCE} at once, p95`, 1_000, quantile(crowded, 0.95), {
        unit: 'ms',
        more: spread(crowded, [0.5, 1]),
      }),
      atMost('approver memory after those', 120, rss, {
        unit: 'MB RSS',
        more: `peak ${peak.toFixed(0)}`,
      }),
    ]
  },
}
