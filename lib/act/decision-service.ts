import { randomUUID } from 'node:crypto'
import type { DecisionOrder, DecisionOrderItem } from '#lib/act/decision-body.ts'
import { DeniedHere } from '#lib/act/denied-here.ts'
import { carryOut, type Owner } from '#lib/act/hand.ts'
import {
  type ItemJudgement,
  judgeItem,
  type KnownRequests,
  rowOrNull,
} from '#lib/act/judge-item.ts'
import type { Settled, TwoPeopleOrder } from '#lib/act/second-approval.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import { whyNotNow } from '#lib/csr/approval/may-act-now.ts'
import { type Cause, cause, type Sentence } from '#lib/csr/cause.ts'
import { type DecisionRecord, decisionMessage } from '#lib/csr/policy/decision-message.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import type { AuditEntry, AuditLog } from '#lib/journal/audit.ts'
import type { ActingIdentity } from '#lib/kube/transport/acting-identity.ts'
import { causesOf, isUnauthorized } from '#lib/kube/transport/errors.ts'
import { untilAborted } from '#lib/kube/transport/until-aborted.ts'
import type { DecisionRequest, DecisionResult } from '#lib/kube/writes/approval-write.ts'
import type { Principal } from '#lib/people/principal.ts'
import { explain } from '#lib/refusals/explain.ts'
import { NOT_TRIED } from '#lib/wire/not-tried.ts'
import type { DecisionDone, DecisionLine, DecisionPause, Loss, Outcome } from '#lib/wire/wire.ts'

export interface OrderOptions {
  /** The person who decides. */
  readonly principal: Principal
  readonly signal: AbortSignal
  readonly tell: (line: DecisionLine | DecisionPause | DecisionDone) => void
}

export interface DecisionServiceOptions {
  readonly feed: KnownRequests & Pick<RunningFeed, 'isLive' | 'canJudge'>
  readonly policy: () => Policy
  /** Settles whether this is the second approval, or makes it the first; never rejects. */
  readonly settle: (order: TwoPeopleOrder, person: ActingIdentity) => Promise<Settled>
  /** Writes one decision as that identity; never rejects. */
  readonly write: (request: DecisionRequest, person: ActingIdentity) => Promise<DecisionResult>
  readonly audit: AuditLog
  /** The reason why a decision could not be recorded now, where it must be; null if it could. */
  readonly unrecorded: () => Cause | null
  readonly onOutcome?: (order: DecisionOrder, outcome: Outcome, item: DecisionOrderItem) => void
  /** Reports an error in judging an item; the item is not written, the others continue. */
  readonly onError: (error: unknown) => void
}

interface ItemResult
  extends Pick<DecisionResult, 'retryAfterMs' | 'identityLost' | 'auditId'>,
    Pick<DecisionLine, 'lost'>,
    Pick<AuditEntry, 'proposal'> {
  readonly outcome: Outcome
  readonly causes?: readonly Sentence[] | undefined
}

function lostBy(lost: Loss, causes: readonly Sentence[], outcome: Outcome = 'error') {
  return { go: false, outcome, causes, lost } as const
}

function neverSent(loss: Loss) {
  const { outcome, why } = NOT_TRIED[loss]
  return lostBy(loss, [why], outcome)
}

/** Result of a tried item whose answer is no longer awaited. */
const UNANSWERED: ItemResult = { outcome: 'unknown', causes: [cause('stoppedUnanswered')] }

/** Outcomes without a write, which may change later. */
const NOT_WRITTEN: ReadonlySet<Outcome> = new Set(['error', 'forbidden', 'changed'])

/** An item's identity in the log, from the object if it exists. */
type Subject = Pick<AuditEntry, 'uid' | 'name' | 'node' | 'signer' | 'fingerprint'>

/** Decides for people: each item of an order is one decision of the hand, owned by its person. */
export class DecisionService {
  readonly #options: DecisionServiceOptions
  readonly #deniedHere: DeniedHere
  readonly #underWay = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  readonly #outOfPatience = new AbortController()

  constructor(options: DecisionServiceOptions) {
    this.#options = options
    this.#deniedHere = new DeniedHere(options.feed.csr)
  }

