import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/**
 * Runs `work` with the later half of the cores for the process of `launch`, as on a machine of its
 * own; `work` must end that process. Needs `taskset` (util-linux) and two cores.
 */
export async function apart<Launched, Result>(
  launch: () => Promise<Launched>,
  work: (launched: Launched) => Promise<Result>,
): Promise<Result> {
  const own = coresOf(process.pid)
  const cores = each(own ?? '')
  if (cores.length < 2) throw new Error('There is one core: nothing can be kept apart.')
  const half = Math.floor(cores.length / 2)
  const [first, second] = [cores.slice(0, half).join(), cores.slice(half).join()]
  const before = new Map([process.pid, ...started()].map((pid) => [pid, coresOf(pid)]))
  try {
    for (const pid of started()) allow(pid, first)
    // A child process inherits the cores of its parent.
    allow(process.pid, second)
    const launched = await launch()
    allow(process.pid, first)
    return await work(launched)
  } finally {
    // Processes started meanwhile inherited this process's cores.
    for (const pid of [process.pid, ...started()]) allow(pid, before.get(pid) ?? own ?? '')
  }
}

/** Cores a process may use, as `taskset` takes them: `0-3,8`. Null once it has ended. */
function coresOf(pid: number): string | null {
  return statusOf(pid, 'Cpus_allowed_list')
}

/** The numbers in `0-3,8`. */
function each(cores: string): readonly number[] {
  return cores.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, at) => from + at)
  })
}

/** Sets the cores of all its threads. */
function allow(pid: number, cores: string): void {
  try {
    execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', cores, `${pid}`], {
      stdio: 'ignore',
    })
  } catch (error) {
    // The process may have ended meanwhile.
    if (pid === process.pid) throw error
  }
}

/** Descendants of this process. */
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

/** Null once the process has ended. */
function parentOf(pid: number): number | null {
  const parent = statusOf(pid, 'PPid')
  return parent === null ? null : Number(parent)
}

/** Null once the process has ended. */
function statusOf(pid: number, field: string): string | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return new RegExp(`^${field}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? null
  } catch {
    return null
  }
}
