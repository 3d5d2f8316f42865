import type { RequestStore } from '#lib/cluster/sources.ts'
import { isAsking } from '#lib/csr/approval/automatic.ts'
import {
  answerLate,
  type Frozen,
  freeze,
  lighten,
  withoutNode,
} from '#lib/csr/approval/forecast.ts'
import type { Context } from '#lib/csr/checks/check-question.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import type { Judgement } from '#lib/csr/claim/judgement.ts'
import { isSamePlace } from '#lib/csr/kubelets/evidence.ts'
import type { Csr } from '#lib/csr/model.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import { readDecision } from '#lib/csr/policy/decision-message.ts'
import { isSound } from '#lib/csr/policy/trust.ts'
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
import type { Fate, ShadowRow, Unjudged } from '#lib/wire/policy-answers.ts'

/** A request of the last 24 hours, as it was filed and what became of it. */
export interface SeenRequest extends Omit<ShadowRow, 'compared' | 'forecast'> {
  /** As it stood before it was decided; of a pending one as it stands now. */
  readonly frozen: () => Frozen | Unjudged
}

export interface History {
  /** When it began, milliseconds since the epoch: decisions before that were not watched. */
  readonly since: number
  /** Puts back requests that an earlier process kept, the oldest first. */
  restore(kept: readonly KeptRequest[]): void
  /** A decided request as it stood before; null where that was not seen. */
  frozen(uid: string): Frozen | null
  /** The decided and the gone of the last 24 hours, then what is pending; in no other order. */
  requests(): readonly SeenRequest[]
  /**
   * Nodes whose kubelet had not answered when a request of theirs was decided: what acts by itself
   * was told earlier. Their answer is still wanted; what has come since is taken in first.
   */
  unanswered(): Iterable<string>
}

export interface HistoryOptions {
  readonly world: World
  readonly context: () => Context
  /** Called with each request that is kept, and again when its end or its frozen state changes. */
  readonly onKept?: ((kept: KeptRequest) => void) | undefined
  /**
   * Called once for each pending request that is approved, after its state before is kept; not for one
   * that is known to have failed no check right before.
   */
  readonly onApproved?: (claim: Claim) => void
  readonly maxRequests?: number
  readonly maxBytes?: number
}

export const KEPT_MS = 24 * 60 * 60 * 1000
/** Decided ones; what is pending is in the world anyway. */
const MAX_REQUESTS = 20_000
/** Most bytes of all frozen requests, by `weigh`. */
const MAX_BYTES = 128 * 1024 * 1024
/** Most bytes of one request: a kubelet's has two or three names and weighs about 6 KB. */
const MAX_REQUEST_BYTES = 64 * 1024
/** Measured: 8 KB of heap for a request with one name and one address, all told. */
const BASE_BYTES = 6_000
const SAN_BYTES = 500
const ITEM_BYTES = 200
/** Evicting looks at every group: so many at a time, and then none for a while. */
const EVICTED_AT_ONCE = 64

/** A decided or deleted request, as the history keeps it. */
export interface KeptRequest {
  readonly seen: Omit<SeenRequest, 'frozen'>
  /** While it says `asking`, the answer of its kubelet is still to come. */
  readonly frozen: Frozen | Unjudged
  /** Milliseconds since the epoch. */
  readonly learnedAt: number
}

interface Entry extends KeptRequest {
  readonly bytes: number
}

/**
 * The API server forgets a decided request after an hour; this keeps what judging it under another
 * policy needs for a day. What a request was is frozen at the last moment before the
 * world learns of its decision; what its kubelet says may come in later, if it was being asked then.
 */
