import { setTimeout as sleep } from 'node:timers/promises'
import { floodFrom } from '#e2e/approver/flood-requests.ts'
import { kubeClient } from '#e2e/fixtures/kube-client.ts'
import { delays, type Filed } from '../approver-site.ts'
import { atMost, type Figure } from '../figure.ts'
import { spread } from '../quantiles.ts'

const FLOOD = 20_000
const OTHERS = 20
/** Requests of the flood between two requests of other machines. */
const EVERY = 200
/** Pause between other machines' requests after the flood. */
const PAUSE_MS = 100

/** Whether a flooding machine delays the others. */
export const flood: Figure = {
  name: 'flood',
  rare: true,
  appless: true,
  method:
    `One node files ${FLOOD} serving requests over 16 connections, by turns one that would be ` +
    'approved but for their number and one for another machine’s address, each signed anew with ' +
    `one of 16 keys. ${OTHERS} other machines file over a connection of their own, by turns, one ` +
    `at every ${EVERY}th request of the flood, and each once more, ${PAUSE_MS} ms apart, right ` +
    `after its last. Measured as in \`approve\`, over all requests of the others.`,
  async measure(rig) {
    const site = await rig.approverSite({ name: 'flood', mode: 'act' })
    const others = await rig.own(kubeClient(site.cluster.kubeconfigs.admin), (it) => it.close())
    const [flooding, victim, ...machines] = await site.join(OTHERS + 2)
    if (flooding === undefined || victim === undefined) throw new Error('no machines')
    await site.start('one')
    const during: Promise<Filed>[] = []
    const began = performance.now()
    await floodFrom(site.admin, { ...flooding, victim: victim.address, count: FLOOD }, (n) => {
      const machine = machines[(n / EVERY) % OTHERS]
      if (n % EVERY === 0 && machine !== undefined) during.push(site.file(machine, others))
    })
    const filedIn = (performance.now() - began) / 1000
    const filed = await Promise.all(during)
    const after: Filed[] = []
    for (const machine of machines) {
      after.push(await site.file(machine, others))
      await sleep(PAUSE_MS)
    }
    await site.settle([...filed, ...after])
    const writes = site.writes()
    const seconds = (each: readonly Filed[]) => delays(each, writes).map((ms) => ms / 1000)
    const [flooded, calm] = [seconds(filed), seconds(after)]
    const took = [...flooded, ...calm]
    const ofFlood = writes.length - took.filter(Number.isFinite).length
    return [
      atMost(
        `flood of ${FLOOD} requests of one node: other machines approved, worst`,
        2,
        Math.max(...took),
        {
          unit: 's',
          digits: 2,
          more:
            `${spread(took, [0.5, 0.95], 2)}; ${filed.length} during: ${spread(flooded, [1], 2)}, ` +
            `${after.length} after: ${spread(calm, [1], 2)}; filed in ` +
            `${filedIn.toFixed(0)} s, ${ofFlood} of them approved before the brake`,
        },
      ),
    ]
  },
}
