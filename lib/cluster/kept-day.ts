import {
  type FiledRequest,
  isTooLarge,
  type KeptBounds,
  type KeptRequest,
  KeptRequests,
} from '#lib/cluster/kept-requests.ts'
import type { RequestStore } from '#lib/cluster/sources.ts'
import { isAsking } from '#lib/csr/approval/automatic.ts'
import {
  answerLate,
  type Captured,
  capture,
  forStorage,
  withoutNode,
} from '#lib/csr/approval/forecast.ts'
import type { Context } from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import type { Judgement } from '#lib/csr/claim/judgement.ts'
import { isSamePlace } from '#lib/csr/kubelets/evidence.ts'
import type { Csr } from '#lib/csr/model.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import { readDecision } from '#lib/csr/policy/decision-message.ts'
import {
  isSuperseded,
  isSupersededByRequest,
  type Supersession,
  supersession,
} from '#lib/csr/stage/superseded.ts'
import { decision, isApproved, isDenied, isFailed, isPending } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'
import { judge } from '#lib/csr/verdict/verdict.ts'
import type { World } from '#lib/csr/world/world.ts'
import type { Fate, Unjudged } from '#lib/wire/policy-answers.ts'

/** A request of the last 24 hours, as it was filed and what became of it. */
export interface DayRequest extends FiledRequest {
  /** The request as it was before its decision; a pending one as it is now. */
  readonly captured: () => Captured | Unjudged
}

export interface KeptDayOptions extends KeptBounds {
  readonly world: World
  readonly context: () => Context
  /** Hears of each request that is kept, and again when its end or its captured state changes. */
  readonly onKept?: ((kept: KeptRequest) => void) | undefined
}

/**
 * Keeps the last day of requests to try another policy on, each with what judging it again needs: the
 * API server forgets a decided request after an hour. A request is captured at the last moment before the world learns of its
 * decision. An answer of its kubelet may be added later, if the kubelet was being asked then.
 */
