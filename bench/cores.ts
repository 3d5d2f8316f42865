import { execFileSync } from 'node:child_process'

/**
 * Runs `work` with the later half of the cores for what `launch` starts, and the others for this
 * process and those of `pids`, as on two machines. `work` must end what was launched. Needs
 * `taskset` (util-linux) and two cores.
 */
export async function apart<Launched, Result>(
  pids: readonly number[],
  launch: () => Promise<Launched>,
  work: (launched: Launched) => Promise<Result>,
): Promise<Result> {
  const every = [process.pid, ...pids]
  const cores = allowed()
  if (cores.length < 2) throw new Error('There is one core: nothing can be kept apart.')
  const half = Math.floor(cores.length / 2)
  try {
    // A child process inherits the cores of its parent.
    allow([process.pid], cores.slice(half))
    const launched = await launch()
    allow(every, cores.slice(0, half))
    return await work(launched)
  } finally {
    allow(every, cores)
  }
}

/** The cores that this process may use. */
function allowed(): readonly number[] {
  const told = taskset(['--cpu-list', '--pid', `${process.pid}`])
  const ranges = told.slice(told.lastIndexOf(':') + 1).split(',')
  return ranges.flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, at) => from + at)
  })
}

function allow(pids: readonly number[], cores: readonly number[]): void {
  for (const pid of pids) taskset(['--all-tasks', '--cpu-list', '--pid', cores.join(), `${pid}`])
}

function taskset(args: readonly string[]): string {
  return execFileSync('taskset', args, { encoding: 'utf8' })
}
