import { atMost, type Figure } from '../figure.ts'
import { repeated } from '../quantiles.ts'
import { STORM } from '../rig.ts'
import { paintOnLists } from './event-to-paint.ts'
import { firstRowsAfter, load } from './first-rows.ts'
import { memoryOfBoth } from './memory.ts'
import { start } from './start-ready.ts'

const LOADS = 5

/** The figures of a start and of reading on the largest cluster that is promised. */
export const storm: Figure = {
  name: 'storm',
  rare: true,
  method:
    `Measured as in \`start\` (once, with a browser), \`rows\` (median of ${LOADS} loads), \`paint\` and ` +
    `\`memory\`, with ${STORM.nodes} nodes and ${STORM.csrs} requests in a real control plane.`,
  async measure(rig) {
    const crowd = await rig.crowd(STORM)
    const { ready, processor, rss, peak, rows } = await start(rig, crowd, true)
    const loads = await repeated(LOADS, () => load(rig, crowd))
    const lines = [
      atMost('start → ready', 20, ready, { unit: 's', digits: 1 }),
      atMost('the same, processor time', 25, processor, { unit: 's', digits: 1 }),
      atMost('the same, memory', 900, rss, { unit: 'MB RSS', more: `peak ${peak.toFixed(0)}` }),
      atMost('start → first rows painted', 3, rows, { unit: 's', digits: 1 }),
      firstRowsAfter(1_000, loads),
      ...(await paintOnLists(rig, crowd, { p50: 250, p99: 250 })),
      ...(await memoryOfBoth(rig, crowd, { rss: 1_200, heap: 40 })),
    ]
    return lines.map((line) => ({ ...line, figure: `storm: ${line.figure}` }))
  },
}
