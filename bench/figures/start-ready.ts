import { setTimeout as sleep } from 'node:timers/promises'
import { type App, startApp } from '#e2e/fixtures/app.ts'
import type { Figure } from '../figure.ts'
import { newTab, watchPaint } from '../paint-watch.ts'
import { processorSeconds } from '../process-use.ts'
import { median, rounds } from '../quantiles.ts'
import { type Crowd, NODES, REQUESTS, type Stage } from '../shared-clusters.ts'

const ROUNDS = 3
const REACH_SECONDS = 4
const REACH_PROCESSOR_SECONDS = 4

interface Start {
  /** Seconds from the start of the process until `/readyz` answers 200. */
  readonly ready: number
  /** Processor seconds of the process until then. */
  readonly processor: number
}

/** Time until a process that was just started decides by a large cluster. */
export const startReady: Figure = {
  name: 'start',
  method:
    `\`npm start\` on a control plane with ${NODES} nodes and ${REQUESTS} pending requests, each with ` +
    'a key of its own, its compile cache filled: from the start of the process to the first 200 of ' +
    '`/readyz`, asked every 100 ms, and the processor time of all its threads until then (from ' +
    `/proc/<pid>/stat). Median of ${ROUNDS}. Then as often with a browser that was running already ` +
    'and opens the printed address at once: from the start of the process to two frames after the ' +
    'first row stood in the window, beside when that process was ready.',
  async measure(stage) {
    const crowd = await stage.crowd()
    const starts: Start[] = []
    for (let i = 0; i < ROUNDS; i++) starts.push(await start(crowd))
    const watched: Painted[] = []
    for (let i = 0; i < ROUNDS; i++) watched.push(await startWatched(stage, crowd))
    const ready = starts.map((each) => each.ready)
    const processor = starts.map((each) => each.processor)
    const rows = watched.map((each) => each.rows)
    return [
      {
        figure: 'start → ready',
        reach: `≤ ${REACH_SECONDS} s`,
        measured: `${median(ready).toFixed(1)} s (${rounds(ready, 1)})`,
        ok: median(ready) <= REACH_SECONDS,
      },
      {
        figure: 'the same, processor time',
        reach: `≤ ${REACH_PROCESSOR_SECONDS} s`,
        measured: `${median(processor).toFixed(1)} s (${rounds(processor, 1)})`,
        ok: median(processor) <= REACH_PROCESSOR_SECONDS,
      },
      {
        figure: 'start → first rows painted',
        reach: 'before ready',
        measured: `${median(rows).toFixed(1)} s (${watched.map(inWords).join('; ')})`,
        ok: watched.every((each) => each.rows < each.ready),
      },
    ]
  },
}

interface Painted {
  readonly rows: number
  readonly ready: number
}

function inWords({ rows, ready }: Painted): string {
  return `${rows.toFixed(1)}, ready after ${ready.toFixed(1)}`
}

async function start({ cluster }: Crowd): Promise<Start> {
  const began = Date.now()
  const app = await startApp({ kubeconfig: cluster.kubeconfigs.approver, unready: true })
  try {
    await untilReady(app)
    const processor = processorSeconds(app.pid)
    return { ready: (Date.now() - began) / 1000, processor }
  } finally {
    await app.stop()
  }
}

async function startWatched(stage: Stage, { cluster }: Crowd): Promise<Painted> {
  const tab = await newTab(await stage.browser())
  const watch = await watchPaint(tab.page, '[data-key]')
  const began = Date.now()
  const app = await startApp({ kubeconfig: cluster.kubeconfigs.approver, unready: true })
  try {
    const { painted } = await watch.expect('')
    const ready = untilReady(app).then(() => Date.now())
    await tab.page.goto(app.address, { waitUntil: 'commit' })
    return { rows: ((await painted) - began) / 1000, ready: ((await ready) - began) / 1000 }
  } finally {
    await tab.close()
    await app.stop()
  }
}

async function untilReady(app: App): Promise<void> {
  while ((await fetch(`${app.api}/readyz`)).status !== 200) await sleep(100)
}