  /** Facts known now about this process, the cluster and the record. */
  known() {
    const { feed, unrecorded } = this.#options
    return {
      server: this.#stopping.signal.aborted,
      cluster: !feed.isLive(),
      judging: !feed.canJudge(),
      record: unrecorded(),
    }
  }

  /**
   * Decides the items, reports each outcome and then the counts; never rejects. After an abort no
   * further item begins. After a stop, or once the cluster or the credential is lost, no further item
   * begins either, and each of them is reported as lost.
   */
  async run(order: DecisionOrder, how: OrderOptions): Promise<void> {
    const work = this.#carryOut(order, how)
    this.#underWay.add(work)
    try {
      await work
    } finally {
      this.#underWay.delete(work)
    }
  }

  /**
   * Begins no further item. Resolves when every item under way has its end in the log: as `unknown`
   * without an answer by the end of `patience`.
   */
  async stop(patience: Promise<void>): Promise<void> {
    this.#stopping.abort()
    void patience.then(() => this.#outOfPatience.abort())
    await Promise.allSettled(this.#underWay)
  }

  /** Carries out one order, by one person under one username. */
  async #carryOut(order: DecisionOrder, how: OrderOptions): Promise<void> {
    const { feed, policy, settle, write, audit, onOutcome, onError } = this.#options
    const deniedHere = this.#deniedHere
    const { signal: stopping } = this.#stopping
    const { signal: outOfPatience } = this.#outOfPatience
    /** Aborted when all items have lost what they need: no more begin. */
    const over = new AbortController()
    const requestId = randomUUID()
    const { principal } = how
    const acting = await untilAborted(actingNow(principal), outOfPatience)
    const username = acting?.username ?? ''
    const person = username === '' ? principal.displayName : username
    const identity = principal.actor.as(username)
    const note = order.note?.trim() ?? ''
    const { decision } = order
    const thread = {
      ...{ requestId, who: person, decision, note: note || null },
      ...(order.run === undefined ? {} : { run: order.run }),
    }
    const begun = new Map<string, Subject>()
    const counts: Partial<Record<Outcome, number>> = {}
    const unreported = new Set(order.items)
    const noOrder = whyNotNow('order', {
      server: acting === null,
      identity: acting?.identity ?? null,
      actorUnknown: acting?.actorUnknown ?? null,
      // The person confirmed the order under that username: no other user continues.
      actor: order.as !== undefined && order.as !== person,
    })
    let lost = noOrder === null ? null : lostBy(noOrder.reason, noOrder.causes)
    if (lost !== null) over.abort()
    let logged = Promise.resolve()

    /** Requests are judged and written as this person. */
    const viewer: ViewerName = { name: username }
    const facts = () => ({ ...this.known(), actor: principal.viewer.name !== username })
    const whatIsLost = () => whyNotNow('item', facts())?.reason ?? null

    /** Logs the item's line once, for any number of throttled tries. */
    async function begin(item: DecisionOrderItem): Promise<void> {
      if (begun.has(item.uid)) return
      // An item that cannot be judged is logged by what the order says.
      const row = rowOrNull(feed, item.uid, viewer)
      const subject: Subject = {
        uid: item.uid,
        name: row?.name ?? item.name ?? feed.nameOf(item.uid) ?? '',
        node: row?.nodeName ?? null,
        signer: row?.signerName ?? '',
        fingerprint: row?.fingerprint ?? '',
      }
      begun.set(item.uid, subject)
      await audit.record({ event: 'decision.begin', ...thread, ...subject })
    }

    const ownerOf = (
      item: DecisionOrderItem,
    ): Owner<Extract<ItemJudgement, { readonly go: true }>, ItemResult> => ({
      begin: () => begin(item),
      whyNotBegin() {
        if (lost !== null) return lost
        const what = whatIsLost()
        return what === null ? null : neverSent(what)
      },
      judge: () => this.#judge(order, item, viewer),
      judgingFailed(error) {
        onError(error)
        return { go: false, outcome: 'error', causes: [cause('judgingFailed')] }
      },
      settle({ csr }) {
        const whyNot = () => whyNotNow('item', facts())?.causes ?? null
        return settle({ csr, note, policy: policy().secondPerson, whyNot }, identity)
      },
      // The brake is the approver's: a person's approval does not count.
      brake: () => null,
      whyNotWrite: (_judged, isAgain) =>
        whyNotNow(isAgain ? 'retry' : 'write', facts())?.causes ?? null,
      async write({ csr, row }, first, whyNot) {
        let record: DecisionRecord = { person, requestId, note }
        if (first !== null) {
          const { requestor, name } = first
          record = { ...record, proposedBy: { person: requestor.username, proposal: name } }
        }
        const message = decisionMessage(decision, record)
        const { fingerprint } = row
        const takeBack = decision === 'deny' ? deniedHere.add(row) : null
        const result = await write({ csr, fingerprint, decision, message, whyNot }, identity)
        // The opposite decision exists: the person has to look again.
        const wanted = decision === 'approve' ? 'approved' : 'denied'
        const isOpposite = result.outcome === 'already' && result.stands !== wanted
        const outcome = isOpposite ? 'changed' : result.outcome
        if (outcome !== 'denied' && outcome !== 'already') takeBack?.()
        return { ...result, outcome }
      },
      async waitFor(trying) {
        const result = (await untilAborted(trying, outOfPatience)) ?? UNANSWERED
        if (result === lost) return result
        // A refusal while the feed is not live may be caused by the break, not by the request.
        const what = whatIsLost() ?? result.identityLost ?? null
        if (what === null) return result
        lost ??= neverSent(what)
        over.abort()
        return NOT_WRITTEN.has(result.outcome) ? { ...result, lost: what } : result
      },
      end: (result) => end(item, result),
    })

    function end(item: DecisionOrderItem, result: ItemResult): void {
      const { outcome, causes = [] } = result
      unreported.delete(item)
      counts[outcome] = (counts[outcome] ?? 0) + 1
      const why = causes.length === 0 ? null : explain(causes)
      const subject = begun.get(item.uid)
      if (subject !== undefined) {
        const { auditId, proposal } = result
        const wrote = {
          ...(auditId === undefined ? {} : { auditId }),
          ...(proposal === undefined ? {} : { proposal }),
        }
        const end = { event: 'decision.end', ...thread, ...subject, outcome, ...wrote } as const
        logged = audit.record(why === null ? end : { ...end, detail: why.detail })
        onOutcome?.(order, outcome, item)
      }
      const line = { uid: item.uid, outcome, ...why }
      how.tell(result.lost === undefined ? line : { ...line, lost: result.lost })
      if (outcome === 'forbidden') principal.reviewAccess()
    }

    const { pacer } = principal
    const undo = pacer.onPause((until) =>
      how.tell({ pausedUntil: until === null ? null : new Date(until).toISOString() }),
    )
    try {
      const signal = AbortSignal.any([how.signal, over.signal, stopping])
      await carryOut(order.items.map(ownerOf), pacer, signal)
      if (stopping.aborted) lost ??= neverSent('server')
      if (lost !== null) for (const item of unreported) end(item, lost)
      await logged
    } finally {
      undo()
    }
    how.tell({ done: true, counts })
  }

  /** Judges an item, also by denials that the watch has not reported yet. */
  #judge(order: DecisionOrder, item: DecisionOrderItem, viewer: ViewerName): ItemJudgement {
    const { feed, policy } = this.#options
    const judgement = judgeItem(order, item, feed, policy(), viewer)
    if (!judgement.go || order.decision === 'deny') return judgement
    const denial = this.#deniedHere.against(judgement.row)
    if (denial === null) return judgement
    const causes = [cause('deniedJustNow', { request: denial.name })]
    return { go: false, outcome: 'refused', causes }
  }
}

/** The acting username, or the reason why there is none. */
async function actingNow({ actor }: Principal) {
  try {
    return { username: await actor.name() }
  } catch (error) {
    const causes = [cause('actorUnknown'), ...causesOf(error)] as const
    return isUnauthorized(error) ? { identity: causes } : { actorUnknown: causes }
  }
}
