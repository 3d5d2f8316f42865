import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, type Figure, type Measured } from '../figure.ts'
import { heapBytes } from '../paint-watch.ts'
import { memoryOf } from '../process-use.ts'
import { CROWD, type Crowd, type Rig } from '../rig.ts'

const SETTLE_MS = 10_000

/** Memory of server and browser for the large cluster. */
export const memory: Figure = {
  name: 'memory',
  method:
    `With ${CROWD.nodes} nodes and ${CROWD.csrs} requests: the app’s resident set (VmRSS of ` +
    '/proc/<pid>/status, nothing is asked of its garbage collector) after it has served all of ' +
    'the figures above and a browser has been connected for ' +
    `${SETTLE_MS / 1000} s; its peak (VmHWM) is given. Page heap: live bytes of JavaScript after ` +
    'two collections, on the Machines page.',
  measure: async (rig) => memoryOfBoth(rig, await rig.crowd(), { rss: 300, heap: 100 }),
}

/** One line for the server and one for the page, with the targets in megabytes. */
export async function memoryOfBoth(
  rig: Rig,
  { app }: Crowd,
  most: { readonly rss: number; readonly heap: number },
): Promise<readonly Measured[]> {
  await using tab = await rig.tab()
  await tab.open(app.address)
  await sleep(SETTLE_MS)
  const heap = (await heapBytes(tab.cdp)) / 1e6
  const { rss, peak } = memoryOf(app.pid)
  return [
    atMost('server memory with those lists', most.rss, rss, {
      unit: 'MB RSS',
      more: `peak ${peak.toFixed(0)}`,
    }),
    atMost('page heap with those lists', most.heap, heap, { unit: 'MB' }),
  ]
}
