import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { atMost, type Figure } from '../figure.ts'
import { median, repeated, rounds } from '../quantiles.ts'
import type { Rig } from '../rig.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const ROUNDS = 3

/** Time until the demo is usable for a stranger who has installed and built it. */
export const demoStart: Figure = {
  name: 'demo',
  method:
    'From the start of `npm run demo` (installed and built) to two frames after the first machine ' +
    'stood in the page of a browser that was running already and opens the printed address at ' +
    `once, with an empty cache. Median of ${ROUNDS}.`,
  async measure(rig) {
    const took = await repeated(ROUNDS, () => startDemo(rig))
    return [
      atMost('demo: from command to first painted machine', 5, median(took), {
        unit: 's',
        digits: 1,
        more: rounds(took, 1),
      }),
    ]
  },
}

async function startDemo(rig: Rig): Promise<number> {
  await using tab = await rig.tab()
  const began = Date.now()
  const started = spawn('npm', ['run', '-s', 'demo', '--', '--port', '0'], {
    cwd: ROOT,
    // A process group of its own, so that npm and its children end together.
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await using demo = await rig.own(started, interrupt)
  return ((await tab.open(await printedAddress(demo))) - began) / 1000
}

async function printedAddress(demo: ChildProcess): Promise<string> {
  if (demo.stdout === null) throw new Error('the demo has no output')
  const late = setTimeout(() => demo.kill('SIGTERM'), 60_000)
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
