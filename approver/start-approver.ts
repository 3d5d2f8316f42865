import { documentNews, expectedTrouble, policyTrouble } from '#approver/document-trouble.ts'
import { countAnswers } from '#approver/gauges.ts'
import {
  createPolicyComparer,
  POLICY_ANNOTATION,
  type PolicyComparer,
} from '#approver/policy-comparer.ts'
import { createReporter, type Reporter } from '#approver/reporter.ts'
import { AnswersToReport } from '#lib/act/answers-to-report.ts'
import { Approver } from '#lib/act/approver.ts'
import { createMetrics, type Gauges, type Metrics } from '#lib/act/approver-metrics.ts'
import { Leader } from '#lib/act/leader.ts'
import { Queue } from '#lib/act/queue.ts'
import {
  type ApproverContext,
  type AutomaticAnswers,
  createAutomaticAnswers,
} from '#lib/cluster/automatic-answers.ts'
import { accessTo, type ClusterAccess } from '#lib/cluster/cluster-access.ts'
import {
  type Documents,
  followDocuments,
  followersAt,
  type InForce,
} from '#lib/cluster/documents.ts'
import { FollowedWorld } from '#lib/cluster/followed-world.ts'
import { type NotKnown, reasonOf, reasonWords, whyNotKnown } from '#lib/cluster/why-not-known.ts'
import { type BrakeKeeper, keepBrake } from '#lib/csr/approval/brake-keeper.ts'
import { whyNotNow } from '#lib/csr/approval/may-act-now.ts'
import { withSecondPerson } from '#lib/csr/approval/two-person-rule.ts'
import { BRAKE_ANNOTATION } from '#lib/csr/policy/brake.ts'
import { World } from '#lib/csr/world/world.ts'
import { type Actor, createActor } from '#lib/kube/credentials/actor.ts'
import type { ClusterConfig } from '#lib/kube/credentials/config.ts'
import { placesOf } from '#lib/kube/documents/document-place.ts'
import { documentFollower } from '#lib/kube/documents/followed-document.ts'
import { LiveCertificates } from '#lib/kube/kubelet/live-certificates.ts'
import { type LogEntry, writeLine } from '#lib/kube/log/process-log.ts'
import { monotonicClock, pause, systemClock } from '#lib/kube/transport/clock.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'
import { writeDecision } from '#lib/kube/writes/approval-write.ts'
import { readLease, writeLease } from '#lib/kube/writes/lease.ts'
import { createPacer } from '#lib/kube/writes/pacer.ts'
import { inEnglish } from '#lib/messages/english.ts'
import type { Probe } from '#lib/metrics/metrics-server.ts'
import { createExpectedReader } from '#lib/policy/expected-reader.ts'
import { readPolicy } from '#lib/policy/read-policy.ts'
import type { Settings } from '#lib/settings/approver-settings.ts'

const TICK_MS = 500
/** Milliseconds to wait for writes under way, short enough for the next leader. */
const FINISH_MS = 1_000
/** Milliseconds of silence after which the leader loop counts as hanging. */
const LEASE_UNREAD_MS = 60_000

const clock = systemClock
const { now } = clock

/**
 * The approver of one cluster, as the identity of that configuration. Public functions are fields: the
 * probes take them alone.
 */
export class RunningApprover {
  readonly metrics: Metrics
  readonly #settings: Settings
  readonly #config: ClusterConfig
  readonly #world = new World()
  /** Milliseconds since the epoch at which each request was first answered, by uid. */
  readonly #seenAt = new Map<string, number>()
  readonly #actor: Actor
  readonly #documents: Documents
  readonly #comparer: PolicyComparer
  readonly #followed: FollowedWorld
  readonly #judge: AutomaticAnswers
  readonly #live: LiveCertificates
  readonly #brake: BrakeKeeper
  readonly #toReport: AnswersToReport
  readonly #reporter: Reporter
  readonly #approver: Approver
  readonly #leader: Leader
  #lastTrouble: string | null = null
  #lastTooMany: string | null = null
  #cancelTick: () => void

