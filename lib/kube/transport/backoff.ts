import { isKubeError, isRefused, isUnreachable, retryAfterMs } from '#lib/kube/transport/errors.ts'

/** Full jitter: a random wait up to a ceiling that doubles with every failure. */
const FIRST_CEILING_MS = 500

/**
 * Highest ceilings, by the harm of asking too often.
 * - refused: no listener to harm; a restarted API server is found within 5 s. Closed or reset counts too
 * - silent: the network drops packets; an attempt itself takes 10 s to fail
 * - answered: the server is in trouble, or refuses
 */
const HIGHEST_CEILING_MS = { refused: 1_500, silent: 10_000, answered: 30_000 } as const

export interface Backoff {
  /** Counts the failure; returns the milliseconds to wait. */
  next(error: unknown): number
  /** Call after a healthy while. */
  reset(): void
}

/** `random` returns a number in [0, 1). Retry-After is honoured, with jitter added. */
export function createBackoff(random: () => number): Backoff {
  // Counted separately: after a minute of "refused", a starting server's first 503 is a first
  // failure.
  const failures = { refused: 0, silent: 0, answered: 0 }
  return {
    next(error) {
      const trouble = troubleOf(error)
      const ceiling = Math.min(
        FIRST_CEILING_MS * 2 ** Math.min(failures[trouble], 16),
        HIGHEST_CEILING_MS[trouble],
      )
      failures[trouble] += 1
      // Answers of the process that is gone say nothing about the next one.
      if (trouble === 'refused') failures.answered = 0
      return Math.round(askedToWait(error) + random() * ceiling)
    },
    reset() {
      failures.refused = 0
      failures.silent = 0
      failures.answered = 0
    },
  }
}

/**
 * A starting API server asks for 5 s until all its paths are installed, but needs one or two:
 * longer would keep stale data on the page for no reason.
 */
const STARTING = /before all known HTTP paths have been installed/
const STARTING_WAIT_MS = 1_000

/** Milliseconds that the API server asks to wait; 0 where it does not. */
export function askedToWait(error: unknown): number {
  const asked = retryAfterMs(error) ?? 0
  return STARTING.test(String(error)) ? Math.min(asked, STARTING_WAIT_MS) : asked
}

function troubleOf(error: unknown): keyof typeof HIGHEST_CEILING_MS {
  if (isRefused(error) || isClosed(error)) return 'refused'
  const answered =
    isKubeError(error) && (error.kind === 'redirected' || error.kind === 'certificate')
  return isUnreachable(error) && !answered ? 'silent' : 'answered'
}

const CLOSED: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

function isClosed(error: unknown): boolean {
  return isKubeError(error) && CLOSED.has(error.code ?? '')
}
