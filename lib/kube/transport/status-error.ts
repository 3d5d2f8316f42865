import { cause } from '#lib/csr/cause.ts'
import { cutText } from '#lib/csr/reading/cut-text.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

/** Longest wait that a Retry-After can ask for. */
const LONGEST_WAIT_MS = 120_000
const LONGEST_MESSAGE = 1_000

/**
 * The error of an API server's `Status` object, with its own message; for any other body (a proxy's
 * HTML page) by the status alone.
 */
export function statusError(
  body: unknown,
  {
    status,
    retryAfter,
    now,
  }: {
    /** HTTP status, or 0 to use the Status object's code. */
    readonly status: number
    readonly retryAfter?: string | undefined
    /** Current time, for a Retry-After that is a date. */
    readonly now: number
  },
): KubeError {
  const object = isRecord(body) ? body : {}
  const code = status === 0 && typeof object.code === 'number' ? object.code : status
  const said = typeof object.message === 'string' ? object.message : ''
  const details = isRecord(object.details) ? object.details.retryAfterSeconds : undefined
  const why =
    said !== ''
      ? cause('apiServerSaid', { said: cutText(said, LONGEST_MESSAGE) })
      : code === 0
        ? cause('apiServerFailed')
        : cause('apiServerAnswered', { status: code })
  return new KubeError(why, {
    kind: 'status',
    status: code === 0 ? 500 : code,
    retryAfterMs: parseRetryAfter(retryAfter, now) ?? seconds(details),
  })
}

/** Retry-After in seconds or as an HTTP date, in milliseconds from now. */
export function parseRetryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null
  if (/^\d{1,9}$/.test(value)) return seconds(Number(value))
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.min(Math.max(date - now, 0), LONGEST_WAIT_MS)
}

function seconds(value: unknown): number | null {
  if (typeof value !== 'number' || !(value > 0)) return null
  return Math.min(value * 1_000, LONGEST_WAIT_MS)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
