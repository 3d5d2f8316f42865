import { expectedTrouble, policyTrouble } from '#approver/document-trouble.ts'
import { countAnswers } from '#approver/gauges.ts'
import { createPolicyComparer, POLICY_ANNOTATION } from '#approver/policy-comparer.ts'
import { createReporter, type WriteLog } from '#approver/reporter.ts'
import { Approver } from '#lib/act/approver.ts'
import { createMetrics, type Metrics } from '#lib/act/approver-metrics.ts'
import { Leader } from '#lib/act/leader.ts'
import { whyNotNow } from '#lib/act/may-act-now.ts'
import { createQueue } from '#lib/act/queue.ts'
import { createSettledAnswers } from '#lib/act/settled-answers.ts'
import { type ApproverContext, createAutomaticAnswers } from '#lib/cluster/automatic-answers.ts'
import {
  followDocuments,
  followersAt,
  type InForce,
  type ParseExpected,
  type ParsePolicy,
} from '#lib/cluster/documents.ts'
import { createPump } from '#lib/cluster/pump.ts'
import { Sources } from '#lib/cluster/sources.ts'
import { type NotKnown, reasonOf, reasonWords } from '#lib/cluster/why-not-known.ts'
import { keepBrake } from '#lib/csr/approval/brake-keeper.ts'
import { withSecondPerson } from '#lib/csr/approval/two-person-rule.ts'
import { BRAKE_ANNOTATION } from '#lib/csr/policy/brake.ts'
import { World } from '#lib/csr/world/world.ts'
import { createActor } from '#lib/kube/credentials/actor.ts'
import type { ClusterConfig } from '#lib/kube/credentials/config.ts'
import { placesOf } from '#lib/kube/documents/document-place.ts'
import { documentFollower } from '#lib/kube/documents/followed-document.ts'
import { keepKubeletCa } from '#lib/kube/kubelet/kubelet-ca.ts'
import { dialBy } from '#lib/kube/kubelet/kubelet-certificate.ts'
import { LiveCertificates } from '#lib/kube/kubelet/live-certificates.ts'
import { getAs } from '#lib/kube/reads/get.ts'
import { liveness } from '#lib/kube/reads/readiness.ts'
import { keepReserved } from '#lib/kube/reads/reserved-keeper.ts'
import { configuredNetworks, keepServiceNetworks } from '#lib/kube/reads/service-networks.ts'
import { monotonicClock, systemClock } from '#lib/kube/transport/clock.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'
import { createIntake } from '#lib/kube/watch/intake.ts'
import { reflect } from '#lib/kube/watch/reflector.ts'
import { decide } from '#lib/kube/writes/approval-write.ts'
import { readLease, writeLease } from '#lib/kube/writes/lease.ts'
import { createPacer } from '#lib/kube/writes/pacer.ts'
import { inEnglish } from '#lib/messages/english.ts'
import type { Probe } from '#lib/metrics/metrics-server.ts'
import type { Settings } from '#lib/settings/approver-settings.ts'

export interface Started {
  readonly metrics: Metrics
  live(): Probe
  ready(): Probe
  /** Stops: begins nothing new, waits shortly for writes under way, and releases the lease. */
  stop(): Promise<void>
}

export interface StartOptions {
  readonly settings: Settings
  readonly config: ClusterConfig
  readonly parsePolicy: ParsePolicy
  readonly parseExpected: ParseExpected
  readonly writeLog: WriteLog
}

const TICK_MS = 500
/** Milliseconds to wait for writes under way, short enough for the next leader. */
const FINISH_MS = 1_000
/** Milliseconds of silence after which the leader loop counts as hanging. */
const LEASE_UNREAD_MS = 60_000

