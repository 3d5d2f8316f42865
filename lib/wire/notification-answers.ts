import type { AlarmEvent, HourEvent } from '#lib/csr/machine/announcements.ts'

/** Types of `/api/notifications` and the routes below it: docs/http-api.md. */

/** Formats of a message, each named after its receiver. */
export const WEBHOOK_FORMATS = ['json', 'slack', 'teams', 'alertmanager'] as const
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number]

/** Events for which the webhook gets a message. */
export type WebhookEvent =
  | HourEvent
  | AlarmEvent
  | 'machineApprover.brake'
  | 'approver.brake'
  | 'run.ended'
  | 'test'

/** Messages whose delivery can be looked up; older ones are dropped. */
export const MOST_KEPT = 50

/** Attempts to deliver one message. */
export const MOST_TRIES = 8

export interface NotificationsAnswer {
  readonly serverTime: string
  /** Null where the settings have no webhook. */
  readonly webhook: WebhookStatus | null
}

export interface WebhookStatus {
  /** Scheme, host and port. The path may be a secret, so it stays on the server. */
  readonly origin: string
  readonly format: WebhookFormat
  /** Language of the messages, a tag (BCP 47). */
  readonly language: string
  readonly isSigned: boolean
  /** Start of the process, RFC 3339: earlier messages are not known. */
  readonly since: string
  /** The last messages, newest first. */
  readonly deliveries: readonly Delivery[]
  /** An example of a message's body, as indented JSON. */
  readonly example: string
}

/** One message and its delivery. */
export interface Delivery {
  readonly id: string
  readonly event: WebhookEvent
  /** The first machine or request, or the person of a run or a test; null for none. */
  readonly name: string | null
  /** Number of machines or requests in the message. */
  readonly count: number
  /** RFC 3339. */
  readonly at: string
  readonly state: 'queued' | 'tryingAgain' | 'delivered' | 'givenUp'
  readonly tries: number
  /**
   * Answer to the last attempt: an HTTP status or an error's code; null before the first attempt.
   */
  readonly answer: number | string | null
  /** Milliseconds of the last attempt. */
  readonly tookMs: number
  /** RFC 3339, by the server's clock; null unless `tryingAgain`. */
  readonly nextAt: string | null
}
