import { type Cause, cause, plainly } from '#lib/csr/cause.ts'

/** What went wrong between us and the API server, before anybody asks what it means. */
export type KubeErrorKind =
  /** The API server answered, with a status of 4xx or 5xx. */
  | 'status'
  /** No connection, or it broke: refused, reset, no such host, no route. */
  | 'network'
  /** The certificate on the other side is not the one the kubeconfig vouches for. */
  | 'certificate'
  | 'timeout'
  | 'redirected'
  /** More bytes than we are willing to hold. */
  | 'tooLarge'
  /** An answer that is not what the protocol promises. */
  | 'malformed'
  /** The identity has no credential to show, or could not get one. */
  | 'noCredential'
  /** The credential of now is another's than who was to ask. */
  | 'otherActor'
  | 'aborted'

export interface KubeErrorFacts {
  readonly kind: KubeErrorKind
  /** HTTP status; 0 when there was no answer. */
  readonly status?: number
  /** Status.reason of the API server: `Conflict`, `Expired`, … */
  readonly reason?: string
  /** Retry-After, in milliseconds, already bounded. */
  readonly retryAfterMs?: number | null
  /** Some bytes of the request may have left: a write may have happened. */
  readonly sent?: boolean
  /** Node's or undici's code: `ECONNREFUSED`, … */
  readonly code?: string
}

/** Ask it questions; show its `causes`. Its `message` is for a stack trace. */
export class KubeError extends Error {
  override readonly name = 'KubeError'
  readonly causes: readonly Cause[]
  readonly kind: KubeErrorKind
  readonly status: number
  readonly reason: string
  readonly retryAfterMs: number | null
  readonly sent: boolean
  readonly code: string

  constructor(why: Cause, facts: KubeErrorFacts, options?: ErrorOptions) {
    super(plainly(why), options)
    this.causes = [why]
    this.kind = facts.kind
    this.status = facts.status ?? 0
    this.reason = facts.reason ?? ''
    this.retryAfterMs = facts.retryAfterMs ?? null
    this.sent = facts.sent ?? true
    this.code = facts.code ?? ''
  }
}

/** Why, whatever was thrown. By shape, as `isKubeError` asks by name. */
export function causesOf(error: unknown): readonly Cause[] {
  if (isTold(error)) return error.causes
  return [cause('unexpected', { said: error instanceof Error ? error.message : String(error) })]
}

function isTold(error: unknown): error is { readonly causes: readonly Cause[] } {
  return error instanceof Error && 'causes' in error && Array.isArray(error.causes)
}

/** By name, not by class: a Next server holds this module, and so the class, more than once. */
export function isKubeError(error: unknown): error is KubeError {
  return error instanceof Error && error.name === 'KubeError' && 'kind' in error
}

function hasStatus(error: unknown, status: number): boolean {
  return isKubeError(error) && error.kind === 'status' && error.status === status
}

function hasKind(error: unknown, ...kinds: readonly KubeErrorKind[]): boolean {
  return isKubeError(error) && kinds.includes(error.kind)
}

/** The credential is not accepted, or there is none: who is asking must sign in again. */
export const isUnauthorized = (error: unknown): boolean =>
  hasStatus(error, 401) || hasKind(error, 'noCredential')
/** Whoever was to ask does so no more. */
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
/** No answer from an API server that we may believe. */
export const isUnreachable = (error: unknown): boolean =>
  hasKind(error, 'network', 'timeout', 'certificate', 'redirected')
/** Nobody listens there (yet): an attempt costs nobody anything. */
export const isRefused = (error: unknown): boolean =>
  isKubeError(error) && error.code === 'ECONNREFUSED'

/**
 * The write may have been done although we got no good answer. Every status below 500 is the API
 * server's word that it was not; a connection that never opened carried nothing.
 */
export function mayHaveHappened(error: unknown): boolean {
  if (!isKubeError(error)) return true
  if (error.kind === 'status') return error.status >= 500
  return error.sent
}

/** Milliseconds that the API server asked to wait, if it did. */
export function retryAfterMs(error: unknown): number | null {
  return isKubeError(error) ? error.retryAfterMs : null
}
