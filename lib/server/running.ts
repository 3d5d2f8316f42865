import type { DecisionService } from '#lib/server/decide.ts'
import type { ExpectedMachines } from '#lib/server/expected-machines.ts'
import type { RunningFeed } from '#lib/server/feed.ts'
import type { Metrics } from '#lib/server/metrics.ts'
import type { Policies } from '#lib/server/policies.ts'
import type { PolicyDesk } from '#lib/server/policy-desk.ts'
import type { PreferenceStore } from '#lib/server/preferences.ts'
import { recall, remember } from '#lib/server/remember.ts'
import type { Sessions } from '#lib/server/sessions.ts'
import type { Streams } from '#lib/server/streams.ts'

/**
 * Everything a route handler needs of the process it runs in. Made by bin/countersign.ts alone:
 * started in any other way (`next start`) there is none, and every route refuses.
 */
export interface Running {
  readonly sessions: Sessions
  readonly feed: RunningFeed
  readonly streams: Streams
  readonly decisions: DecisionService
  readonly expected: ExpectedMachines
  readonly policies: Policies
  /** What the policy page asks and does. */
  readonly policy: PolicyDesk
  readonly metrics: Metrics
  readonly preferences: PreferenceStore
  /** By the API server's clock, milliseconds since the epoch. */
  now(): number
  /** Cuts all waiting short. */
  retryNow(): void
  /** Whether the machine had that alarm. */
  dismissAlarm(machineName: string, uid: string): boolean
}

const NAME = 'running'

export function rememberRunning(running: Running): Running {
  return remember(NAME, running)
}

export function recallRunning(): Running | null {
  return recall<Running>(NAME)
}
