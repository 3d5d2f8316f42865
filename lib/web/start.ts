import { readFileSync } from 'node:fs'
import type { ClusterConfig } from '#lib/kube/credentials/config.ts'
import { type LogEntry, writeLine } from '#lib/kube/log/process-log.ts'
import { systemClock } from '#lib/kube/transport/clock.ts'
import type { Oidc } from '#lib/people/oidc/oidc.ts'
import { createSlowCalls } from '#lib/people/slow-calls.ts'
import { type StartedPeople, startPeople } from '#lib/people/start-people.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'
import type { Settings } from '#lib/settings/settings.ts'
import { createSite } from '#lib/web/create-site.ts'
import { serveOtherPorts } from '#lib/web/door/other-ports.ts'
import { createRefusals } from '#lib/web/door/refusals.ts'
import type { Running } from '#lib/web/door/running.ts'
import { growDuringStart } from '#lib/web/start-heap.ts'

export type Started = ReturnType<typeof start>

/**
 * Starts everything of this process: its people, its door, and the site of one cluster. `write`
 * receives the lines of the audit trail that no decision writes.
 */
export function start(
  settings: Settings,
  config: ClusterConfig,
  oidc: Oidc | null,
  write: (entry: LogEntry) => void = writeLine,
) {
  const heap = growDuringStart(systemClock)
  const started = createSite({
    ...{ settings, config, write },
    people: () => people,
    onState(state) {
      if (state === 'live') heap.end()
    },
  })
  const { site, log, notifyFrom } = started
  const { feed, metrics, runs } = site
  const people: StartedPeople = startPeople({
    ...{ settings, config, oidc, feed, log, title: started.title, signers: started.signers },
    hasRun: (session) => runs.hasRun(session),
  })
  return {
    /** Resolves soon after the feed was first live. */
    wasLive: heap.ended,
    /** Serves `/metrics` and probes at ports of their own, where the settings name them. */
    serveOtherPorts: () => serveOtherPorts(settings, metrics, feed),
    notifyFrom,
    /** Counts and logs what the gate refuses. */
    refusals: createRefusals({ clock: systemClock, count: metrics.refused, log }),
    running: {
      ...site,
      ...{ demo: settings.demo, version: ownVersion() },
      ...{ people: people.people, preferences: people.preferences },
      previews: createSlowCalls(OF_PEOPLE.previews.inAll),
      recordReads: createSlowCalls(OF_PEOPLE.recordReads.inAll),
    } satisfies Running,
    stop: () => started.stop(people.stop),
  }
}

function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
}
