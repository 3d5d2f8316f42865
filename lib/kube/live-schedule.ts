import { type KubeletPlace, kubeletPlace } from '#lib/csr/evidence.ts'
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
  readonly nodeUid: string
  readonly at: number
}

/** A kubelet is asked no more often, whatever its Node says meanwhile. */
export const ASK_AGAIN_MS = 60_000
export const MOST_AT_ONCE = 4

/** Every Node for which a serving request waits, by name. */
export function candidatesOf({
  requests,
  cluster,
}: Pick<World, 'requests' | 'cluster'>): Map<string, Candidate> {
  const candidates = new Map<string, Candidate>()
  for (const { kind, nodeName, csr, createdAt } of requests.claims.values()) {
    if (kind !== 'kubeletServing' || nodeName === null || !isPending(csr)) continue
    const known = candidates.get(nodeName)
    if (known !== undefined && known.requestedAt >= createdAt) continue
    const node = cluster.node(nodeName)
    if (node === null) continue
    const where = known?.where ?? kubeletPlace(node)
    candidates.set(nodeName, { name: nodeName, where, requestedAt: createdAt })
  }
  return candidates
}

export interface Plan {
  readonly ask: readonly Candidate[]
  /** When to plan again though nothing happens, in milliseconds since the epoch. */
  readonly againAt: number | null
}

/**
 * Whom to ask now. Those who were never asked come first, the newest request before older ones; then
 * those who were asked longest ago, so that kubelets that never answer push nobody aside.
 */
export function planAsking(options: {
  readonly candidates: Iterable<Candidate>
  readonly asked: ReadonlyMap<string, Asked>
  /** Names of those that are being asked. */
  readonly asking: ReadonlySet<string>
  readonly now: number
}): Plan {
  const { candidates, asked, asking, now } = options
  const due: { readonly candidate: Candidate; readonly askedAt: number }[] = []
  let againAt: number | null = null
  for (const candidate of candidates) {
    if (asking.has(candidate.name)) continue
    const last = asked.get(candidate.name)
    const same = last?.nodeUid === candidate.where.nodeUid
    const askedAt = last !== undefined && same ? last.at : Number.NEGATIVE_INFINITY
    const dueAt = askedAt + ASK_AGAIN_MS
    if (dueAt <= now) due.push({ candidate, askedAt })
    else againAt = Math.min(againAt ?? dueAt, dueAt)
  }
  due.sort((a, b) => {
    if (a.askedAt !== b.askedAt) return a.askedAt < b.askedAt ? -1 : 1
    return b.candidate.requestedAt - a.candidate.requestedAt
  })
  const room = Math.max(0, MOST_AT_ONCE - asking.size)
  return { ask: due.slice(0, room).map(({ candidate }) => candidate), againAt }
}