export class KeptDay implements RequestStore {
  readonly #options: KeptDayOptions
  readonly #kept: KeptRequests
  /** Pending requests, captured with their latest judgement. */
  readonly #pending = new WeakMap<Claim, { judgement: Judgement; captured: Captured }>()
  #superseded: {
    readonly changes: number
    readonly of: Map<string, Supersession>
  } = { changes: -1, of: new Map() }
  #since: number

  constructor(options: KeptDayOptions) {
    this.#options = options
    this.#kept = new KeptRequests(options)
    this.#since = options.context().now
  }

  /**
   * Time at which the day began to be kept, milliseconds since the epoch: earlier decisions were not
   * watched.
   */
  get since(): number {
    return this.#since
  }

  /** A decided request as it was before; null where that was not seen. */
  captured(uid: string): Captured | null {
    const captured = this.#kept.get(uid)?.captured ?? null
    return typeof captured === 'string' ? null : captured
  }

  /** Puts back requests that an earlier process kept, the oldest first. */
  restore(restored: readonly KeptRequest[]): void {
    const { now } = this.#options.context()
    const here = this.#kept.all()
    this.#kept.clear()
    for (const { seen, captured, learnedAt } of restored) {
      // An answer that comes after a restart may be to a later question.
      this.#kept.put({ seen, captured: shown(captured), learnedAt }, now)
      this.#since = Math.min(this.#since, learnedAt)
    }
    for (const kept of here) {
      const earlier = kept.captured === 'notSeenPending' ? this.#kept.get(kept.seen.uid) : null
      this.#kept.put(earlier === null ? kept : { ...earlier, seen: kept.seen }, now)
    }
  }

  upsert(csr: Csr, isLive: boolean): void {
    const { world } = this.#options
    const before = world.claim(csr.uid)
    const ends = before !== null && isPending(before.csr) && !isPending(csr)
    const isKept = isKubeletSigner(csr.signerName) && !isPending(csr)
    const known = this.#kept.get(csr.uid)?.captured ?? 'notSeenPending'
    const captured = ends && isKept ? this.#captureAtEnd(before, isLive, csr) : known
    world.upsertCsr(csr)
    const claim = isKept ? world.claim(csr.uid) : null
    if (claim !== null) this.#keep(endOf(claim), captured)
  }

  remove(uid: string, isLive: boolean): void {
    const { world, context } = this.#options
    const before = world.claim(uid)
    if (before !== null && isPending(before.csr) && isKubeletSigner(before.csr.signerName)) {
      const endedAt = isLive ? new Date(context().now).toISOString() : null
      const end = { fate: 'deleted', endedAt, decider: null, by: null } as const
      this.#keep({ ...factsOf(before), ...end }, this.#captureAtEnd(before, isLive))
    }
    world.removeCsr(uid)
  }

  forget(): void {
    this.#kept.clear()
  }

  /**
   * Names of Nodes whose kubelet had not answered when a request of theirs was decided. Their answer is
   * still wanted; answers that have come since are added first.
   */
  *unanswered(): Generator<string> {
    this.#addAnswers()
    for (const { seen } of this.#kept.unanswered()) if (seen.nodeName !== null) yield seen.nodeName
  }

  /** Ended requests of the last 24 hours, then the pending ones; in no other order. */
  requests(): readonly DayRequest[] {
    const { world, context } = this.#options
    this.#kept.expire(context().now)
    this.#addAnswers()
    // Time alone changes supersession, too.
    this.#superseded = { changes: -1, of: new Map() }
    const requests: DayRequest[] = this.#kept
      .all()
      .map(({ seen, captured }) => ({ ...seen, captured: () => shown(captured) }))
    for (const claim of world.requests.claims.values()) {
      if (!isPending(claim.csr) || !isKubeletSigner(claim.csr.signerName)) continue
      const end = { fate: 'pending', endedAt: null, decider: null, by: null } as const
      const captured = () => this.#captureNow(claim, this.#isSupersededAmong(claim))
      requests.push({ ...factsOf(claim), ...end, captured })
    }
    return requests
  }

  /** Captures a pending request right before it is decided, as in `decided`, or deleted. */
  #captureAtEnd(claim: Claim, isLive: boolean, decided: Csr | null = null): Captured | Unjudged {
    if (!isLive) return 'heardLate'
    const isJoined = decided !== null && isNodeLater(claim, decided, this.#options.world)
    const captured = forStorage(
      isJoined ? this.#captureWithoutNode(claim) : this.#captureAlone(claim),
    )
    return isTooLarge(captured) ? 'tooLarge' : captured
  }

  #captureAlone(claim: Claim): Captured {
    const { world, context } = this.#options
    return this.#captureNow(claim, isSuperseded(claim, world, context()))
  }

  #captureWithoutNode(claim: Claim): Captured {
    const { world, context } = this.#options
    const superseded = isSupersededByRequest(claim, world, context())
    return withoutNode(capture(claim, world, context(), superseded), context())
  }

  #captureNow(claim: Claim, superseded: boolean): Captured {
    const { world, context } = this.#options
    const known = this.#pending.get(claim)
    const now = context()
    const judgement = judge(claim, world, now)
    if (known !== undefined && known.judgement === judgement) {
      const asking = isAsking(claim, world, now)
      if (known.captured.superseded !== superseded || known.captured.asking !== asking) {
        known.captured = { ...known.captured, superseded, asking }
      }
      return known.captured
    }
    const captured = capture(claim, world, now, superseded)
    this.#pending.set(claim, { judgement, captured })
    return captured
  }

  /** Whether a newer request supersedes this one; compares a machine's requests once for all of them. */
  #isSupersededAmong(claim: Claim): boolean {
    const { world, context } = this.#options
    const { nodeName } = claim
    if (nodeName === null) return false
    const { changes } = world
    if (this.#superseded.changes !== changes) this.#superseded = { changes, of: new Map() }
    let known = this.#superseded.of.get(nodeName)
    if (known === undefined) {
      // Newest first, as far as they came in that order.
      const claims = [...world.requests.ofMachine(nodeName)].reverse()
      known = supersession(claims, world, context())
      this.#superseded.of.set(nodeName, known)
    }
    return known.superseded.has(claim.csr.uid)
  }

  #keep(seen: FiledRequest, captured: Captured | Unjudged): void {
    const { now } = this.#options.context()
    const before = this.#kept.get(seen.uid)
    const kept = { seen, captured, learnedAt: before?.learnedAt ?? now }
    this.#kept.put(kept, now)
    if (before?.captured === captured && before.seen.fate === seen.fate) return
    this.#options.onKept?.(kept)
  }

  /** Adds the answers of kubelets that have come since a request was decided. */
  #addAnswers(): void {
    for (const { seen, captured } of this.#kept.unanswered()) {
      const answered = typeof captured === 'string' ? null : this.#answered(captured)
      if (answered !== null) this.#keep(seen, answered)
    }
  }

  /**
   * The request with its kubelet's answer; null while the answer may come. An answer of another
   * Node, or from another place, does not count.
   */
  #answered(captured: Captured): Captured | Unjudged | null {
    const { world, context } = this.#options
    const { nodeName } = captured.claim
    const node = nodeName === null ? null : world.cluster.node(nodeName)
    if (node === null || captured.node === null) return 'notAnswered'
    const isThere = isSamePlace(world.kubeletPlace(captured.node), world.kubeletPlace(node))
    if (!isThere) return 'notAnswered'
    if (isAsking(captured.claim, world, context())) return null
    return answerLate(captured, world, context())
  }
}

/**
 * Whether the Node came after the decision on its client request. Nodes come by another watch than
 * requests: where a kubelet joins at once, its Node may be heard of before the decision that let it in.
 * Times are whole seconds; the same one counts as after. `earliest`: the time before which a Node was
 * there, whatever the decider says.
 */
export function isNodeLater(
  { nodeName, kind, createdAt }: Claim,
  decided: Csr,
  { cluster }: Pick<World, 'cluster'>,
  earliest = 0,
): boolean {
  const node = nodeName === null ? null : cluster.node(nodeName)
  const decidedAt = milliseconds(decision(decided)?.lastUpdateTime ?? null)
  if (node === null || decidedAt === null || kind !== 'nodeBootstrapper') return false
  // The decider's clock may be behind that of the API server, which tells the other two.
  return (milliseconds(node.createdAt) ?? 0) >= Math.max(createdAt, decidedAt, earliest)
}

/** The entry for the page; `notAnswered` while a kubelet's answer is still pending. */
function shown(captured: KeptRequest['captured']): Captured | Unjudged {
  return typeof captured !== 'string' && captured.asking ? 'notAnswered' : captured
}

function factsOf({ csr, nodeName }: Claim) {
  const { uid, name, signerName, createdAt } = csr
  return { uid, name, nodeName, signerName, requestor: csr.requestor.username, createdAt }
}

function endOf(claim: Claim): FiledRequest {
  const { csr } = claim
  const decided = decision(csr)
  const words = decided === null ? null : readDecision(decided)
  return {
    ...factsOf(claim),
    fate: fateOf(csr),
    endedAt: decided?.lastUpdateTime ?? null,
    decider: words?.decider ?? null,
    by: words?.by ?? null,
  }
}

function fateOf(csr: Csr): Fate {
  if (isDenied(csr)) return 'denied'
  if (isApproved(csr)) return 'approved'
  return isFailed(csr) ? 'failed' : 'pending'
}