export function createHistory(options: HistoryOptions): History & RequestStore {
  const { world, context, onKept, onApproved } = options
  const { maxRequests = MAX_REQUESTS, maxBytes = MAX_BYTES } = options
  /** In the order in which they were learned. */
  const entries = new Map<string, Entry>()
  /** Uids by machine, oldest first. */
  const groups = new Map<string, Set<string>>()
  /** Uids of those whose kubelet is still to answer. */
  const open = new Set<string>()
  const pending = new WeakMap<Claim, { judgement: Judgement; frozen: Frozen }>()
  let since = context().now
  let judged = nobody()
  let bytes = 0

  function frozenNow(claim: Claim, superseded: boolean): Frozen {
    const known = pending.get(claim)
    const now = context()
    const judgement = judge(claim, world, now)
    if (known !== undefined && known.judgement === judgement) {
      const asking = isAsking(claim, world, now)
      if (known.frozen.superseded !== superseded || known.frozen.asking !== asking) {
        known.frozen = { ...known.frozen, superseded, asking }
      }
      return known.frozen
    }
    const frozen = freeze(claim, world, now, superseded)
    pending.set(claim, { judgement, frozen })
    return frozen
  }

  function isSupersededNow(claim: Claim): boolean {
    if (claim.nodeName === null) return false
    return isSuperseded(claim, world.requests.ofMachine(claim.nodeName), world, context())
  }

  /** The same for all that is pending, a machine's requests together. */
  function isSupersededAmong(claim: Claim): boolean {
    const { nodeName } = claim
    if (nodeName === null) return false
    if (judged.changes !== world.changes) judged = nobody(world.changes)
    let known = judged.of.get(nodeName)
    if (known === undefined) {
      // Newest first, as far as they came in that order.
      const claims = [...world.requests.ofMachine(nodeName).values()].reverse()
      known = supersession(claims, world, context())
      judged.of.set(nodeName, known)
    }
    return known.superseded.has(claim.csr.uid)
  }

  /** Right before a pending request is decided, as in `decided`, or goes. */
  function capture(claim: Claim, isLive: boolean, decided: Csr | null = null): Frozen | Unjudged {
    if (!isLive) return 'heardLate'
    const stood = decided !== null && isNodeLater(claim, decided) ? beforeItsNode : asItStands
    const frozen = lighten(stood(claim))
    return weigh(frozen) > MAX_REQUEST_BYTES ? 'tooLarge' : frozen
  }

  function asItStands(claim: Claim): Frozen {
    return frozenNow(claim, isSupersededNow(claim))
  }

  function beforeItsNode(claim: Claim): Frozen {
    const ofItsMachine = world.requests.ofMachine(claim.nodeName ?? '').values()
    const superseded = isSupersededByRequest(claim, ofItsMachine, world, context())
    return withoutNode(freeze(claim, world, context(), superseded), context())
  }

  /**
   * Nodes come by another watch than requests: where a kubelet joins at once, its Node may be heard
   * of before the decision that let it in. Times are whole seconds; the same one counts as after.
   */
  function isNodeLater({ nodeName, kind, createdAt }: Claim, decided: Csr): boolean {
    const node = nodeName === null ? null : world.cluster.node(nodeName)
    const decidedAt = milliseconds(decision(decided)?.lastUpdateTime ?? null)
    if (node === null || decidedAt === null || kind !== 'nodeBootstrapper') return false
    // The decider's clock may be behind that of the API server, which tells the other two.
    return (milliseconds(node.createdAt) ?? 0) >= Math.max(createdAt, decidedAt)
  }

  /** Whether no check had failed right before the decision; false where a later Node hides that. */
  function wasSound(claim: Claim, decided: Csr): boolean {
    return !isNodeLater(claim, decided) && isSound(judge(claim, world, context()).verdict)
  }

  function record(seen: Entry['seen'], frozen: Frozen | Unjudged): void {
    const known = entries.get(seen.uid)
    const learnedAt = known?.learnedAt ?? context().now
    put({ seen, frozen, learnedAt })
    if (known?.frozen === frozen && known.seen.fate === seen.fate) return
    onKept?.({ seen, frozen, learnedAt })
  }

  function put({ seen, frozen, learnedAt }: KeptRequest): void {
    const known = entries.get(seen.uid)
    const weight = typeof frozen === 'string' ? 512 : weigh(frozen)
    // One that is known stays in its place: the oldest are in front.
    entries.set(seen.uid, { seen, frozen, bytes: weight, learnedAt })
    bytes += weight - (known?.bytes ?? 0)
    if (typeof frozen !== 'string' && frozen.asking) open.add(seen.uid)
    else open.delete(seen.uid)
    const group = groups.get(groupOf(seen)) ?? new Set()
    groups.set(groupOf(seen), group.add(seen.uid))
    expire()
    if (entries.size > maxRequests) evict(EVICTED_AT_ONCE)
    while (bytes > maxBytes && entries.size > 1) evict(1)
  }

  function drop(uid: string): void {
    const entry = entries.get(uid)
    if (entry === undefined) return
    entries.delete(uid)
    open.delete(uid)
    bytes -= entry.bytes
    const key = groupOf(entry.seen)
    const group = groups.get(key)
    group?.delete(uid)
    if (group?.size === 0) groups.delete(key)
  }

  /** As it is told: of one that was being asked nobody knows yet what it would have waited for. */
  function toldOf(frozen: Entry['frozen']): Frozen | Unjudged {
    return typeof frozen !== 'string' && frozen.asking ? 'notAnswered' : frozen
  }

  function settle(): void {
    for (const uid of open) {
      const entry = entries.get(uid)
      if (entry === undefined || typeof entry.frozen === 'string') continue
      const late = answerOf(entry.frozen)
      if (late !== null) record(entry.seen, late)
    }
  }

  /** Null while it is to come. Of another Node, or from elsewhere, it says nothing. */
  function answerOf(frozen: Frozen): Frozen | Unjudged | null {
    const { nodeName } = frozen.claim
    const node = nodeName === null ? null : world.cluster.node(nodeName)
    if (node === null || frozen.node === null) return 'notAnswered'
    if (!isSamePlace(world.kubeletPlace(frozen.node), world.kubeletPlace(node)))
      return 'notAnswered'
    if (isAsking(frozen.claim, world, context())) return null
    return answerLate(frozen, world, context())
  }

  function expire(): void {
    const before = context().now - KEPT_MS
    for (const [uid, { learnedAt }] of entries) {
      if (learnedAt > before) return
      drop(uid)
    }
  }

  /** From the machine that has the most: a flood of one pushes out only its own. */
  function evict(count: number): void {
    for (let left = count; left > 0 && entries.size > 1; left -= 1) {
      let largest: Set<string> | null = null
      for (const group of groups.values()) {
        if (largest === null || group.size > largest.size || isOlder(group, largest))
          largest = group
      }
      const [oldest] = largest ?? []
      if (oldest === undefined) return
      drop(oldest)
    }
  }

  function isOlder(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
    return a.size === b.size && learnedAt(a) < learnedAt(b)
  }

  function learnedAt(group: ReadonlySet<string>): number {
    const [oldest = ''] = group
    return entries.get(oldest)?.learnedAt ?? 0
  }

  function forget(): void {
    entries.clear()
    open.clear()
    groups.clear()
    bytes = 0
  }

  return {
    get since() {
      return since
    },
    frozen(uid) {
      const frozen = entries.get(uid)?.frozen ?? null
      return typeof frozen === 'string' ? null : frozen
    },
    restore(kept) {
      const here = [...entries.values()]
      forget()
      for (const { seen, frozen, learnedAt } of kept) {
        // An answer that comes after a restart may be to a later question.
        put({ seen, frozen: toldOf(frozen), learnedAt })
        since = Math.min(since, learnedAt)
      }
      for (const entry of here) {
        const known = entries.get(entry.seen.uid)
        const isUnseen = entry.frozen === 'notSeenPending'
        put(isUnseen && known !== undefined ? { ...known, seen: entry.seen } : entry)
      }
    },
    upsert(csr, isLive) {
      const before = world.claim(csr.uid)
      const ends = before !== null && isPending(before.csr) && !isPending(csr)
      const known = entries.get(csr.uid)?.frozen
      const isKept = isKubeletSigner(csr.signerName) && !isPending(csr)
      const frozen = ends && isKept ? capture(before, isLive, csr) : (known ?? 'notSeenPending')
      const isClear = ends && isKept && wasSound(before, csr)
      world.upsertCsr(csr)
      const claim = isKept ? world.claim(csr.uid) : null
      if (claim === null) return
      record(endOf(claim), frozen)
      if (ends && isLive && isApproved(csr) && !isClear) onApproved?.(claim)
    },
    remove(uid, isLive) {
      const before = world.claim(uid)
      if (before !== null && isPending(before.csr) && isKubeletSigner(before.csr.signerName)) {
        const endedAt = isLive ? new Date(context().now).toISOString() : null
        const seen = {
          ...factsOf(before),
          fate: 'deleted' as const,
          endedAt,
          decider: null,
          by: null,
        }
        record(seen, capture(before, isLive))
      }
      world.removeCsr(uid)
    },
    forget,
    *unanswered() {
      settle()
      for (const uid of open) {
        const nodeName = entries.get(uid)?.seen.nodeName ?? null
        if (nodeName !== null) yield nodeName
      }
    },
    requests() {
      expire()
      settle()
      // Time alone changes it, too.
      judged = nobody()
      const requests: SeenRequest[] = []
      for (const { seen, frozen } of entries.values()) {
        requests.push({ ...seen, frozen: () => toldOf(frozen) })
      }
      for (const claim of world.requests.claims.values()) {
        if (!isPending(claim.csr) || !isKubeletSigner(claim.csr.signerName)) continue
        const end = { fate: 'pending' as const, endedAt: null, decider: null, by: null }
        requests.push({
          ...factsOf(claim),
          ...end,
          frozen: () => frozenNow(claim, isSupersededAmong(claim)),
        })
      }
      return requests
    },
  }
}

