import { atMost, type Figure } from '../figure.ts'
import { memoryOf, processorSeconds } from '../process-use.ts'
import { median, repeated, rounds } from '../quantiles.ts'
import { CROWD, type Crowd, type Rig, untilReady } from '../rig.ts'

const ROUNDS = 3

interface Start {
  /** Seconds from the start of the process until `/readyz` answers 200. */
  readonly ready: number
  /** Processor seconds of the process until then. */
  readonly processor: number
  /** Megabytes of its resident set then, and at most until then. */
  readonly rss: number
  readonly peak: number
  /** Seconds until the first row was painted; NaN without a browser. */
  readonly rows: number
}

/** Time until a process that was just started decides by a large cluster. */
export const startReady: Figure = {
  name: 'start',
  method:
    `\`npm start\` on a control plane with ${CROWD.nodes} nodes and ${CROWD.csrs} pending requests, each with ` +
    'a key of its own, its compile cache filled: from the start of the process to the first 200 of ' +
    '`/readyz`, asked every 100 ms, and the processor time of all its threads until then (from ' +
    `/proc/<pid>/stat). Median of ${ROUNDS}. Then as often with a browser that was running already ` +
    'and opens the printed address at once: from the start of the process to two frames after the ' +
    'first row stood in the window, beside when that process was ready.',
  async measure(rig) {
    const crowd = await rig.crowd()
    const starts = await repeated(ROUNDS, () => start(rig, crowd, false))
    const [ready, processor] = [starts.map((it) => it.ready), starts.map((it) => it.processor)]
    const watched = await repeated(ROUNDS, () => start(rig, crowd, true))
    const each = watched.map((it) => `${it.rows.toFixed(1)}, ready after ${it.ready.toFixed(1)}`)
    return [
      atMost('start → ready', 4, median(ready), { unit: 's', digits: 1, more: rounds(ready, 1) }),
      atMost('the same, processor time', 4, median(processor), {
        unit: 's',
        digits: 1,
        more: rounds(processor, 1),
      }),
      {
        figure: 'start → first rows painted',
        reach: 'before ready',
        measured: `${median(watched.map((it) => it.rows)).toFixed(1)} s (${each.join('; ')})`,
        ok: watched.every((it) => it.rows < it.ready),
      },
    ]
  },
}

/** Starts the app once; `isWatched`: with a browser that opens it at once. */
export async function start(rig: Rig, { cluster }: Crowd, isWatched: boolean): Promise<Start> {
  await using tab = isWatched ? await rig.tab() : null
  const began = Date.now()
  const secondsUntil = (at: number) => (at - began) / 1000
  await using app = await rig.app({ kubeconfig: cluster.kubeconfigs.approver, unready: true })
  const ready = async () => {
    await untilReady(app)
    const processor = processorSeconds(app.pid)
    return { ready: secondsUntil(Date.now()), processor, ...memoryOf(app.pid) }
  }
  const [then, painted = Number.NaN] = await Promise.all([ready(), tab?.open(app.address)])
  return { ...then, rows: secondsUntil(painted) }
}
