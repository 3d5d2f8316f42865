/**
 * First and longest upper bound of the wait between attempts to reach our own server, milliseconds.
 */
const FIRST_MS = 500
const LONGEST_MS = 8_000
/** Shortest wait: a server that refuses quickly must not be hammered. */
const LEAST_MS = 100

/**
 * Milliseconds to wait after so many failures in a row (0 for the first). Full jitter: browsers
 * that lost the same server do not all return at the same instant. `random` is in [0, 1).
 */
export function reconnectDelay(failures: number, random: () => number): number {
  const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10))
  return LEAST_MS + random() * (bound - LEAST_MS)
}
