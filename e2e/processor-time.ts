import { cpus } from 'node:os'

/**
 * Wraps a command: its end writes the processor time of it and its children into $TIMES, without
 * processes that outlive their parent, as Chromium's pages do.
 */
export function timed(command: readonly string[]): readonly string[] {
  return ['sh', '-c', '"$@"; code=$?; times >"$TIMES"; exit $code', 'sh', ...command]
}

/** Seconds in the output of the shell's `times`: of the shell, then of all it waited for. */
export function processorSeconds(times: string): number {
  const parts = [...times.matchAll(/(\d+)m([\d.]+)s/g)]
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  )
}

/** Seconds that all processes of this machine have used since it was switched on. */
export function machineSeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys, 0) / 1000
}
