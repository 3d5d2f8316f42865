import { readFileSync } from 'node:fs'
import { keepRunNotes } from '#lib/act/run-notes.ts'
import { Runs } from '#lib/act/runs.ts'
import { startDecisions } from '#lib/act/start-decisions.ts'
import { startClusterFeed } from '#lib/cluster/cluster-feed.ts'
import type { ReviewProposer } from '#lib/cluster/proposers.ts'
import { createRetry } from '#lib/cluster/retry.ts'
import { nameNow } from '#lib/cluster/saved-by-name.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isServiceAccount } from '#lib/csr/policy/proposal.ts'
import { NO_RECORD } from '#lib/journal/no-record.ts'
import { watchRowNews } from '#lib/journal/row-news.ts'
import { type RunningRecord, startRecord } from '#lib/journal/running-record.ts'
import type { ClusterConfig } from '#lib/kube/credentials/config.ts'
import { type LogEntry, logError, writeLine } from '#lib/kube/log/process-log.ts'
import { reviewProposer } from '#lib/kube/reads/access-reviews.ts'
import { systemClock } from '#lib/kube/transport/clock.ts'
import type { Oidc } from '#lib/people/oidc/oidc.ts'
import { createPersonTurns, personOf } from '#lib/people/person-turns.ts'
import type { Principal } from '#lib/people/principal.ts'
import { startPeople } from '#lib/people/start-people.ts'
import type { Settings } from '#lib/settings/settings.ts'
import { startDesks, startDocuments } from '#lib/web/documents/start-documents.ts'
import { serveOtherPorts } from '#lib/web/door/other-ports.ts'
import { createRefusals, type Refusals } from '#lib/web/door/refusals.ts'
import type { Running } from '#lib/web/door/running.ts'
import { createStreams } from '#lib/web/door/streams.ts'
import { createMetrics } from '#lib/web/metrics/metrics.ts'
import { createWebhookDesk } from '#lib/web/notify/webhook-desk.ts'
import { growDuringStart } from '#lib/web/start-heap.ts'
import { createLiveViews } from '#lib/web/views/live-views.ts'

export interface Started {
  readonly running: Running
  /** Counts and logs what the gate refuses. */
  readonly refusals: Refusals
  /** Resolves soon after the feed was first live. */
  readonly wasLive: Promise<void>
  /** Serves `/metrics` and probes at ports of their own, where the settings name them. */
  serveOtherPorts(): ReturnType<typeof serveOtherPorts>
  /** Starts sending messages to the webhook, if there is one; links lead to `origin`. */
  notifyFrom(origin: string): Promise<void>
  /** Stops runs and decisions first, so that browsers learn of it; then streams; then the feed. */
  stop(): Promise<void>
}

/**
 * Milliseconds for writes under way: enough for a busy machine's answer, and well within a Pod's
 * time to end.
 */
const FINISH_MS = 4_000
/** Streams at once of one person in team mode. */
const STREAMS_OF_ONE = 30
/** Milliseconds for entries that wait to be recorded. */
const RECORD_MS = 2_000
/** Milliseconds for reads under way, and for deleting tokens. */
const CLOSE_MS = 300

/**
 * Starts everything of this process, with the identity of this kubeconfig context. `write` receives
 * the lines of the audit trail that no decision writes.
 */