  constructor(settings: Settings, config: ClusterConfig) {
    const { identity } = config
    const world = this.#world
    const context = this.#context
    this.#settings = settings
    this.#config = config
    this.#actor = createActor(identity, () => {
      world.touchAll()
      this.#followed.wake()
    })
    if (settings.liveCertificates.on) world.setKubeletRules(settings.liveCertificates)
    this.metrics = createMetrics(() => this.#gauges())
    const onError = this.#failed('other')
    const reporter = createReporter({
      ...{ identity, clock, lease: settings.lease, instance: settings.identity },
      ...{ metrics: this.metrics, write: writeLine },
      policy: () => this.#documents.inForce().policy,
      seenAt: (uid) => this.#seenAt.get(uid) ?? now(),
      onError: (kind) => this.#failed(kind),
    })
    this.#reporter = reporter
    this.#brake = keepBrake({
      now,
      onTrip: (trip) => {
        reporter.tripped(trip)
        this.#leader.renewNow()
      },
    })
    this.#comparer = createPolicyComparer({
      parse(text) {
        const parsed = readPolicy(text)
        if ('problems' in parsed) return parsed
        return { value: withSecondPerson(parsed.value, settings.secondPerson) }
      },
      leads: () => this.#leader.holds(0),
      onLoosened: reporter.loosened,
    })
    this.#documents = this.#followDocuments()
    this.#judge = createAutomaticAnswers({
      ...{ world, context, passed: clock.passed, onError },
      onAnswer: (answered) => {
        const { uid } = answered.claim.csr
        if (!this.#seenAt.has(uid)) this.#seenAt.set(uid, now())
        this.#toReport.put(answered)
        this.#approver.answered(answered)
      },
      onGone: ({ claim }) => {
        const { uid } = claim.csr
        this.#seenAt.delete(uid)
        this.#toReport.drop(uid)
        this.#approver.gone(uid)
      },
    })
    const access = accessTo(config, settings, clock)
    this.#followed = this.#follow(access)
    this.#live = new LiveCertificates({
      ...{ world, ...access.kubelets },
      // Asked only by a leader: each question is a connection to a machine.
      wanted: () => this.#asksKubelets() && this.#leader.holds(0),
      onEvidence: this.#followed.wake,
    })
    this.#toReport = new AnswersToReport({
      ...{ now, onStands: reporter.stands, onTell: reporter.answer },
    })
    this.#approver = new Approver({
      ...{ world, judge: this.#judge, brake: this.#brake, clock, context, onError },
      queue: new Queue(now, Math.random),
      pacer: createPacer(),
      leader: () => this.#leader,
      inForce: this.#documents.inForce,
      trouble: () => this.#trouble(),
      // Acts under the name that the message has and the request was judged by.
      write: (request) =>
        writeDecision({ read: identity, write: this.#actor.as(this.#actor.username) }, request),
      username: () => this.#actor.username || identity.name,
      onBegin: reporter.begins,
      onNotTried: reporter.notTried,
      onDone: reporter.done,
    })
    this.#leader = this.#lead()
    this.#cancelTick = clock.after(TICK_MS, this.#tick)
    this.#followed.reserved.now()
  }

  readonly live = (): Probe => {
    const { lastContact } = this.#leader
    const isUnread = lastContact !== null && monotonicClock.now() - lastContact > LEASE_UNREAD_MS
    return { ok: !isUnread, why: isUnread ? 'the lease has not been read for a minute' : 'ok' }
  }

  readonly ready = (): Probe => {
    const inForce = this.#documents.inForce()
    const { policy, barred } = inForce
    const refused = barred === null ? this.#whyNot() : inEnglish([barred])
    const why = policy === null ? `no policy: ${policyTrouble(inForce)}` : refused
    return { ok: why === null, why: why ?? 'ok' }
  }

  /** Stops: begins nothing new, waits shortly for writes under way, and releases the lease. */
  async stop(): Promise<void> {
    this.#log({ event: 'stopping' })
    this.#approver.stop()
    this.#documents.stop()
    this.#reporter.stop()
    this.#cancelTick()
    await Promise.race([this.#approver.settled(), pause(FINISH_MS)])
    await this.#leader.stop()
    await Promise.race([Promise.all([this.#followed.stop(), this.#live.stop()]), pause(FINISH_MS)])
    await this.#config.identity.close()
  }

  readonly #log = (entry: LogEntry): void => void writeLine(entry)

  #failed(kind: Parameters<Metrics['failed']>[0]) {
    return (error: unknown): void => {
      this.metrics.failed(kind)
      this.#log({ event: 'error', kind, error: inEnglish(causesOf(error)) })
    }
  }

  #gauges(): Gauges {
    const inForce = this.#documents.inForce()
    const { policy, policySince } = inForce
    const { sources } = this.#followed
    const heard = sources.lastHeardAt('clientCsrs')
    return {
      leads: this.#leader.holds(0),
      paused: inForce.paused !== false,
      mode: policy?.automatic.mode ?? 'none',
      policy,
      policyProblem: policyTrouble(inForce) !== null || inForce.barred !== null,
      expectedProblem: expectedTrouble(inForce) !== null,
      trips: this.#brake.trips,
      ...countAnswers(this.#judge.answers.values(), policy, policySince, now()),
      certificateAlarms: this.#world.alarms.count('issuedOtherwise'),
      lastSyncAt: heard === null ? null : Date.parse(heard),
      isLive: this.#trouble() === null,
      tooMany: sources.tooMany(),
      eventsDropped: this.#reporter.dropped(),
      now: now(),
    }
  }

  #followDocuments(): Documents {
    const settings = this.#settings
    const { identity } = this.#config
    const documents = followDocuments({
      decider: 'approver',
      followers: followersAt(
        placesOf(settings.policy, settings.expected),
        documentFollower({ identity, clock }),
      ),
      builtIn: null,
      parsePolicy: this.#comparer.parse,
      parseExpected: createExpectedReader().read,
      isListInMemory: settings.expected === null,
      clock,
    })
    documents.subscribe((after, before) => this.#documentsChanged(after, before))
    return documents
  }

  #follow(access: ClusterAccess): FollowedWorld {
    const world = this.#world
    const onError = this.#failed('other')
    return new FollowedWorld({
      ...{ ...access, world, onError, onUnreserved: onError },
      serviceNetworks: {
        ...access.serviceNetworks,
        ask: async (signal) => {
          const asked = [access.serviceNetworks.ask(signal), this.#actor.ask(signal)] as const
          return (await Promise.all(asked))[0]
        },
      },
      requests: {
        upsert: (csr) => {
          world.upsertCsr(csr)
          const claim = world.claim(csr.uid)
          // Counted as it arrives: the judge takes its time, and the brake would miss it until then.
          if (claim !== null) this.#brake.seen(claim)
        },
        remove: (uid) => world.removeCsr(uid),
        // Alarms stay: each counts against its machine.
        forget: () => {},
      },
      decider: 'approver',
      derived: this.#judge,
      // A request waits for no other.
      gapMs: 0,
      onSlice: () => {
        if (!this.#followed.intake.isMidway()) this.#live.look()
      },
    })
  }

  #lead(): Leader {
    const settings = this.#settings
    const { identity } = this.#config
    return new Leader({
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
        [BRAKE_ANNOTATION]: this.#brake.text(),
        [POLICY_ANNOTATION]: this.#comparer.text(),
      }),
      onTaken: (annotations) => {
        this.#brake.inherit(annotations[BRAKE_ANNOTATION] ?? '')
        this.#comparer.inherit(annotations[POLICY_ANNOTATION] ?? '')
      },
      onChange: (leads) => {
        this.#log({ event: leads ? 'leading' : 'following', identity: settings.identity })
        if (leads) this.#comparer.began()
        this.#live.look()
        this.#approver.wake()
      },
      onError: this.#failed('lease'),
    })
  }

  #asksKubelets(): boolean {
    const mode = this.#documents.inForce().policy?.automatic.mode ?? 'off'
    return this.#settings.liveCertificates.on && mode !== 'off'
  }

  readonly #context = (): ApproverContext | null => {
    const { policy } = this.#documents.inForce()
    if (policy === null || this.#unasked() !== null) return null
    return { now: now(), policy, viewer: { name: this.#actor.username } }
  }

  /** The reason while the API server has not told what judging needs; null once it has. */
  #unasked(): NotKnown | null {
    if (!this.#followed.reserved.wasAnswered) {
      return reasonOf('the API server has not been asked who this is yet')
    }
    return this.#config.identity.serverNames.current() === null
      ? reasonOf('the certificate of the API server could not be read')
      : null
  }

  /** The reason why the known cluster allows no approval; null when it allows approvals. */
  #trouble(): NotKnown | null {
    const { isExpectedKnown } = this.#documents.inForce()
    const unlisted = isExpectedKnown ? null : reasonOf('no list of expected machines yet')
    return this.#unasked() ?? unlisted ?? whyNotKnown(this.#followed.sources)
  }

  #whyNot(): string | null {
    const why = this.#trouble()
    return why === null ? null : reasonWords(why)
  }

  readonly #tick = (): void => {
    this.#cancelTick = clock.after(TICK_MS, this.#tick)
    const why = this.#whyNot()
    if (why !== this.#lastTrouble) {
      this.#log(why === null ? { event: 'live' } : { event: 'notLive', why })
    }
    this.#lastTrouble = why
    const tooMany = this.#followed.sources.tooMany()
    if (tooMany !== this.#lastTooMany) this.#log({ event: 'tooManyRequests', source: tooMany })
    this.#lastTooMany = tooMany
    this.#followed.wake()
    this.#approver.wake()
    const { policy, paused } = this.#documents.inForce()
    const no = whyNotNow('report', {
      follower: !this.#leader.holds(0),
      paused: paused !== false,
      off: (policy?.automatic.mode ?? 'off') === 'off',
      trouble: this.#trouble(),
    })
    if (no === null) this.#toReport.tick()
  }

  #documentsChanged(after: InForce, before: InForce): void {
    const { policy, expected, releasedAt } = after
    for (const entry of documentNews(after, before)) this.#log(entry)
    if (policy !== before.policy && policy !== null) {
      this.#world.setMachineNamespaces(policy.machineNamespaces)
      this.#comparer.changed(policy)
      this.#world.touchAll()
    }
    if (expected !== before.expected) this.#world.setExpected(expected)
    // Set for followers too: a new leader needs the kubelets' answers at once.
    this.#world.setAsksKubelets(this.#asksKubelets())
    if (releasedAt !== before.releasedAt && this.#brake.release(releasedAt)) {
      this.#log({ event: 'brakeReleased', at: new Date(releasedAt).toISOString() })
      this.#leader.renewNow()
      this.#approver.released()
    }
    this.#followed.wake()
    this.#live.look()
    this.#approver.wake()
  }
}
