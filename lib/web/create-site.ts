import { keepRunNotes } from '#lib/act/run-notes.ts'
import { Runs } from '#lib/act/runs.ts'
import { startDecisions } from '#lib/act/start-decisions.ts'
import type { ReviewProposer } from '#lib/cluster/proposers.ts'
import { createRetry } from '#lib/cluster/retry.ts'
import { nameNow } from '#lib/cluster/saved-by-name.ts'
import { startClusterFeed } from '#lib/cluster/start-cluster-feed.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isServiceAccount } from '#lib/csr/policy/proposal.ts'
import { NO_RECORD } from '#lib/journal/no-record.ts'
import { type RunningRecord, startRecord } from '#lib/journal/running-record.ts'
import type { ClusterConfig } from '#lib/kube/credentials/config.ts'
import { type LogEntry, logError } from '#lib/kube/log/process-log.ts'
import { reviewProposer } from '#lib/kube/reads/access-reviews.ts'
import { pause, systemClock } from '#lib/kube/transport/clock.ts'
import { personKey } from '#lib/people/person-key.ts'
import type { Principal } from '#lib/people/principal.ts'
import type { StartedPeople } from '#lib/people/start-people.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'
import type { Settings } from '#lib/settings/settings.ts'
import { startDesks, startDocuments } from '#lib/web/documents/start-documents.ts'
import type { Site } from '#lib/web/door/running.ts'
import { createStreams } from '#lib/web/door/streams.ts'
import { createMetrics } from '#lib/web/metrics/metrics.ts'
import { createWebhookDesk } from '#lib/web/notify/webhook-desk.ts'
import { createLiveViews } from '#lib/web/views/live-views.ts'
import type { FeedState } from '#lib/wire/wire.ts'

/**
 * Starts everything that belongs to one cluster (docs/decisions/0039-one-site.md). A process may
 * have several sites: they share nothing. Returns the site, and what its people and the door need of it.
 */
export function createSite({
  settings,
  config,
  people,
  write,
  onState,
}: {
  readonly settings: Settings
  /** The cluster, and the identity that reads it. */
  readonly config: ClusterConfig
  /** People who use the site; asked for after `createSite` has returned. */
  readonly people: () => StartedPeople
  /** Receives the lines of the audit trail that no decision writes. */
  readonly write: (entry: LogEntry) => void
  readonly onState: (state: FeedState) => void
}) {
  const { identity, server } = config
  const { clock } = identity
  const isTeam = settings.service !== null

  const started = startDocuments(settings, identity)
  const { documents } = started
  const policy = () => documents.inForce().policy
  const metrics = createMetrics({
    feed: () => feed,
    streams: () => streams.count,
    sessions: () => people().people.count,
    runs: () => runs.states(),
    webhookQueue: () => webhook.queued,
    now: clock.now,
  })
  const record: RunningRecord =
    settings.record === null
      ? NO_RECORD
      : startRecord({
          setting: settings.record,
          server,
          feed: () => feed,
          clock: systemClock,
          onState: ({ trouble, lost }) =>
            logError(`The record: ${trouble?.said ?? 'is written'}; lost entries: ${lost}`),
          onUnretained: logError,
        })
  /** Writes a line of the audit trail, and into the record. */
  const log = (entry: LogEntry) => {
    write(entry)
    record.line(entry)
  }
  const review: ReviewProposer = isTeam
    ? async (proposer) => (isServiceAccount(proposer) ? 'mayNot' : 'unreviewed')
    : (...asked) => reviewProposer(identity, ...asked)

  const { feed, title } = startClusterFeed({
    ...{ settings, config, documents, people },
    views: createLiveViews,
    reviewProposer: review,
    onPublished: (ageMs) => ageMs !== null && metrics.published(ageMs),
    onLiveRows: (changes) => metrics.rowsChanged(changes, clock.now()),
    onNews: record.take,
    onAlarm(alarm) {
      record.alarm(alarm)
      if (alarm.kind === 'approvedAgainst') metrics.approvedAgainst(alarm.verdict)
    },
    onAlarmDropped: ({ kind }) => metrics.alarmDropped(kind),
    onKept: record.kept,
    onState(state) {
      onState(state)
      metrics.feedIs(state)
      record.feedIs(state)
    },
  })
  const decisions = startDecisions({
    ...{ identity, feed, policy, record, countsAccounts: !isTeam },
    onOutcome: ({ decision }, outcome, item) => metrics.decided(decision, outcome, item),
  })
  const notes = keepRunNotes(record, server, clock.now, logError)
  const runs = new Runs({ feed, decisions, clock, notes, log, onError: logError })
  const limit = isTeam ? { limitOfOne: OF_PEOPLE.streams.ofOne } : {}
  const onBeat = () => people().beat()
  const streams = createStreams({ feed, runs, clock, ...limit, onBeat })
  const desks = startDesks({ ...started, settings, identity, feed, log })
  documents.subscribe((now, before) => {
    // The new policy may allow other signers, for which people's rights are not known yet.
    if (now.policy !== before.policy) people().people.reviewAccess()
  })
  const { trips } = desks
  const webhook = createWebhookDesk({
    ...{ setting: settings.webhook, feed, runs, trips, clock, ownClock: systemClock, log },
    onEnd: metrics.webhookEnded,
  })

  return {
    site: {
      endpoint: config.endpoint,
      ...{ feed, streams, decisions, runs, metrics, record, notifications: webhook },
      ...{ policy: desks.policy, expected: desks.expected, now: clock.now },
      retryNow: createRetry<Principal>(systemClock, {
        personKey: ({ viewer }) => personKey(viewer),
        forAll() {
          identity.retryNow()
          feed.retryNow()
        },
        forOne: (by) => by.reviewAccess(),
      }),
      dismissAlarm(name, by) {
        if (isTeam && !by.access.approval) return null
        const dismissed = feed.dismissAlarm(name)
        if (dismissed === null) return false
        const { kind: alarm, uid, request, machine } = dismissed
        const logBy = (who: string) =>
          log({ event: 'alarm.dismissed', alarm, request, machine, uid, who: who || null })
        void nameNow(by.actor).then(logBy)
        return true
      },
    } satisfies Site,
    /** The cluster's name and versions. */
    title: title.current,
    /** Signers whose requests people may approve here. */
    signers: (): readonly string[] => [
      KUBE_APISERVER_CLIENT_KUBELET,
      KUBELET_SERVING,
      ...policy().allowedSigners,
    ],
    log,
    /** Starts sending messages to the webhook, if there is one. */
    notifyFrom: webhook.begin,
    /**
     * Stops runs and decisions first, so that browsers learn of it; then `signOut` ends the sessions;
     * then streams and the feed end.
     */
    async stop(signOut: () => Promise<void>): Promise<void> {
      metrics.stop()
      webhook.stop()
      documents.stop()
      desks.stop()
      title.stop()
      // Pages learn of the end of their runs before their stream ends.
      // Milliseconds for writes under way: enough for a busy machine's answer, and well within a
      // Pod's time to end.
      await runs.stop(decisions.stop(pause(4_000)))
      const signedOut = signOut()
      streams.close()
      // Milliseconds for reads under way, and for deleting tokens.
      await Promise.race([Promise.all([signedOut, feed.stop()]), pause(300)])
      // Milliseconds for entries that wait to be recorded.
      await record.stop(pause(2_000))
      await identity.close()
    },
  }
}
