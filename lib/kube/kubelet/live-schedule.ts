import { isAnswerTo, isAskable, isSamePlace, type KubeletPlace } from '#lib/csr/world/evidence.ts'
import type { World } from '#lib/csr/world/world.ts'

/** A kubelet that is worth asking: a serving request of its Node waits, or somebody looks at it. */
export interface Candidate {
  readonly name: string
  readonly where: KubeletPlace
  /**
   * When the newest of its waiting requests was made, in milliseconds since the epoch; null where
   * nothing waits for the answer.
   */
  readonly requestedAt: number | null
}

type Waiting = Candidate & { readonly requestedAt: number }

/** Nodes that are asked for something else than a request that waits, by name. */
export interface Besides {
  /** Theirs was decided before the answer came: as if it was the oldest. */
  readonly unanswered?: Iterable<string> | undefined
  /** Somebody looks at them. */
  readonly inView?: Iterable<string> | undefined
}

/** When a Node's kubelet was asked last. */
export interface Asked {
  /** Without addresses nobody was dialled. */
  readonly where: KubeletPlace
  readonly at: number
  /** Nothing waited for it. */
  readonly inView?: boolean
}

/** A kubelet is asked no more often in the same place. */
export const ASK_AGAIN_MS = 60_000
/** Nor more often than this whatever its Node says meanwhile: some say another place each second. */
export const ASK_ELSEWHERE_MS = 10_000

/** Every Node for which a serving request waits, by name, and those besides. */
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
  /** Whom to ask who was never asked, or not where it is now, in this order. */
  readonly first: readonly Candidate[]
  /** Whom to ask again, in this order. */
  readonly again: readonly Candidate[]
  /** Those for whom nothing waits, in this order: when nobody else is to be asked. */
  readonly inView: readonly Candidate[]
  /** When to plan again though nothing happens, in milliseconds since the epoch. */
  readonly againAt: number | null
}

/**
 * Whom to ask. Of those who were not asked yet, or only looked at before, the newest request before
 * older ones; of the others those who were asked longest ago, so that kubelets that
 * never answer push nobody aside.
 */
export function planAsking(options: {
  readonly candidates: Iterable<Candidate>
  readonly asked: ReadonlyMap<string, Asked>
  /** Names of those that are being asked. */
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
  // Requests are dated by whole seconds: of the same one, who came last.
  first.reverse().sort(newestFirst)
  again.sort((a, b) => a.askedAt - b.askedAt || newestFirst(a.candidate, b.candidate))
  inView.sort((a, b) => a.askedAt - b.askedAt)
  const candidateOf = ({ candidate }: { readonly candidate: Candidate }) => candidate
  return { first, again: again.map(candidateOf), inView: inView.map(candidateOf), againAt }
}

/** From when on it may be asked where it is now, in milliseconds since the epoch. */
export function mayAskAt(candidate: Candidate, last: Asked | undefined, now: number): number {
  if (last === undefined || !isOfTheNode(candidate, last, now)) return now
  if (!isNew(candidate, last, now)) return last.at + ASK_AGAIN_MS
  return isAskable(last.where) ? last.at + ASK_ELSEWHERE_MS : now
}

/** Whether something waits for the answer. */
export function isWaiting(candidate: Candidate): candidate is Waiting {
  return candidate.requestedAt !== null
}

/**
 * Whether what was asked says nothing of it: it was only looked at, and its request came later, or it
 * can be dialled, and not where it was then.
 */
function isNew(candidate: Candidate, last: Asked, now: number): boolean {
  if (!isOfTheNode(candidate, last, now)) return true
  const { at: askedAt, inView = false } = last
  if (isWaiting(candidate) && !isAnswerTo(candidate.requestedAt, { askedAt, inView })) return true
  return isAskable(candidate.where) && !isSamePlace(last.where, candidate.where)
}

function isOfTheNode({ where }: Candidate, last: Asked, now: number): boolean {
  // In the future: the clock was set back, and what was learned does not count any more.
  return last.at <= now && last.where.nodeUid === where.nodeUid
}

function newestFirst(a: Waiting, b: Waiting): number {
  return b.requestedAt - a.requestedAt
}
