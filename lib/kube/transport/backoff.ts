import { isKubeError, isRefused, isUnreachable, retryAfterMs } from '#lib/kube/transport/errors.ts'

/** Full jitter: anywhere between nothing and a ceiling that doubles with every failure. */
const FIRST_CEILING_MS = 500

/**
 * How far the ceiling rises, by who would be hurt by asking too often.
 * - refused: nobody listens, so nobody is hurt; a restarted API server is found within 5 s. A
 *   connection that is closed or reset is the same news: whoever was there has gone
 * - silent: the network swallows what we send; an attempt itself takes 10 s to fail
 * - answered: somebody is there and in trouble, or says no
 */
const HIGHEST_CEILING_MS = { refused: 1_500, silent: 10_000, answered: 30_000 } as const

type Trouble = keyof typeof HIGHEST_CEILING_MS

export interface Backoff {
  /** Milliseconds to wait after this failure, which is counted. */
  next(error: unknown): number
  /** Things have gone well for a while. */
  reset(): void
}

/** `random` answers in [0, 1). Retry-After is honoured, with jitter on top of it. */
export function createBackoff(random: () => number): Backoff {
  // Counted apart: after a minute of "refused" the first 503 of a starting server is a first one.
  const failures = { refused: 0, silent: 0, answered: 0 }
  return {
    next(error) {
      const trouble = troubleOf(error)
      const ceiling = Math.min(
        FIRST_CEILING_MS * 2 ** Math.min(failures[trouble], 16),
        HIGHEST_CEILING_MS[trouble],
      )
      failures[trouble] += 1
      // What the process that is no longer there answered says nothing about the next one.
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
 * An API server that is just starting asks for 5 s until all its paths are installed, and has them
 * in one or two: long enough to keep a page full of stale data for no reason.
 */
const STARTING = /before all known HTTP paths have been installed/
const STARTING_WAIT_MS = 1_000

function askedToWait(error: unknown): number {
  const asked = retryAfterMs(error) ?? 0
  return STARTING.test(String(error)) ? Math.min(asked, STARTING_WAIT_MS) : asked
}

function troubleOf(error: unknown): Trouble {
  if (isRefused(error) || isClosed(error)) return 'refused'
  const answered =
    isKubeError(error) && (error.kind === 'redirected' || error.kind === 'certificate')
  return isUnreachable(error) && !answered ? 'silent' : 'answered'
}

const CLOSED: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

function isClosed(error: unknown): boolean {
  return isKubeError(error) && CLOSED.has(error.code ?? '')
}
