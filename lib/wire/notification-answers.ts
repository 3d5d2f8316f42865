import type { AlarmEvent, HourEvent } from '#lib/csr/machine/announcements.ts'

/** Types of `/api/notifications` and the routes below it: docs/http-api.md. */

/** Formats of a message, each by its receiver. */
export const WEBHOOK_FORMATS = ['json', 'slack', 'teams', 'alertmanager'] as const
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number]

/** Events that the webhook is sent. */
export type WebhookEvent =
  | HourEvent
  | AlarmEvent
  | 'machineApprover.brake'
  | 'approver.brake'
  | 'run.ended'
  | 'test'

/** Messages whose delivery can be looked up; older ones are forgotten. */
export const MOST_KEPT = 50

/** Tries of one message until it is given up. */
export const MOST_TRIES = 8

/** Milliseconds between two tests, or messages sent again, of one person. */
export const SEND_GAP_MS = 10_000

export interface NotificationsAnswer {
  readonly serverTime: string
  /** Null where the settings have no webhook. */
  readonly webhook: WebhookStatus | null
}

export interface WebhookStatus {
  /** Scheme, host and port: the path, which may be a secret, stays on the server. */
  readonly origin: string
  readonly format: WebhookFormat
  /** Language of its messages, a tag (BCP 47). */
  readonly language: string
  readonly isSigned: boolean
  /** Start of the process, RFC 3339: older messages are not known. */
  readonly since: string
  /** The last messages, newest first. */
  readonly deliveries: readonly Delivery[]
  /** An example of a message's body, JSON in lines. */
  readonly example: string
}

/** One message and how its delivery went. */
export interface Delivery {
  readonly id: string
  readonly event: WebhookEvent
  /** The first machine or request; the person of a run or a test; null where there is none. */
  readonly name: string | null
  /** Machines or requests in it. */
  readonly count: number
  /** RFC 3339. */
  readonly at: string
  readonly state: 'queued' | 'tryingAgain' | 'delivered' | 'givenUp'
  readonly tries: number
  /** Answer to the last try: a status of HTTP, or the code of an error; null before the first one. */
  readonly answer: number | string | null
  /** Milliseconds of the last try. */
  readonly tookMs: number
  /** RFC 3339, by the server's clock; null unless `tryingAgain`. */
  readonly nextAt: string | null
}
