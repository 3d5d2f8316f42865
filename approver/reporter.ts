import { hash, randomBytes } from 'node:crypto'
import { type Announcement, createAnnouncer } from '#approver/event-announcer.ts'
import { brakeWords, leftWords, loosenedWords, policyWords } from '#approver/event-text.ts'
import type { Loosened } from '#approver/policy-comparer.ts'
import type { Begun, Done } from '#lib/act/approver.ts'
import type { Metrics } from '#lib/act/approver-metrics.ts'
import type { AnsweredRequest } from '#lib/cluster/automatic-answers.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import type { Trip } from '#lib/csr/policy/brake.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import type { LogEntry } from '#lib/kube/log/process-log.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { createEvent, type EventFacts } from '#lib/kube/writes/events.ts'
import { type LeasePlace, microTime, readLease } from '#lib/kube/writes/lease.ts'
import { inEnglish } from '#lib/messages/english.ts'

export type Reporter = ReturnType<typeof createReporter>

/** Outcomes that are no failure of the write. */
const NOT_FAILED: readonly Done['outcome'][] = ['already', 'gone', 'changed', 'braked']
const CONTROLLER = 'countersign.dev/approver'

/** Reports decisions and left requests: log, metrics, Events. */
export function createReporter(options: {
  readonly identity: Identity
  readonly lease: LeasePlace
  /** Identity of this process among the approver's. */
  readonly instance: string
  readonly clock: Clock
  readonly metrics: Metrics
  /** Writes a line of the log; resolves when the line is out. */
  readonly write: (entry: LogEntry) => Promise<void>
  readonly policy: () => Policy | null
  /** Time a request was first seen, in milliseconds since the epoch. */
  readonly seenAt: (uid: string) => number
  readonly onError: (kind: 'event') => (error: unknown) => void
}) {
  const { identity, clock, metrics } = options
  const log = (entry: LogEntry) => void options.write(entry)
  const { now } = clock
  const stopping = new AbortController()
  /** Secret of this process, so that no other client can predict its Events' names. */
  const key = randomBytes(32)
  const announcer = createAnnouncer(clock, tellEvent, options.onError('event'))

  function announce({ csr }: Claim, reason: string, note: string): void {
    const id = eventName(reason, csr.uid, note)
    const about = { kind: 'request', name: csr.name, uid: csr.uid } as const
    announcer.announce({ id, reason, type: 'Normal', note, about })
  }

  async function tellEvent(announcement: Announcement): Promise<void> {
    const { id, reason, type, note, about } = announcement
    const { signal } = stopping
    const facts = {
      ...{ name: id, reason, type, note, action: 'Approve', controller: CONTROLLER },
      ...{ instance: options.instance, time: microTime(now()) },
    }
    if (about.kind === 'request') {
      const kind = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' }
      const regarding = { ...kind, name: about.name, uid: about.uid }
      // Events about cluster-scoped objects must be in `default`.
      return write({ ...facts, namespace: 'default', regarding }, signal)
    }
    const { namespace, name } = options.lease
    const lease = await readLease(identity, options.lease, signal)
    if (lease === null) return
    const kind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }
    const regarding = { ...kind, name, namespace, uid: lease.uid }
    return write({ ...facts, namespace, regarding }, signal)
  }

  async function write(facts: EventFacts, signal: AbortSignal): Promise<void> {
    const outcome = await createEvent(identity, facts, key, signal)
    // Any account that may create Events can forge the approver's, but not a line of its log.
    if (outcome === 'renamed') log({ event: 'eventNameTaken', name: facts.name })
  }

  return {
    /** Tells that an answer has settled. */
    stands({ answer }: AnsweredRequest): void {
      if (answer.act === 'leave') metrics.decided('left', answer.because, answer.check ?? '')
      else if (isShadow(options.policy())) metrics.decided('would_approve', '', '')
    },
    /** Tells that an answer is worth a person's attention. */
    answer({ claim, answer }: AnsweredRequest): void {
      const policy = options.policy()
      if (policy === null) return
      const subject = { ...subjectOf(claim), policy: policy.name, generation: policy.generation }
      if (answer.act === 'leave') {
        if (answer.because === 'otherSigner') return
        log({ event: 'left', ...subject, because: answer.because, check: answer.check })
        announce(claim, 'LeftToAPerson', leftWords(answer, policy))
      } else if (isShadow(policy)) {
        // The request is approved, or another line has the reason against it.
        log({ event: 'wouldApprove', ...subject, verdict: answer.verdict })
        announce(claim, 'WouldApprove', `${policyWords(policy)} would approve it.`)
      }
    },
    /** Writes the line before a try; resolves when the line is out. */
    begins: ({ claim, requestId }: Begun): Promise<void> =>
      options.write({ event: 'approving', requestId, ...subjectOf(claim) }),
    /** Tells that a try ended before its write. */
    notTried({ claim, requestId, causes }: Begun & Pick<Done, 'causes'>): void {
      log({ event: 'notTried', requestId, ...subjectOf(claim), detail: inEnglish(causes) })
    },
    done({ claim, outcome, policy, requestId, auditId, causes, trip }: Done): void {
      metrics.decided(outcome, trip === null ? '' : trip.scope, '')
      // Thousands of requests may be stopped before their turn: they have no line, the trip has one.
      if (requestId === '') return
      const { name, generation } = policy
      const found = auditId === null ? {} : { auditId }
      const details = causes.length === 0 ? {} : { detail: inEnglish(causes) }
      const by = { policy: name, generation }
      log({ event: outcome, requestId, ...subjectOf(claim), ...by, ...found, ...details })
      if (outcome === 'approved') {
        metrics.approved(now() - claim.createdAt, now() - options.seenAt(claim.csr.uid))
        announce(claim, 'AutoApproved', `Approved automatically by ${policyWords(policy)}.`)
      } else if (!NOT_FAILED.includes(outcome)) {
        metrics.failed('write')
      }
    },
    tripped(trip: Trip): void {
      log({ event: 'brakeTripped', ...trip })
      announcer.announce({
        id: `countersign-brake-${digestOf(JSON.stringify(trip))}`,
        reason: 'BrakeTripped',
        type: 'Warning',
        note: brakeWords(trip),
        about: { kind: 'lease' },
      })
    },
    /** Tells that the policy in force is, or may be, looser than the one before it. */
    loosened(loosened: Loosened): void {
      const { before, after, looser, unclear } = loosened
      const policies = {
        ...{ policy: after.name, generation: after.generation },
        ...{ policyBefore: before.name, generationBefore: before.generation },
      }
      const note = loosenedWords(loosened)
      log({ event: 'policyLoosened', ...policies, looser, unclear })
      announcer.announce({
        // With the time: the same change may happen again within the hour that an Event lives.
        id: `countersign-policy-${digestOf(`${note} ${now()}`)}`,
        ...{ reason: 'PolicyLoosened', type: 'Warning', note, about: { kind: 'lease' } },
      })
    },
    /** Number of Events that were dropped. */
    dropped: () => announcer.dropped,
    stop(): void {
      announcer.stop()
      stopping.abort()
    },
  }
}

/**
 * Name of an Event about a request, made from all of its content. Processes with one answer write
 * it once; another answer, such as after a change of policy, has another name.
 */
function eventName(reason: string, uid: string, note: string): string {
  return `countersign-${reason.toLowerCase()}-${uid}-${digestOf(note)}`
}

function digestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16)
}

function isShadow(policy: Policy | null): boolean {
  return policy?.automatic.mode === 'shadow'
}

/** A request's fields in a log line. */
function subjectOf({ csr, nodeName, reading }: Claim) {
  return {
    uid: csr.uid,
    name: csr.name,
    node: nodeName,
    signer: csr.signerName,
    requestor: csr.requestor.username,
    fingerprint: reading.fingerprint,
  }
}
