import { isAskable, isSamePlace, type KubeletPlace, kubeletPlace } from '#lib/csr/evidence.ts'
import { isPending } from '#lib/csr/status.ts'
import type { World } from '#lib/csr/world.ts'

/** A kubelet that is worth asking: a serving request of its Node waits. */
export interface Candidate {
  readonly name: string
  readonly where: KubeletPlace
  /** When the newest of its waiting requests was made, in milliseconds since the epoch. */
  readonly requestedAt: number
}

/** When a Node's kubelet was asked last. */
export interface Asked {
  /** Without addresses nobody was dialled. */
  readonly where: KubeletPlace
  readonly at: number
}

/** A kubelet is asked no more often in the same place. */
export const ASK_AGAIN_MS = 60_000
/** Nor more often than this whatever its Node says meanwhile: some say another place each second. */
export const ASK_ELSEWHERE_MS = 10_000

/**
 * Every Node for which a serving request waits, by name, and those named besides, as if theirs was
 * the oldest. Looks at every request: it is quick.
 */
export function candidatesOf(
  { requests, cluster }: Pick<World, 'requests' | 'cluster'>,
  besides: Iterable<string> = [],
): Map<string, Candidate> {
  const candidates = new Map<string, Candidate>()
  for (const { kind, nodeName, csr, createdAt } of requests.claims.values()) {
    if (kind !== 'kubeletServing' || nodeName === null || !isPending(csr)) continue
    const known = candidates.get(nodeName)
    if (known !== undefined && known.requestedAt >= createdAt) continue
    if (known !== undefined) {
      candidates.set(nodeName, { ...known, requestedAt: createdAt })
      continue
    }
    const node = cluster.node(nodeName)
    if (node === null) continue
    const where = kubeletPlace(node)
    candidates.set(nodeName, { name: nodeName, where, requestedAt: createdAt })
  }
  for (const name of besides) {
    const node = candidates.has(name) ? null : cluster.node(name)
    if (node !== null) candidates.set(name, { name, where: kubeletPlace(node), requestedAt: 0 })
  }
  return candidates
}

export interface Plan {
  /** Whom to ask who was never asked, or not where it is now, in this order. */
  readonly first: readonly Candidate[]
  /** Whom to ask again, in this order. */
  readonly again: readonly Candidate[]
  /** When to plan again though nothing happens, in milliseconds since the epoch. */
  readonly againAt: number | null
}

/**
 * Whom to ask. Of those who were not asked yet, the newest request before older ones; of the others
 * those who were asked longest ago, so that kubelets that never answer push nobody aside.
 */
export function planAsking(options: {
  readonly candidates: Iterable<Candidate>
  readonly asked: ReadonlyMap<string, Asked>
  /** Names of those that are being asked. */
  readonly asking: { has(name: string): boolean }
  readonly now: number
}): Plan {
  const { candidates, asked, asking, now } = options
  const first: Candidate[] = []
  const again: { readonly candidate: Candidate; readonly askedAt: number }[] = []
  let againAt: number | null = null
  for (const candidate of candidates) {
    if (asking.has(candidate.name)) continue
    const last = asked.get(candidate.name)
    const dueAt = mayAskAt(candidate, last, now)
    if (dueAt > now) againAt = Math.min(againAt ?? dueAt, dueAt)
    else if (last === undefined || isNew(candidate, last, now)) first.push(candidate)
    else again.push({ candidate, askedAt: last.at })
  }
  // Requests are dated by whole seconds: of the same one, who came last.
  first.reverse().sort(newestFirst)
  again.sort((a, b) => a.askedAt - b.askedAt || newestFirst(a.candidate, b.candidate))
  return { first, again: again.map(({ candidate }) => candidate), againAt }
}

/** From when on it may be asked where it is now, in milliseconds since the epoch. */
export function mayAskAt(candidate: Candidate, last: Asked | undefined, now: number): number {
  if (last === undefined || !isOfTheNode(candidate, last, now)) return now
  if (!isNew(candidate, last, now)) return last.at + ASK_AGAIN_MS
  return isAskable(last.where) ? last.at + ASK_ELSEWHERE_MS : now
}

/** Whether what was asked says nothing of it: it can be dialled, and not where it was then. */
function isNew(candidate: Candidate, last: Asked, now: number): boolean {
  if (!isOfTheNode(candidate, last, now)) return true
  return isAskable(candidate.where) && !isSamePlace(last.where, candidate.where)
}

function isOfTheNode({ where }: Candidate, last: Asked, now: number): boolean {
  // In the future: the clock was set back, and what was learned does not count any more.
  return last.at <= now && last.where.nodeUid === where.nodeUid
}

function newestFirst(a: Candidate, b: Candidate): number {
  return b.requestedAt - a.requestedAt
}
