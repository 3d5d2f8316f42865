import { setTimeout as sleep } from 'node:timers/promises'
import { floodFrom } from '#e2e/approver/flood-requests.ts'
import { kubeClient } from '#e2e/fixtures/kube-client.ts'
import { delays, type Filed } from '../approver-site.ts'
import type { Figure } from '../figure.ts'
import { quantile } from '../quantiles.ts'

const FLOOD = 20_000
const OTHERS = 20
/** Requests of the flood between two requests of other machines. */
const EVERY = 200
/** Pause between other machines' requests after the flood. */
const PAUSE_MS = 100
const REACH_MS = 2_000
const SETTLED_WITHIN_MS = 30_000

/** Whether a flooding machine delays the others. */
export const flood: Figure = {
  name: 'flood',
  appless: true,
  method:
    `One node files ${FLOOD} serving requests over 16 connections, by turns one that would be ` +
    'approved but for their number and one for another machine’s address, each signed anew with ' +
    `one of 16 keys. ${OTHERS} other machines file over a connection of their own, by turns, one ` +
    `at every ${EVERY}th request of the flood, and each once more, ${PAUSE_MS} ms apart, right ` +
    `after its last. Measured as in \`approve\`, over all requests of the others.`,
  async measure(stage) {
    const site = await stage.approverSite({ name: 'flood', mode: 'act' })
    const others = kubeClient(site.cluster.kubeconfigs.admin)
    try {
      const [flooding, victim, ...machines] = await site.join(OTHERS + 2)
      if (flooding === undefined || victim === undefined) throw new Error('no machines')
      await site.start('one')
      const during: Promise<Filed>[] = []
      const began = performance.now()
      await floodFrom(site.admin, { ...flooding, victim: victim.address, count: FLOOD }, (n) => {
        const machine = machines[(n / EVERY) % OTHERS]
        if (n % EVERY === 0 && machine !== undefined) during.push(site.file(machine, others))
      })
      const seconds = (performance.now() - began) / 1000
      const filed = await Promise.all(during)
      const after: Filed[] = []
      for (const machine of machines) {
        after.push(await site.file(machine, others))
        await sleep(PAUSE_MS)
      }
      await site.settle([...filed, ...after], SETTLED_WITHIN_MS)
      const writes = site.writes()
      const [whileFlooded, flooded] = [delays(filed, writes), delays(after, writes)]
      const took = [...whileFlooded, ...flooded]
      const ofFlood = writes.length - took.filter(Number.isFinite).length
      return [
        {
          figure: `flood of ${FLOOD} requests of one node: other machines approved, worst`,
          reach: `≤ ${REACH_MS / 1000} s`,
          measured:
            `${s(Math.max(...took))} (p50 ${s(quantile(took, 0.5))}, p95 ${s(quantile(took, 0.95))}; ` +
            `${whileFlooded.length} during: worst ${s(Math.max(...whileFlooded))}, ` +
            `${flooded.length} after: worst ${s(Math.max(...flooded))}; filed in ` +
            `${seconds.toFixed(0)} s, ${ofFlood} of them approved before the brake)`,
          ok: Math.max(...took) <= REACH_MS,
        },
      ]
    } finally {
      await others.close()
      await site.end()
    }
  },
}

function s(milliseconds: number): string {
  return Number.isFinite(milliseconds) ? `${(milliseconds / 1000).toFixed(2)} s` : 'never'
}
