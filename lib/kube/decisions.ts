import type { Csr } from '#lib/csr/model.ts'
import type { Identity } from '#lib/kube/identity.ts'

/** Structurally the wire's Outcome; lib/kube may not import lib/live. */
export type DecisionOutcome =
  | 'approved'
  | 'denied'
  | 'already'
  | 'changed'
  | 'gone'
  | 'forbidden'
  | 'throttled'
  | 'unknown'
  | 'error'

export interface DecisionRequest {
  /** The very object from the reflector's cache (same reference): it is PUT without a read first. */
  readonly csr: Csr
  /** SHA-256 of the decoded `spec.request` that was on screen, lower-case hex. */
  readonly fingerprint: string
  readonly decision: 'approve' | 'deny'
  /** For the condition; cut to 1,000 printable characters here. Must hold the request id. */
  readonly message: string
  readonly signal?: AbortSignal
}

export interface DecisionResult {
  readonly outcome: DecisionOutcome
  /** The API server's own words, or what was found instead; escaped, safe to show as text. */
  readonly detail?: string
  /** After approved or denied. */
  readonly resourceVersion?: string
  /** With `throttled`: how long the API server asks to wait, milliseconds. */
  readonly retryAfterMs?: number
  /** The credential is no longer accepted (401): no further item can succeed. */
  readonly identityLost?: boolean
}

export declare function decide(
  identity: Identity,
  request: DecisionRequest,
): Promise<DecisionResult>
