import { cause } from '#lib/csr/cause.ts'
import type { Requestor } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { AutomaticApprover } from '#lib/csr/policy/automatic-approver.ts'
import { isListOfNames } from '#lib/csr/policy/expected-list.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import { createActor } from '#lib/kube/credentials/actor.ts'
import type { ClusterConfig } from '#lib/kube/credentials/config.ts'
import {
  type DocumentKeys,
  EXPECTED_KEYS,
  PAUSED_KEYS,
  POLICY_KEYS,
  RELEASED_KEYS,
} from '#lib/kube/documents/document-keeper.ts'
import type { DocumentPlace } from '#lib/kube/documents/document-place.ts'
import { mayWriteDocument } from '#lib/kube/documents/document-rights.ts'
import { besideOf, followDocument } from '#lib/kube/documents/followed-document.ts'
import { keepKubeletCa } from '#lib/kube/kubelet/kubelet-ca.ts'
import { dialBy } from '#lib/kube/kubelet/kubelet-certificate.ts'
import { keepLiveCertificates } from '#lib/kube/kubelet/live-certificates.ts'
import { toLogLine } from '#lib/kube/log-line.ts'
import { reviewAccess, reviewProposer, whoIs } from '#lib/kube/reads/access-reviews.ts'
import { readClusterVersion } from '#lib/kube/reads/cluster-version.ts'
import { getAs } from '#lib/kube/reads/get.ts'
import { readLease } from '#lib/kube/reads/lease.ts'
import { readClientDisabled } from '#lib/kube/reads/machine-approver-config.ts'
import { listProposals, propose, readProposal } from '#lib/kube/reads/proposal-objects.ts'
import { configuredNetworks, keepServiceNetworks } from '#lib/kube/reads/service-networks.ts'
import { writeOut } from '#lib/kube/standard-output.ts'
import { systemClock } from '#lib/kube/transport/clock.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'
import { liveness } from '#lib/kube/watch/readiness.ts'
import { reflect } from '#lib/kube/watch/reflector.ts'
import { watchStore } from '#lib/kube/watch/store-watch.ts'
import { decide } from '#lib/kube/writes/approval-write.ts'
import { createPacer } from '#lib/kube/writes/pacer.ts'
import { inEnglish } from '#lib/messages/english.ts'
import { serveMetrics } from '#lib/metrics/metrics-server.ts'
import { createExpectedReader } from '#lib/policy/expected-reader.ts'
import { createAuditLog } from '#lib/server/decide/audit.ts'
import { createDecisionService } from '#lib/server/decide/decision-service.ts'
import { reviewOfPeople, settleTwoPeople } from '#lib/server/decide/second-approval.ts'
import { watchApprover } from '#lib/server/documents/approver-watch.ts'
import { createExpectedMachines } from '#lib/server/documents/expected-desk.ts'
import { memoryDocument } from '#lib/server/documents/memory-document.ts'
import { createPolicies } from '#lib/server/documents/policies.ts'
import { createPolicyDesk } from '#lib/server/documents/policy-desk.ts'
import { nameNow, savedByName } from '#lib/server/documents/saved-by-name.ts'
import { createShadow } from '#lib/server/documents/shadow.ts'
import { createRefusals, type Refusals } from '#lib/server/door/refusals.ts'
import { createSessions } from '#lib/server/door/sessions.ts'
import { type KubeletQuestions, startFeed } from '#lib/server/feed/feed.ts'
import { watchRowNews } from '#lib/server/feed/row-news.ts'
import { createStreams } from '#lib/server/feed/streams.ts'
import { createMetrics } from '#lib/server/metrics.ts'
import { startNotifier } from '#lib/server/notify/notifier.ts'
import { createWebhook } from '#lib/server/notify/webhook.ts'
import { launchKeyPeople } from '#lib/server/people/launch-key-people.ts'
import type { Oidc } from '#lib/server/people/oidc.ts'
import { createPrincipal } from '#lib/server/people/principal.ts'
import { PROVEN, proveReadOnly } from '#lib/server/people/read-only-proof.ts'
import { servicePeople } from '#lib/server/people/service-people.ts'
import { keepPreferences } from '#lib/server/preference-store.ts'
import { startRecord } from '#lib/server/record/running-record.ts'
import type { Running } from '#lib/server/running.ts'
import { keepRunFiles } from '#lib/server/runs/run-files.ts'
import { createRuns } from '#lib/server/runs/runs.ts'
import type { Settings } from '#lib/server/settings.ts'

