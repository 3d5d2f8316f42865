import type { Reason } from '#lib/csr/model.ts'
import type { Outcome } from '#lib/live/wire.ts'

/**
 * A bulk approval: a fixed selection of machines and requests, worked off in batches. Plain data,
 * so that it can be kept, sent to other tabs and offered again. All times are milliseconds since
 * the epoch on the server's clock.
 */
export interface Run {
  readonly id: string
  readonly startedAt: number
  /** As whom and where, so that a kept run is never offered for another cluster or identity. */
  readonly user: string
  readonly server: string
  readonly options: RunOptions
  readonly status: RunStatus
  /** Why it is paused; null unless `status` is `paused`. */
  readonly pause: Pause | null
  readonly endedAt: number | null
  /** Serving requests of the run's machines are taken up until then; null when not asked for. */
  readonly followUntil: number | null
  /** In the order of the preflight. */
  readonly machines: readonly RunMachine[]
  /** In the order of sending: the newest of each signer first, then superseded ones. */
  readonly items: readonly RunItem[]
}

export interface RunOptions {
  /** Include plausible machines, and take plausible serving requests as they arrive. */
  readonly plausible: boolean
  /** Include older pending requests that pass the same checks. */
  readonly superseded: boolean
  /** Approve the machines' serving requests as they arrive, for 15 minutes. */
  readonly followServing: boolean
}

export type RunStatus = 'running' | 'paused' | 'stopped' | 'finished'

/** `throttled` and `disconnected` end by themselves; `until` is the next try, where known. */
export interface Pause {
  readonly why: 'person' | 'throttled' | 'disconnected' | 'signedOut' | 'forbidden'
  readonly until: number | null
  readonly detail: string | null
}

export interface RunMachine {
  readonly name: string
  readonly trust: 'verified' | 'plausible'
}

/**
 * `queued`: not sent, or to be sent again. `sent`: in the batch under way. `unclear`: it may or may
 * not have been written; the watch will tell. `approved`. `heldBack`: it is no longer what was on
 * screen, or no longer trusted. `failed`: see `outcome`. `left`: the run was stopped before it.
 */
export type RunItemState =
  | 'queued'
  | 'sent'
  | 'unclear'
  | 'approved'
  | 'heldBack'
  | 'failed'
  | 'left'

export interface RunItem {
  readonly uid: string
  readonly name: string
  readonly machine: string
  readonly signerName: string
  /** As on screen when it was taken into the run. */
  readonly resourceVersion: string
  readonly superseded: boolean
  /** Taken up as it arrived, not part of the selection. */
  readonly followed: boolean
  readonly state: RunItemState
  readonly outcome: Outcome | null
  /** The server's or the API server's words. */
  readonly detail: string | null
  readonly reason: Reason | null
  /** When it got into this state. */
  readonly at: number
}

export const FOLLOW_MS = 15 * 60_000
