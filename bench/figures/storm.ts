import type { Figure } from '../figure.ts'
import { median, rounds } from '../quantiles.ts'
import { STORM } from '../shared-clusters.ts'
import { paintOnLists } from './event-to-paint.ts'
import { load } from './first-rows.ts'
import { memoryOfBoth } from './memory.ts'

const LOADS = 5
const REACH_MS = 1_000

/** The figures of reading on the largest cluster that is promised. */
export const storm: Figure = {
  name: 'storm',
  method:
    `Measured as in \`rows\` (median of ${LOADS} loads), \`paint\` and \`memory\`, with ` +
    `${STORM.nodes} nodes and ${STORM.csrs} requests in a real control plane.`,
  async measure(stage) {
    const crowd = await stage.storm()
    const took: number[] = []
    for (let i = 0; i < LOADS; i++) took.push((await load(stage, crowd)).ms)
    const rows = [
      {
        figure: 'first rows painted after',
        reach: `≤ ${REACH_MS} ms`,
        measured: `${median(took).toFixed(0)} ms (${rounds(took)})`,
        ok: median(took) <= REACH_MS,
      },
      ...(await paintOnLists(stage, crowd, { p50: 250, p99: 250 })),
      ...(await memoryOfBoth(stage, crowd, { rss: 1_200, heap: 40 })),
    ]
    return rows.map((row) => ({ ...row, figure: `storm: ${row.figure}` }))
  },
}
