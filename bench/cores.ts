import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/**
 * Runs `work` with the later half of the cores for the process that `launch` begins, and the
 * others for all else that this process has started: as if it ran on a machine of its own. What
 * `launch` begins has to be ended by `work`. Needs `taskset` (util-linux) and two cores.
 */
export async function apart<Launched, Result>(
  launch: () => Promise<Launched>,
  work: (launched: Launched) => Promise<Result>,
): Promise<Result> {
  const count = cpus().length
  if (count < 2) throw new Error('There is one core: nothing can be kept apart.')
  const half = Math.floor(count / 2)
  const [first, second, all] = [`0-${half - 1}`, `${half}-${count - 1}`, `0-${count - 1}`]
  try {
    for (const pid of started()) allow(pid, first)
    // A process begins where the one that starts it is allowed to be.
    allow(process.pid, second)
    const launched = await launch()
    allow(process.pid, first)
    return await work(launched)
  } finally {
    for (const pid of [process.pid, ...started()]) allow(pid, all)
  }
}

/** All its threads. */
function allow(pid: number, cores: string): void {
  try {
    execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', cores, `${pid}`], {
      stdio: 'ignore',
    })
  } catch (error) {
    // It may have ended meanwhile.
    if (pid === process.pid) throw error
  }
}

/** The processes below this one. */
function started(): readonly number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const parent = Number.isInteger(pid) ? parentOf(pid) : null
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const below = (pid: number): number[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)])
  return below(process.pid)
}

/** Null: it has ended. */
function parentOf(pid: number): number | null {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return null
  }
}