export interface Started {
  readonly running: Running
  /** Counts and logs what the gate refuses. */
  readonly refusals: Refusals
  /** Serves `/metrics` and probes at ports of their own, where the settings name them. */
  serveOtherPorts(): Promise<{ readonly problem: string } | null>
  /** Begins to send messages to the webhook, if there is one; `origin` is where links lead. */
  notifyFrom(origin: string): void
  /** Stops runs and decisions first, which browsers still hear of; then streams; then the feed. */
  stop(): Promise<void>
}

/** Milliseconds for writes under way: enough for an answer, and not too long for an exit. */
const FINISH_MS = 1_400
/** Streams at once of one person in team mode. */
const STREAMS_OF_ONE = 30
/** Milliseconds for reads under way. */
const CLOSE_MS = 300

/**
 * Writes of a bulk under way: half of them wait for their log line while the API server answers the
 * others. Fewer would leave a core idle during a bulk's first thousand.
 */
const AT_ONCE = { start: 16, max: 40 }

/** Everything that runs in this process, as the identity of that kubeconfig context. */
export function start(settings: Settings, config: ClusterConfig, oidc: Oidc | null): Started {
  const { identity } = config
  const { clock } = identity
  const builtIn = {
    ...DEFAULT_POLICY,
    allowedSigners: settings.extraSigners,
    secondPerson: { ...DEFAULT_POLICY.secondPerson, for: settings.secondPerson },
  }
  const { service } = settings
  const actor = createActor(identity, (username) => laptop?.become(username))
  const follow = (place: DocumentPlace, keys: DocumentKeys, onChange: () => void) => {
    const document = followDocument({ identity, place, keys, clock, onChange })
    const isStop = (text: string) => keys === PAUSED_KEYS && text === String(true)
    return savedByName(document, place, isStop)
  }
  const policyPlace = settings.policy
  const policies = createPolicies({
    follow: policyPlace === null ? null : (onChange) => follow(policyPlace, POLICY_KEYS, onChange),
    builtIn,
    clock,
    onLook: () => feed.documentChanged('policy'),
    onProblem: (words) => logError(words),
  })
  const policy = policies.current
  const signers = () => [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING, ...policy().allowedSigners]
  const get = getAs(identity)
  const live = settings.liveCertificates
  const askKubelets = (asking: KubeletQuestions) => {
    const ca = keepKubeletCa({ get, kubeconfigCa: () => config.endpoint.ca, now: clock.now })
    return keepLiveCertificates({ ...asking, ca, dial: dialBy(live), clock })
  }
  const metrics = createMetrics({
    feed: () => feed,
    streams: () => streams.count,
    sessions: () => people.count,
    runs: () => runs.list(),
    webhookQueue: () => webhook?.queued ?? 0,
    now: clock.now,
  })
  const record =
    settings.record === null
      ? null
      : startRecord({
          setting: settings.record,
          server: config.server,
          feed: () => feed,
          clock: systemClock,
          onState: ({ trouble, lost }) =>
            logError(`The record: ${trouble?.said ?? 'is written'}; lost entries: ${lost}`),
        })
  const news = watchRowNews({
    isLive: () => feed.isLive(),
    rows: () => feed.moment().rows,
    clock: systemClock,
    onNews(news) {
      record?.take(news)
      for (const one of news) {
        if (one.what !== 'approvedAgainst') continue
        metrics.approvedAgainst(one.alarm.verdict)
        if (one.row.nodeName !== null) feed.raiseApprovedAgainst(one.row.nodeName, one.alarm)
      }
    },
  })
  const log = (entry: LogEntry) => {
    writeLine(entry)
    record?.line(entry)
  }
  const ask = (proposer: Requestor, signer: string, signal?: AbortSignal) =>
    reviewProposer(identity, proposer, signer, signal)
  const review = service === null ? ask : reviewOfPeople(ask)
  const feed = startFeed({
    cluster: {
      // In a Pod there is no context; a team knows its clusters by the addresses of their pages.
      name: service === null ? config.name : new URL(service.publicUrl).host,
      server: config.server,
      insecure: config.insecure,
    },
    apiServerHost: config.apiServerHost,
    apiServerNames: identity.serverNames,
    policy,
    prerequisites: [
      { name: 'policy', isKnown: policies.isKnown, why: policies.whyUnknown },
      { name: 'expected', isKnown: () => expected.isKnown(), why: () => [] },
      // Without the acting user, a person's own request could not be recognized.
      {
        name: 'identity',
        isKnown: () => laptop?.isKnown ?? reading.isProven,
        ask: () => laptop?.reviewAccess(),
        why: () => laptop?.trouble ?? reading.trouble,
      },
      {
        name: 'store',
        isKnown: () => !store.isSilent,
        why: () => [cause('storeSilent', { server: config.server })],
        throughout: true,
      },
    ],
    clock,
    follow: (resource, sink) => reflect({ identity, resource, sink, clock }),
    onWatched: (isWatched) => laptop?.watch(isWatched),
    reviewProposer: review,
    serviceNetworks: {
      configured: configuredNetworks(settings.serviceNetworks),
      ask: keepServiceNetworks(get, settings.serviceNetworks),
    },
    machineApprover: {
      clientDisabled: (signal) => readClientDisabled(get, signal),
      version: (signal) => readClusterVersion(get, signal),
    },
    ...(live.on ? { evidence: askKubelets, kubeletRules: live } : {}),
    onPublished: (ageMs) => ageMs !== null && metrics.published(ageMs),
    onLiveRows(changes) {
      metrics.rowsChanged(changes, clock.now())
      news.take(changes)
    },
    onKept: (kept) => record?.kept(kept),
    onState(state) {
      metrics.feedIs(state)
      news.feedIs(state)
      record?.feedIs(state)
    },
    onError: logError,
  })
  const store = watchStore({
    ask: (signal) => liveness(identity, signal),
    clock,
    onChange: () => feed.lookAgain(),
  })
  policies.subscribe(() => {
    feed.policyChanged()
    // It may allow other signers, and whether this identity may approve for them is not known yet.
    people.reviewAccess()
    approver.look()
  })
  const newPacer = () => createPacer({ ...AT_ONCE, clock })
  const laptop =
    service !== null
      ? null
      : createPrincipal({
          fallbackName: identity.name,
          actor,
          pacer: newPacer(),
          preferences: keepPreferences(settings.preferences, logError),
          async review(signal) {
            const username = await actor.ask(signal)
            return { username, review: await reviewAccess(actor.as(username), signers(), signal) }
          },
          clock,
          onOtherPerson: () => feed.viewerChanged(),
          onRights: () => feed.rightsChanged(),
          onFailed: () => feed.lookAgain(),
        })
  const { launchKey, sessionIdleMs: idleMs } = settings
  const mappings = service?.oidc?.impersonation ?? null
  const impersonation = mappings === null ? null : { server: identity, mappings }
  const people =
    laptop !== null
      ? launchKeyPeople(createSessions({ launchKey, clock: systemClock, idleMs }), laptop)
      : servicePeople({
          endpoint: config.endpoint,
          clock: systemClock,
          idleMs,
          ways: (service?.ways ?? []).map((way) =>
            way === 'oidc'
              ? { way, name: service?.oidc?.name ?? '', href: '/sign-in/oidc' }
              : { way },
          ),
          oidc,
          impersonation,
          signers,
          viewRights: feed.viewRights,
          newPacer,
          hasRun: (session) => runs.hasRun(session),
          onRights: feed.rightsChanged,
          log,
        })
  const reading =
    service === null
      ? PROVEN
      : proveReadOnly(identity, clock, feed.lookAgain, endWith, mappings?.mode ?? null)
  const auditLog = createAuditLog(writeOut, systemClock)
  const decisions = createDecisionService({
    feed,
    policy,
    settle: (order, person) =>
      settleTwoPeople(order, {
        api: {
          whoIs: () => whoIs(person),
          // Proposals do not depend on the reader: read them with this process's own identity.
          list: (targetUid) => listProposals(identity, targetUid),
          read: (name) => readProposal(identity, name),
          propose: (proposal) => propose(person, proposal),
          review,
        },
        seen: feed.proposals,
        now: clock.now,
        countsAccounts: service === null,
      }),
    write: (request, person) => decide({ read: identity, write: person }, request),
    audit: record === null ? auditLog : record.audit(auditLog),
    unrecorded: () => record?.unable() ?? null,
    onOutcome: ({ decision }, outcome, item) => metrics.decided(decision, outcome, item),
    onError: logError,
  })
  const files = keepRunFiles(settings.runs, config.server, clock.now, logError)
  const runs = createRuns({ feed, decisions, clock, files, log, onError: logError })
  const streams = createStreams({
    feed,
    runs,
    clock,
    ...(service === null ? {} : { limitOfOne: STREAMS_OF_ONE }),
    onBeat() {
      people.endIdle()
      // Why it cannot be told is said by the next review.
      actor.name().catch(() => {})
    },
  })
  const place = settings.expected
  const expected = createExpectedMachines({
    place,
    feed,
    follow: (onChange) =>
      place === null
        ? savedByName(memoryDocument(onChange), place, undefined, service === null)
        : follow(place, EXPECTED_KEYS, onChange),
    isComplete: () => policy().expectedComplete,
    mayWrite: async (author) => place !== null && mayWriteDocument(author.anyway, place),
    newReader: createExpectedReader,
    clock,
    onSaved: (machines, who) => log({ event: 'expected.saved', place, machines, who }),
  })
  const besidePolicy = (keys: DocumentKeys) =>
    policyPlace === null
      ? null
      : follow(besideOf(policyPlace, keys), keys, () => {
          approver.look()
          feed.documentChanged('policy')
        })
  const readApproverLease = () => readLease(identity, settings.approverLease)
  let approverTrips: AutomaticApprover['trips'] = []
  const approver = watchApprover({
    clock,
    readLease: readApproverLease,
    isPaused: () => desk.isPaused(),
    isWanted: () => policy().automatic.mode !== 'off',
    onChange(state) {
      // An unreadable Lease says nothing about the brake.
      if (state.presence !== 'unknown') approverTrips = state.trips
      feed.setApprover(state)
    },
  })
  const desk = createPolicyDesk({
    place: policyPlace,
    policies,
    paused: besidePolicy(PAUSED_KEYS),
    released: besidePolicy(RELEASED_KEYS),
    readLease: readApproverLease,
    shadow: createShadow(feed.history),
    isListOfNames: () => isListOfNames(expected.current()),
    mayWrite: async (author) =>
      policyPlace !== null && (await mayWriteDocument(author.anyway, policyPlace)),
    now: clock.now,
    onWritten: log,
  })

  const { webhook: receiver } = settings
  const webhook =
    receiver === null
      ? null
      : createWebhook({
          setting: receiver,
          clock: systemClock,
          onEnd: metrics.webhookEnded,
          onFailed: (why, tries) =>
            log({ event: 'webhook.failed', host: receiver.url.host, why, tries }),
        })
  let stopNotifier = () => {}

  return {
    async serveOtherPorts() {
      const { contentType } = metrics
      const text = async () => ({ contentType, text: await metrics.text() })
      const ready = () => {
        const readiness = feed.readiness()
        return readiness.ready ? { ok: true, why: 'ok' } : { ok: false, why: readiness.why }
      }
      const probes = { live: () => ({ ok: true, why: 'ok' }), ready }
      const ports = [
        { name: 'COUNTERSIGN_METRICS', at: settings.metrics, serves: { metrics: text } },
        { name: 'COUNTERSIGN_PROBES', at: service?.probes ?? null, serves: { probes } },
      ]
      for (const { name, at, serves } of ports) {
        try {
          if (at !== null) await serveMetrics({ ...at, ...serves })
        } catch (error) {
          return { problem: `${name}: ${inEnglish(causesOf(error))}` }
        }
      }
      return null
    },
    notifyFrom(origin) {
      if (webhook === null || receiver === null) return
      const trips = () => approverTrips
      const { format } = receiver
      stopNotifier = startNotifier({ feed, runs, trips, webhook, format, origin, clock })
    },
    refusals: createRefusals({ clock: systemClock, count: metrics.refused, log }),
    running: {
      demo: settings.demo,
      people,
      feed,
      streams,
      decisions,
      runs,
      policies,
      policy: desk,
      expected,
      metrics,
      preferences: laptop?.preferences ?? null,
      record,
      now: clock.now,
      retryNow(by) {
        identity.retryNow()
        feed.retryNow()
        by.reviewAccess()
      },
      dismissAlarm(machine, uid, kind, by) {
        if (service !== null && !by.access.approval) return false
        const dismissed = feed.dismissAlarm(machine, uid, kind)
        if (dismissed) {
          const told = (who: string) =>
            log({ event: 'alarm.dismissed', alarm: kind, machine, uid, who: who || null })
          void nameNow(by.actor).then(told)
        }
        return dismissed
      },
    },
    async stop() {
      stopNotifier()
      webhook?.stop()
      approver.stop()
      policies.stop()
      desk.stop()
      expected.stop()
      store.stop()
      reading.stop()
      // Pages hear of the end of their runs before their stream ends.
      await runs.stop(decisions.stop(pause(FINISH_MS)))
      await people.stop()
      streams.close()
      news.stop()
      await Promise.race([feed.stop(), pause(CLOSE_MS)])
      await record?.stop(pause(CLOSE_MS))
      await identity.close()
    },
  }
}

/** Ends the process as on SIGTERM, with the reason and exit code 1. */
function endWith(words: string): void {
  process.stderr.write(`countersign: ${words}\n`)
  process.exitCode = 1
  process.emit('SIGTERM')
}

type LogEntry = Readonly<Record<string, unknown>>

function writeLine(entry: LogEntry): void {
  void writeOut(`${toLogLine({ time: new Date().toISOString(), ...entry })}\n`)
}

export function logError(error: unknown): void {
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${toLogLine({ event: 'error', error: words })}\n`)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
