import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Figure } from '../figure.ts'
import { newTab, watchPaint } from '../paint-watch.ts'
import { median, rounds } from '../quantiles.ts'
import type { Stage } from '../shared-clusters.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const ROUNDS = 3
const REACH_SECONDS = 5
const OPEN_WITHIN_MS = 60_000

/** Time until the demo is usable for a stranger who has installed and built it. */
export const demoStart: Figure = {
  name: 'demo',
  method:
    'From the start of `npm run demo` (installed and built) to two frames after the first machine ' +
    'stood in the page of a browser that was running already and opens the printed address at ' +
    `once, with an empty cache. Median of ${ROUNDS}.`,
  async measure(stage) {
    const took: number[] = []
    for (let i = 0; i < ROUNDS; i++) took.push(await startDemo(stage))
    return [
      {
        figure: 'demo: from command to first painted machine',
        reach: `≤ ${REACH_SECONDS} s`,
        measured: `${median(took).toFixed(1)} s (${rounds(took, 1)})`,
        ok: median(took) <= REACH_SECONDS,
      },
    ]
  },
}

async function startDemo(stage: Stage): Promise<number> {
  const tab = await newTab(await stage.browser())
  const watch = await watchPaint(tab.page, '[data-key]')
  const { painted } = await watch.expect('')
  const began = Date.now()
  const demo = spawn('npm', ['run', '-s', 'demo', '--', '--port', '0'], {
    cwd: ROOT,
    // A process group of its own, so that npm and its children end together.
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    await tab.page.goto(await printedAddress(demo))
    return ((await painted) - began) / 1000
  } finally {
    await tab.close()
    await interrupt(demo)
  }
}

async function printedAddress(demo: ChildProcess): Promise<string> {
  if (demo.stdout === null) throw new Error('the demo has no output')
  const late = setTimeout(() => demo.kill('SIGTERM'), OPEN_WITHIN_MS)
  try {
    for await (const line of createInterface({ input: demo.stdout })) {
      const address = /^Open (http:\S+)/.exec(line)?.[1]
      if (address !== undefined) return address
    }
  } finally {
    clearTimeout(late)
  }
  throw new Error('the demo ended without an address to open')
}

/** Sends SIGINT like Ctrl-C; resolves when the process has ended. */
async function interrupt(demo: ChildProcess): Promise<void> {
  if (demo.pid === undefined || demo.exitCode !== null || demo.signalCode !== null) return
  const exited = once(demo, 'exit')
  const group = -demo.pid
  process.kill(group, 'SIGINT')
  const hard = setTimeout(() => process.kill(group, 'SIGKILL'), 10_000)
  await exited
  clearTimeout(hard)
}
