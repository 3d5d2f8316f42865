import { type Cause, cause, plainly } from '#lib/csr/cause.ts'

/** Kinds of failure between us and the API server. */
export type KubeErrorKind =
  /** An answer with a status of 4xx or 5xx. */
  | 'status'
  /** No connection, or a broken one: refused, reset, no such host, no route. */
  | 'network'
  /** The server's certificate is not one that the kubeconfig vouches for. */
  | 'certificate'
  | 'timeout'
  | 'redirected'
  /** The answer exceeds its bound in bytes. */
  | 'tooLarge'
  /** The answer breaks the protocol. */
  | 'malformed'
  /** The identity has no credential, or could not get one. */
  | 'noCredential'
  /** The current credential belongs to another user than the expected one. */
  | 'otherActor'
  | 'aborted'

export interface KubeErrorFacts {
  readonly kind: KubeErrorKind
  /** HTTP status; 0 without an answer. */
  readonly status?: number
  /** Retry-After in milliseconds, bounded. */
  readonly retryAfterMs?: number | null
  /** Whether a part of the request may have left, so that a write may have happened. */
  readonly sent?: boolean
  /** Node's or undici's code: `ECONNREFUSED`, … */
  readonly code?: string
}

/** Ask it questions (below) and show its `causes`; `message` is for a stack trace. */
export class KubeError extends Error {
  override readonly name = 'KubeError'
  readonly causes: readonly Cause[]
  readonly kind: KubeErrorKind
  readonly status: number
  readonly retryAfterMs: number | null
  readonly sent: boolean
  readonly code: string

  constructor(why: Cause, facts: KubeErrorFacts, options?: ErrorOptions) {
    super(plainly(why), options)
    this.causes = [why]
    this.kind = facts.kind
    this.status = facts.status ?? 0
    this.retryAfterMs = facts.retryAfterMs ?? null
    this.sent = facts.sent ?? true
    this.code = facts.code ?? ''
  }
}

/** The error of an identity that has no credential; no byte of a call has left. */
export function noCredential(why: Cause, thrown?: unknown): KubeError {
  return new KubeError(why, { kind: 'noCredential', sent: false }, { cause: thrown })
}

/** Node's code of the error or of one of its causes: `ECONNREFUSED`, …; '' for none. */
export function codeOf(thrown: unknown): string {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 4; depth += 1) {
    if ('code' in error && typeof error.code === 'string') return error.code
    error = error.cause
  }
  return ''
}

/** Causes of any thrown value. Recognized by shape, like `isKubeError` by name. */
export function causesOf(error: unknown): readonly Cause[] {
  if (hasCauses(error)) return error.causes
  return [cause('unexpected', { said: error instanceof Error ? error.message : String(error) })]
}

function hasCauses(error: unknown): error is { readonly causes: readonly Cause[] } {
  return error instanceof Error && 'causes' in error && Array.isArray(error.causes)
}

/** By name, not by class: a Next server loads this module, and so the class, twice. */
export function isKubeError(error: unknown): error is KubeError {
  return error instanceof Error && error.name === 'KubeError' && 'kind' in error
}

function hasStatus(error: unknown, status: number): boolean {
  return isKubeError(error) && error.kind === 'status' && error.status === status
}

function hasKind(error: unknown, ...kinds: readonly KubeErrorKind[]): boolean {
  return isKubeError(error) && kinds.includes(error.kind)
}

/** The credential is refused or missing: the user must sign in again. */
export const isUnauthorized = (error: unknown): boolean =>
  hasStatus(error, 401) || hasKind(error, 'noCredential')
/** The credential belongs to another user now. */
export const isOtherActor = (error: unknown): boolean => hasKind(error, 'otherActor')
export const isForbidden = (error: unknown): boolean => hasStatus(error, 403)
export const isNotFound = (error: unknown): boolean => hasStatus(error, 404)
export const isConflict = (error: unknown): boolean => hasStatus(error, 409)
/** The resourceVersion or the continue token is too old: list again. */
export const isGone = (error: unknown): boolean => hasStatus(error, 410)
export const isThrottled = (error: unknown): boolean => hasStatus(error, 429)
export const isAborted = (error: unknown): boolean => hasKind(error, 'aborted')
export const isTooLarge = (error: unknown): boolean => hasKind(error, 'tooLarge')
export const isServerError = (error: unknown): boolean =>
  isKubeError(error) && error.kind === 'status' && error.status >= 500
/** No trustworthy answer from an API server. */
export const isUnreachable = (error: unknown): boolean =>
  hasKind(error, 'network', 'timeout', 'certificate', 'redirected')
/** The port has no listener (yet): an attempt costs nothing. */
export const isRefused = (error: unknown): boolean =>
  isKubeError(error) && error.code === 'ECONNREFUSED'

/** The answer; null where it fails with one of these errors. Rejects with any other. */
export async function orNull<T>(
  answer: Promise<T>,
  ...absent: readonly ((error: unknown) => boolean)[]
): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (absent.some((is) => is(error))) return null
    throw error
  }
}

/**
 * Whether the write may have succeeded without a good answer. A status below 500 is the API
 * server's word that it did not; a connection that never opened carried nothing.
 */
export function mayHaveHappened(error: unknown): boolean {
  if (!isKubeError(error)) return true
  if (error.kind === 'status') return error.status >= 500
  return error.sent
}

/** Milliseconds that the API server asked to wait; null without Retry-After. */
export function retryAfterMs(error: unknown): number | null {
  return isKubeError(error) ? error.retryAfterMs : null
}
