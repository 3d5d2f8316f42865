import {
  isAnswerTo,
  isAskable,
  isSamePlace,
  type KubeletPlace,
} from '#lib/csr/kubelets/evidence.ts'
import type { World } from '#lib/csr/world/world.ts'

/** A kubelet to ask: its Node has a pending serving request, or is on a page. */
export interface Candidate {
  readonly name: string
  readonly where: KubeletPlace
  /**
   * Creation time of the newest pending request, in milliseconds since the epoch; null without a
   * pending request.
   */
  readonly requestedAt: number | null
}

type Waiting = Candidate & { readonly requestedAt: number }

/** Names of Nodes to ask without a pending request. */
export interface Besides {
  /** Decided before the kubelet's answer: treated as the oldest request. */
  readonly unanswered?: Iterable<string> | undefined
  /** Nodes on pages. */
  readonly inView?: Iterable<string> | undefined
}

/** A kubelet's last ask. */
export interface Asked {
  /** The place that was asked; without addresses no dial happened. */
  readonly where: KubeletPlace
  readonly at: number
  /** Asked only for a page. */
  readonly inView?: boolean
}

/** Shortest interval between asks of the same place. */
export const ASK_AGAIN_MS = 60_000
/** Shortest interval when the place changes: some Nodes change it every second. */
export const ASK_ELSEWHERE_MS = 10_000

/** Candidates by name: Nodes with a pending serving request, and `besides`. */
export function candidatesOf(
  world: Pick<World, 'requests' | 'cluster' | 'kubeletPlace'>,
  { unanswered = [], inView = [] }: Besides = {},
): Map<string, Candidate> {
  const { requests, cluster } = world
  const candidates = new Map<string, Candidate>()
  const add = (name: string, requestedAt: number | null) => {
    const known = candidates.get(name)
    if (known !== undefined) {
      const isNewer = requestedAt !== null && requestedAt > (known.requestedAt ?? -1)
      if (isNewer) candidates.set(name, { ...known, requestedAt })
      return
    }
    const node = cluster.node(name)
    if (node !== null) candidates.set(name, { name, where: world.kubeletPlace(node), requestedAt })
  }
  for (const { nodeName, createdAt } of requests.pendingServing.values()) {
    if (nodeName !== null) add(nodeName, createdAt)
  }
  for (const name of unanswered) add(name, 0)
  for (const name of inView) add(name, null)
  return candidates
}

export interface Plan {
  /** Kubelets without an answer from their current place, in this order. */
  readonly first: readonly Candidate[]
  /** Kubelets to ask again, in this order. */
  readonly again: readonly Candidate[]
  /** Kubelets of Nodes on pages, asked when no other is due. */
  readonly inView: readonly Candidate[]
  /** When to plan again without a change, in milliseconds since the epoch. */
  readonly againAt: number | null
}

/**
 * The order of asks: first asks by the newest request, repeated asks by the oldest ask, so that
 * kubelets that never answer displace no other.
 */
export function planAsking(options: {
  readonly candidates: Iterable<Candidate>
  readonly asked: ReadonlyMap<string, Asked>
  /** Names whose ask is under way. */
  readonly asking: { has(name: string): boolean }
  readonly now: number
}): Plan {
  const { candidates, asked, asking, now } = options
  const first: Waiting[] = []
  const again: { readonly candidate: Waiting; readonly askedAt: number }[] = []
  const inView: { readonly candidate: Candidate; readonly askedAt: number }[] = []
  let againAt: number | null = null
  for (const candidate of candidates) {
    if (asking.has(candidate.name)) continue
    const last = asked.get(candidate.name)
    const dueAt = mayAskAt(candidate, last, now)
    if (dueAt > now) againAt = Math.min(againAt ?? dueAt, dueAt)
    else if (!isWaiting(candidate)) inView.push({ candidate, askedAt: last?.at ?? 0 })
    else if (last === undefined || isNew(candidate, last, now)) first.push(candidate)
    else again.push({ candidate, askedAt: last.at })
  }
  // Requests are dated in whole seconds: the last one of a second counts as the newest.
  first.reverse().sort(newestFirst)
  again.sort((a, b) => a.askedAt - b.askedAt || newestFirst(a.candidate, b.candidate))
  inView.sort((a, b) => a.askedAt - b.askedAt)
  const candidateOf = ({ candidate }: { readonly candidate: Candidate }) => candidate
  return { first, again: again.map(candidateOf), inView: inView.map(candidateOf), againAt }
}

/** When the place may be asked again, in milliseconds since the epoch. */
export function mayAskAt(candidate: Candidate, last: Asked | undefined, now: number): number {
  if (last === undefined || !isOfTheNode(candidate, last, now)) return now
  if (!isNew(candidate, last, now)) return last.at + ASK_AGAIN_MS
  return isAskable(last.where) ? last.at + ASK_ELSEWHERE_MS : now
}

/** Whether a pending request waits for the answer. */
export function isWaiting(candidate: Candidate): candidate is Waiting {
  return candidate.requestedAt !== null
}

/**
 * Whether the last ask does not count: it was for a page before the request, or its place is no
 * longer the Node's current one.
 */
function isNew(candidate: Candidate, last: Asked, now: number): boolean {
  if (!isOfTheNode(candidate, last, now)) return true
  const { at: askedAt, inView = false } = last
  if (isWaiting(candidate) && !isAnswerTo(candidate.requestedAt, { askedAt, inView })) return true
  return isAskable(candidate.where) && !isSamePlace(last.where, candidate.where)
}

function isOfTheNode({ where }: Candidate, last: Asked, now: number): boolean {
  // An ask in the future means that the clock was set back: it does not count.
  return last.at <= now && last.where.nodeUid === where.nodeUid
}

function newestFirst(a: Waiting, b: Waiting): number {
  return b.requestedAt - a.requestedAt
}
