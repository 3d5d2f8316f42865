import { atMost, type Figure, type Measured } from '../figure.ts'
import { median, repeated, rounds } from '../quantiles.ts'
import { CROWD, type Crowd, type Rig } from '../rig.ts'

const LOADS = 7

/** Cost of opening the page on a large cluster. */
export const firstRows: Figure = {
  name: 'rows',
  method:
    `The Machines page with ${CROWD.nodes} nodes and ${CROWD.csrs} requests, opened by a browser that has ` +
    'never been there: from the start of the navigation (HTML, scripts, sign-in, summary, rows) to two ' +
    'frames after the first row stood in the window. Bytes: what came over the wire for ' +
    '`GET /api/machines`, headers and all, as the browser counts it. ' +
    `Median of ${LOADS} loads.`,
  async measure(rig) {
    const crowd = await rig.crowd()
    const loads = await repeated(LOADS, () => load(rig, crowd))
    const bytes = median(loads.map((each) => each.bytes))
    return [
      firstRowsAfter(400, loads),
      atMost('first page of rows: bytes over the wire', 30, bytes / 1000, { unit: 'KB' }),
    ]
  },
}

export function firstRowsAfter(most: number, loads: readonly Load[]): Measured {
  const took = loads.map(({ ms }) => ms)
  return atMost('first rows painted after', most, median(took), { unit: 'ms', more: rounds(took) })
}

interface Load {
  readonly ms: number
  readonly bytes: number
}

/** Opens the page once. */
export async function load(rig: Rig, { app }: Crowd): Promise<Load> {
  await using tab = await rig.tab()
  const bytes = Promise.withResolvers<number>()
  const pages = new Set<string>()
  tab.cdp.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (new URL(request.url).pathname === '/api/machines') pages.add(requestId)
  })
  tab.cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (pages.has(requestId)) bytes.resolve(encodedDataLength)
  })
  await tab.cdp.send('Network.enable')
  const began = Date.now()
  const painted = await tab.open(app.address)
  return { ms: painted - began, bytes: await bytes.promise }
}
