import { isAskable } from '#lib/csr/evidence.ts'
import { isPending } from '#lib/csr/status.ts'
import type { World } from '#lib/csr/world.ts'

/** A kubelet that is worth asking: a serving request of its Node waits. */
export interface Candidate {
  readonly name: string
  readonly nodeUid: string
  /** Its Node says where. */
  readonly askable: boolean
  /** When the newest of its waiting requests was made, in milliseconds since the epoch. */
  readonly requestedAt: number
}

/** When a Node's kubelet was asked last. */
export interface Asked {
  readonly nodeUid: string
  /** Whether it said where: without that nobody was dialled. */
  readonly askable: boolean
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
    if (known !== undefined) {
      candidates.set(nodeName, { ...known, requestedAt: createdAt })
      continue
    }
    const node = cluster.node(nodeName)
    if (node === null) continue
    const askable = isAskable(node)
    candidates.set(nodeName, { name: nodeName, nodeUid: node.uid, askable, requestedAt: createdAt })
  }
  return candidates
}

export interface Plan {
  /** Whom to ask who was never asked, in this order. */
  readonly first: readonly Candidate[]
  /** Whom to ask again, in this order. */
  readonly again: readonly Candidate[]
  /** When to plan again though nothing happens, in milliseconds since the epoch. */
  readonly againAt: number | null
}

/**
 * Whom to ask. Of those who were never asked, the newest request before older ones; of the others
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
    if (last === undefined || !counts(last, candidate, now)) {
      first.push(candidate)
      continue
    }
    const dueAt = last.at + ASK_AGAIN_MS
    if (dueAt <= now) again.push({ candidate, askedAt: last.at })
    else againAt = Math.min(againAt ?? dueAt, dueAt)
  }
  // Requests are dated by whole seconds: of the same one, who came last.
  first.reverse().sort(newestFirst)
  again.sort((a, b) => a.askedAt - b.askedAt || newestFirst(a.candidate, b.candidate))
  return { first, again: again.map(({ candidate }) => candidate), againAt }
}

/** Whether that was the same Node, and it could have been dialled where it can be now. */
function counts(last: Asked, { nodeUid, askable }: Candidate, now: number): boolean {
  // In the future: the clock was set back, and what was learned does not count any more.
  return last.nodeUid === nodeUid && last.at <= now && (last.askable || !askable)
}

function newestFirst(a: Candidate, b: Candidate): number {
  return b.requestedAt - a.requestedAt
}