export function start(
  settings: Settings,
  config: ClusterConfig,
  oidc: Oidc | null,
  write: (entry: LogEntry) => void = writeLine,
): Started {
  const { identity, server } = config
  const { clock } = identity
  const heap = growDuringStart(systemClock)
  const isTeam = settings.service !== null

  const started = startDocuments(settings, identity)
  const { documents } = started
  const policy = () => documents.inForce().policy
  const signers = () => [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING, ...policy().allowedSigners]
  const metrics = createMetrics({
    feed: () => feed,
    streams: () => streams.count,
    sessions: () => people.count,
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
  const news = watchRowNews({
    isLive: () => feed.isLive(),
    areNodesLive: () => feed.moment().feed.sources.nodes.state === 'live',
    rows: () => feed.moment().rows,
    verdictBefore: (uid) => feed.verdictBefore(uid),
    clock,
    onNews(news) {
      record.take(news)
      for (const one of news) {
        if (one.what === 'approvedAgainst') feed.raiseAlarm(one.alarm)
      }
    },
  })
  const log = (entry: LogEntry) => {
    write(entry)
    record.line(entry)
  }
  const review: ReviewProposer = isTeam
    ? async (proposer) => (isServiceAccount(proposer) ? 'mayNot' : 'unreviewed')
    : (...asked) => reviewProposer(identity, ...asked)

  const { feed, title } = startClusterFeed({
    settings,
    config,
    documents,
    people: () => whoever,
    views: createLiveViews,
    reviewProposer: review,
    onPublished: (ageMs) => ageMs !== null && metrics.published(ageMs),
    onLiveRows(changes) {
      metrics.rowsChanged(changes, clock.now())
      news.take(changes)
    },
    onDecidedGone: news.takeGone,
    onAlarm(alarm) {
      record.alarm(alarm)
      if (alarm.kind === 'approvedAgainst') metrics.approvedAgainst(alarm.verdict)
    },
    onAlarmDropped: ({ kind }) => metrics.alarmDropped(kind),
    onKept: record.kept,
    onState(state) {
      if (state === 'live') heap.end()
      metrics.feedIs(state)
      news.feedIs(state)
      record.feedIs(state)
    },
  })
  const hasRun = (session: AbortSignal) => runs.hasRun(session)
  const whoever = startPeople({
    settings,
    config,
    oidc,
    feed,
    title: title.current,
    signers,
    hasRun,
    log,
  })
  const { people, preferences } = whoever
  const decisions = startDecisions({
    ...{ identity, feed, policy, record, countsAccounts: !isTeam },
    onOutcome: ({ decision }, outcome, item) => metrics.decided(decision, outcome, item),
  })
  const notes = keepRunNotes(record, server, clock.now, logError)
  const runs = new Runs({ feed, decisions, clock, notes, log, onError: logError })
  const limit = isTeam ? { limitOfOne: STREAMS_OF_ONE } : {}
  const streams = createStreams({ feed, runs, clock, ...limit, onBeat: whoever.beat })
  const desks = startDesks({ ...started, settings, identity, feed, log })
  documents.subscribe((now, before) => {
    // The new policy may allow other signers, for which this identity's rights are not known yet.
    if (now.policy !== before.policy) people.reviewAccess()
  })
  const { trips } = desks
  const webhook = createWebhookDesk({
    ...{ setting: settings.webhook, feed, runs, trips, clock, ownClock: systemClock, log },
    onEnd: metrics.webhookEnded,
  })

  return {
    wasLive: heap.ended,
    serveOtherPorts: () => serveOtherPorts(settings, metrics, feed),
    notifyFrom: webhook.begin,
    refusals: createRefusals({ clock: systemClock, count: metrics.refused, log }),
    running: {
      ...{ demo: settings.demo, version: ownVersion(), people, feed, streams, decisions, runs },
      ...{ policy: desks.policy, expected: desks.expected, metrics, preferences, record },
      notifications: webhook,
      previews: createPersonTurns(),
      recordReads: createPersonTurns(),
      now: clock.now,
      retryNow: createRetry<Principal>(systemClock, {
        personOf: ({ viewer }) => personOf(viewer),
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
        const told = (who: string) =>
          log({ event: 'alarm.dismissed', alarm, request, machine, uid, who: who || null })
        void nameNow(by.actor).then(told)
        return true
      },
    },
    async stop() {
      webhook.stop()
      documents.stop()
      desks.stop()
      title.stop()
      // Pages learn of the end of their runs before their stream ends.
      await runs.stop(decisions.stop(pause(FINISH_MS)))
      const signedOut = whoever.stop()
      streams.close()
      news.stop()
      await Promise.race([Promise.all([signedOut, feed.stop()]), pause(CLOSE_MS)])
      await record.stop(pause(RECORD_MS))
      await identity.close()
    },
  }
}

function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
