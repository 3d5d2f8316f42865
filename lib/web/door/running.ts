import type { DecisionService } from '#lib/act/decision-service.ts'
import type { Runs } from '#lib/act/runs.ts'
import type { ExpectedDesk } from '#lib/cluster/expected-desk.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import type { AlarmName } from '#lib/csr/world/alarms.ts'
import type { RunningRecord } from '#lib/journal/running-record.ts'
import type { Endpoint } from '#lib/kube/transport/connections.ts'
import type { People } from '#lib/people/people.ts'
import type { PreferenceStore } from '#lib/people/preference-store.ts'
import type { Principal } from '#lib/people/principal.ts'
import type { SlowCalls } from '#lib/people/slow-calls.ts'
import type { PolicyDesk } from '#lib/web/documents/policy-desk.ts'
import type { Streams } from '#lib/web/door/streams.ts'
import type { Metrics } from '#lib/web/metrics/metrics.ts'
import type { WebhookDesk } from '#lib/web/notify/webhook-desk.ts'
import type { LiveViews } from '#lib/web/views/live-views.ts'

/** One cluster as a route sees it: nothing of a site is shared with another one. */
export interface Site {
  /** The API server of the cluster: people of another one are refused. */
  readonly endpoint: Endpoint
  readonly feed: RunningFeed<LiveViews>
  readonly streams: Streams
  readonly decisions: DecisionService
  readonly runs: Runs
  /** Queries and actions of the page of expected machines. */
  readonly expected: ExpectedDesk
  /** Queries and actions of the policy page. */
  readonly policy: PolicyDesk
  /** The webhook, and the outcome of its last messages. */
  readonly notifications: Pick<WebhookDesk, 'answer' | 'test' | 'sendAgain'>
  readonly metrics: Metrics
  readonly record: RunningRecord
  /** By the API server's clock, milliseconds since the epoch. */
  now(): number
  /**
   * Ends the waits between attempts, except those of a Retry-After, at most once in two seconds for
   * all people; and asks again for this person's rights.
   */
  retryNow(by: Principal): void
  /** Whether there was such an alarm; null where this person may not dismiss it. */
  dismissAlarm(name: AlarmName, by: Principal): boolean | null
}

/**
 * Everything that a route handler needs of its process, which has one site. Only bin/countersign.ts
 * makes it: in a process started otherwise (`next start`) there is none, and every route refuses.
 */
export interface Running extends Site {
  /** Whether the cluster came with this process; pages show that before the person is known. */
  readonly demo: boolean
  /** Version of this program, as `0.2.0`. */
  readonly version: string
  readonly people: People
  /**
   * Runs previews and saves, which read a day of requests or a long list, one of a person at a time.
   */
  readonly previews: SlowCalls
  /** Runs slow reads of the record so, too: searches, exports, the chart of joins. */
  readonly recordReads: SlowCalls
  /** Preferences of a laptop’s one person: pages are rendered before the person is known. */
  readonly preferences: PreferenceStore | null
}

/**
 * The process's own `Running`. Next bundles route handlers separately from the program that starts
 * them, so a module-level variable would exist once for each bundle; `globalThis` exists once.
 */
const RUNNING = Symbol.for('countersign.running')

/** Null in a process that was started otherwise. */
export function recallRunning(): Running | null {
  return (Reflect.get(globalThis, RUNNING) as Running | null | undefined) ?? null
}

/** Replaces the earlier one; null removes it. */
export function rememberRunning(running: Running | null): void {
  Reflect.set(globalThis, RUNNING, running)
}
