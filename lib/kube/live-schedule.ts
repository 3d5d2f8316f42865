import { isPending } from '#lib/csr/status.ts'
import type { World } from '#lib/csr/world.ts'

/** A kubelet that is worth asking: a serving request of its Node waits. */
export interface Candidate {
  readonly name: string
  readonly nodeUid: string
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

/** Every Node for which a serving request waits, by name. Looks at every request: it is quick. */
export function candidatesOf({
  requests,
  cluster,
}: Pick<World, 'requests' | 'cluster'>): Map<string, Candidate> {
  const candidates = new Map<string, Candidate>()
  for (const { kind, nodeName, csr, createdAt } of requests.claims.values()) {
    if (kind !== 'kubeletServing' || nodeName === null || !isPending(csr)) continue
    const known = candidates.get(nodeName)
    if (known !== undefined && known.requestedAt >= createdAt) continue
    const nodeUid = known?.nodeUid ?? cluster.node(nodeName)?.uid
    if (nodeUid === undefined) continue
    candidates.set(nodeName, { name: nodeName, nodeUid, requestedAt: createdAt })
  }
  return candidates
}

export interface Plan {
  /** Whom to ask, in this order. */
  readonly due: readonly Candidate[]
  /** When to plan again though nothing happens, in milliseconds since the epoch. */
  readonly againAt: number | null
}

/**
 * Whom to ask. Those who were never asked come first, the newest request before older ones; then
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
  const due: { readonly candidate: Candidate; readonly askedAt: number }[] = []
  let againAt: number | null = null
  for (const candidate of candidates) {
    if (asking.has(candidate.name)) continue
    const last = asked.get(candidate.name)
    // In the future: the clock was set back, and what was learned does not count any more.
    const counts = last?.nodeUid === candidate.nodeUid && last.at <= now
    const askedAt = last !== undefined && counts ? last.at : Number.NEGATIVE_INFINITY
    const dueAt = askedAt + ASK_AGAIN_MS
    if (dueAt <= now) due.push({ candidate, askedAt })
    else againAt = Math.min(againAt ?? dueAt, dueAt)
  }
  due.sort((a, b) => {
    if (a.askedAt !== b.askedAt) return a.askedAt < b.askedAt ? -1 : 1
    return b.candidate.requestedAt - a.candidate.requestedAt
  })
  return { due: due.map(({ candidate }) => candidate), againAt }
}