/** Starts the whole approver, as the identity of that configuration. */
export function start({ settings, config, writeLog, ...options }: StartOptions): Started {
  const log = (entry: Parameters<WriteLog>[0]) => void writeLog(entry)
  const { identity, apiServerHost } = config
  const { serverNames } = identity
  const clock = systemClock
  const { now } = clock
  const get = getAs(identity)
  const actor = createActor(identity, () => {
    world.touchAll()
    pump.wake()
  })
  const world = new World()
  if (settings.liveCertificates.on) world.setKubeletRules(settings.liveCertificates)
  const seenAt = new Map<string, number>()
  let lastTrouble: string | null = null
  let lastTooMany: string | null = null

  const metrics = createMetrics(() => {
    const inForce = documents.inForce()
    const { policy, policySince } = inForce
    const heard = sources.lastHeardAt('clientCsrs')
    return {
      leads: leader.holds(0),
      paused: inForce.paused !== false,
      mode: policy?.automatic.mode ?? 'none',
      policy,
      policyProblem: policyTrouble(inForce) !== null || inForce.barred !== null,
      expectedProblem: expectedTrouble(inForce) !== null,
      trips: brake.trips,
      ...countAnswers(judge.answers.values(), policy, policySince, now()),
      certificateAlarms: world.alarms.count('issuedOtherwise'),
      lastSyncAt: heard === null ? null : Date.parse(heard),
      isLive: trouble() === null,
      tooMany: sources.tooMany(),
      eventsDropped: reporter.dropped(),
      now: now(),
    }
  })
  const onError = (kind: Parameters<Metrics['failed']>[0]) => (error: unknown) => {
    metrics.failed(kind)
    log({ event: 'error', kind, error: inEnglish(causesOf(error)) })
  }

  const reporter = createReporter({
    identity,
    lease: settings.lease,
    instance: settings.identity,
    clock,
    metrics,
    write: writeLog,
    policy: () => documents.inForce().policy,
    seenAt: (uid) => seenAt.get(uid) ?? now(),
    onError,
  })
  const brake = keepBrake({
    now,
    onTrip(trip) {
      reporter.tripped(trip)
      leader.renewNow()
    },
  })

  const comparer = createPolicyComparer({
    parse(text) {
      const parsed = options.parsePolicy(text)
      if ('problems' in parsed) return parsed
      return { value: withSecondPerson(parsed.value, settings.secondPerson) }
    },
    leads: () => leader.holds(0),
    onLoosened: reporter.loosened,
  })
  const documents = followDocuments({
    decider: 'approver',
    followers: followersAt(
      placesOf(settings.policy, settings.expected),
      documentFollower({ identity, clock }),
    ),
    builtIn: null,
    parsePolicy: comparer.parse,
    parseExpected: options.parseExpected,
    isListInMemory: settings.expected === null,
    clock,
  })
  documents.subscribe(documentsChanged)
  const askNetworks = keepServiceNetworks(get, settings.serviceNetworks)
  const reserved = keepReserved({
    world,
    apiServerHost,
    apiServerNames: serverNames,
    serviceNetworks: {
      configured: configuredNetworks(settings.serviceNetworks),
      async ask(signal) {
        const [networks] = await Promise.all([askNetworks(signal), actor.ask(signal)])
        return networks
      },
    },
    clock,
    onChange: () => pump.wake(),
    onError: onError('other'),
  })
  const intake = createIntake({
    passed: clock.passed,
    onArrival: () => pump.wake(),
    onError: onError('other'),
  })
  const sources = new Sources({
    follow: (resource, sink) => reflect({ identity, resource, sink }),
    intake,
    world,
    requests: {
      upsert(csr) {
        world.upsertCsr(csr)
        const claim = world.claim(csr.uid)
        // Counted as it arrives: the judge takes its time, and the brake would miss it until then.
        if (claim !== null) brake.seen(claim)
      },
      remove: (uid) => world.removeCsr(uid),
      // Alarms stay: each counts against its machine.
      forget: () => {},
    },
    decider: 'approver',
    server: config.server,
    askStore: (signal) => liveness(identity, signal),
    clock,
  })
  const judge = createAutomaticAnswers({
    world,
    context,
    passed: clock.passed,
    onError: onError('other'),
    onAnswer(answered) {
      const { uid } = answered.claim.csr
      if (!seenAt.has(uid)) seenAt.set(uid, now())
      settled.put(answered)
      approver.answered(answered)
    },
    onGone({ claim }) {
      const { uid } = claim.csr
      seenAt.delete(uid)
      settled.drop(uid)
      approver.gone(uid)
    },
  })
  const pump = createPump({
    clock,
    intake,
    derived: judge,
    onSlice() {
      if (!intake.isMidway()) live.look()
    },
    onError: onError('other'),
  })
  const live = new LiveCertificates({
    world,
    ca: keepKubeletCa({ get, kubeconfigCa: () => config.endpoint.ca, now }),
    dial: dialBy(settings.liveCertificates),
    // Asked only by a leader: each question is a connection to a machine.
    wanted: () => asksKubelets() && leader.holds(0),
    clock,
    onEvidence: () => pump.wake(),
  })
  const settled = createSettledAnswers({ now, onStands: reporter.stands, onTell: reporter.answer })
  const approver = new Approver({
    world,
    judge,
    queue: createQueue(now, Math.random),
    pacer: createPacer(),
    brake,
    leader: () => leader,
    inForce: documents.inForce,
    context,
    trouble,
    // Acts under the name that the message has and the request was judged by.
    write: (request) => decide({ read: identity, write: actor.as(actor.username) }, request),
    clock,
    username: () => actor.username || identity.name,
    onBegin: reporter.begins,
    onNotTried: reporter.notTried,
    onDone: reporter.done,
    onError: onError('other'),
  })
  const leader: Leader = new Leader({
    store: {
      read: (signal) => readLease(identity, settings.lease, signal),
      write: (before, record, signal) =>
        writeLease(identity, settings.lease, before, record, signal),
    },
    identity: settings.identity,
    clock: monotonicClock,
    now,
    random: Math.random,
    annotations: () => ({
      [BRAKE_ANNOTATION]: brake.text(),
      [POLICY_ANNOTATION]: comparer.text(),
    }),
    onTaken(annotations) {
      brake.inherit(annotations[BRAKE_ANNOTATION] ?? '')
      comparer.inherit(annotations[POLICY_ANNOTATION] ?? '')
    },
    onChange(leads) {
      log({ event: leads ? 'leading' : 'following', identity: settings.identity })
      if (leads) comparer.began()
      live.look()
      approver.wake()
    },
    onError: onError('lease'),
  })
  let cancelTick = clock.after(TICK_MS, tick)
  reserved.now()

  function asksKubelets(): boolean {
    const mode = documents.inForce().policy?.automatic.mode ?? 'off'
    return settings.liveCertificates.on && mode !== 'off'
  }

  function context(): ApproverContext | null {
    const { policy } = documents.inForce()
    if (policy === null || !reserved.wasAnswered || serverNames.current() === null) return null
    return { now: now(), policy, viewer: { name: actor.username } }
  }

  /** The reason why the known cluster allows no approval; null when it allows approvals. */
  function trouble(): NotKnown | null {
    if (!reserved.wasAnswered) {
      return reasonOf('the API server has not been asked who this is yet')
    }
    if (serverNames.current() === null) {
      return reasonOf('the certificate of the API server could not be read')
    }
    if (!documents.inForce().isExpectedKnown) {
      return reasonOf('no list of expected machines yet')
    }
    return sources.whyNotKnown()
  }

  function whyNot(): string | null {
    const why = trouble()
    return why === null ? null : reasonWords(why)
  }

  function tick(): void {
    cancelTick = clock.after(TICK_MS, tick)
    const why = whyNot()
    if (why !== lastTrouble) log(why === null ? { event: 'live' } : { event: 'notLive', why })
    lastTrouble = why
    const tooMany = sources.tooMany()
    if (tooMany !== lastTooMany) log({ event: 'tooManyRequests', source: tooMany })
    lastTooMany = tooMany
    pump.wake()
    approver.wake()
    const { policy, paused } = documents.inForce()
    const no = whyNotNow('report', {
      follower: !leader.holds(0),
      paused: paused !== false,
      off: (policy?.automatic.mode ?? 'off') === 'off',
      trouble: trouble(),
    })
    if (no === null) settled.tick()
  }

  function documentsChanged(after: InForce, before: InForce): void {
    const { policy, paused, expected, barred } = after
    if (policy !== before.policy && policy !== null) {
      const { name, generation, automatic } = policy
      log({ event: 'policy', policy: name, generation, mode: automatic.mode })
      world.setMachineNamespaces(policy.machineNamespaces)
      comparer.changed(policy)
      world.touchAll()
    }
    const problem = policyTrouble(after)
    if (problem !== policyTrouble(before) && problem !== null) {
      log({ event: 'policyProblem', problem })
    }
    if (barred?.code !== before.barred?.code) {
      log(
        barred === null
          ? { event: 'policyUsable' }
          : { event: 'policyProblem', problem: inEnglish([barred]) },
      )
    }
    const listProblem = expectedTrouble(after)
    if (listProblem !== expectedTrouble(before) && listProblem !== null) {
      log({ event: 'expectedProblem', problem: listProblem })
    }
    if (paused !== before.paused) log({ event: paused ? 'paused' : 'resumed' })
    if (expected !== before.expected) world.setExpected(expected)
    // Set for followers too: a new leader needs the kubelets' answers at once.
    world.setAsksKubelets(asksKubelets())
    if (after.releasedAt !== before.releasedAt && brake.release(after.releasedAt)) {
      log({ event: 'brakeReleased', at: new Date(after.releasedAt).toISOString() })
      leader.renewNow()
      approver.released()
    }
    pump.wake()
    live.look()
    approver.wake()
  }

  return {
    metrics,
    live() {
      const since = monotonicClock.now() - (leader.lastContact ?? 0)
      const isUnread = leader.lastContact !== null && since > LEASE_UNREAD_MS
      return { ok: !isUnread, why: isUnread ? 'the lease has not been read for a minute' : 'ok' }
    },
    ready() {
      const inForce = documents.inForce()
      const { policy, barred } = inForce
      const refused = barred === null ? whyNot() : inEnglish([barred])
      const why = policy === null ? `no policy: ${policyTrouble(inForce)}` : refused
      return { ok: why === null, why: why ?? 'ok' }
    },
    async stop() {
      log({ event: 'stopping' })
      approver.stop()
      documents.stop()
      reporter.stop()
      cancelTick()
      reserved.stop()
      await Promise.race([approver.settled(), pause(FINISH_MS)])
      await leader.stop()
      pump.stop()
      await Promise.race([Promise.all([sources.stop(), live.stop()]), pause(FINISH_MS)])
      await identity.close()
    },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