/** Known supersession by machine, valid while the world is unchanged. */
function nobody(changes = -1): { changes: number; of: Map<string, Supersession> } {
  return { changes, of: new Map() }
}

type Facts = Pick<
  SeenRequest,
  'uid' | 'name' | 'nodeName' | 'signerName' | 'requestor' | 'createdAt'
>

function factsOf({ csr, nodeName }: Claim): Facts {
  const { uid, name, signerName, createdAt } = csr
  return { uid, name, nodeName, signerName, requestor: csr.requestor.username, createdAt }
}

function endOf(claim: Claim): Entry['seen'] {
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

/** Under "other requests" there is no machine: then whoever asks. */
function groupOf({ nodeName, requestor }: Entry['seen']): string {
  return nodeName === null ? `requestor ${requestor}` : `node ${nodeName}`
}

/** About how many bytes it takes, from what a requester can make large; told quickly, not exactly. */
function weigh({ claim, node, machine, expected, answers }: Frozen): number {
  let bytes = BASE_BYTES
  for (const { value } of claim.sans) bytes += SAN_BYTES + 4 * value.length
  for (const group of claim.csr.requestor.groups) bytes += group.length
  const lists = [node?.addresses, node?.taints, machine?.addresses, expected]
  for (const list of lists) bytes += ITEM_BYTES * (list?.length ?? 0)
  for (const { values } of answers.values()) {
    for (const name in values) bytes += values[name]?.length ?? 0
  }
  return bytes
}
