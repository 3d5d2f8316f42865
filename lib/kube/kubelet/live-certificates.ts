import {
  EVIDENCE_LASTS,
  evidenceEnds,
  isAnswerTo,
  isSamePlace,
  type KubeletPlace,
} from '#lib/csr/kubelets/evidence.ts'
import type { World } from '#lib/csr/world/world.ts'
import {
  askKubelet,
  type KubeletAnswer,
  type KubeletAsking,
} from '#lib/kube/kubelet/kubelet-answer.ts'
import {
  type Asked,
  type Besides,
  type Candidate,
  candidatesOf,
  isWaiting,
  mayAskAt,
  planAsking,
} from '#lib/kube/kubelet/live-schedule.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'

export interface LiveCertificates {
  /** Call when the world has changed. Returns at once; plans a little later. */
  look(): void
  /** Resolves when no connection is open any more. */
  stop(): Promise<void>
}

export interface LiveCertificatesOptions extends KubeletAsking {
  readonly world: Pick<
    World,
    'requests' | 'cluster' | 'kubeletPlace' | 'evidence' | 'setEvidence' | 'setOverdue'
  >
  /** Whether kubelets are to be asked now; absent for always. */
  readonly wanted?: () => boolean
  /** Nodes whose kubelet is to be asked without a pending request. */
  readonly besides?: () => Besides
  readonly clock: Clock
  /** Called after new evidence: rows may have to be derived again. */
  readonly onEvidence: () => void
}

/**
 * Pause after planning, in multiples of its duration: ten thousand requests take some milliseconds.
 */
const REST = 19
const LONGEST_REST_MS = 200
/**
 * Dials at a time. Approvals wait for answers, so a whole joining rack has its turn within moments.
 */
const MOST_AT_ONCE = 32
/** Share of the dials for kubelets that were asked before, which are usually dead. */
const MOST_AGAIN = MOST_AT_ONCE / 2
/** Share of the dials for Nodes on pages, only when no other kubelet is due. */
const MOST_IN_VIEW = MOST_AT_ONCE / 2
/**
 * Time for which a dial counts as one of the turns. A kubelet answers within milliseconds; a silent
 * one is given up after 5 s.
 */
const TURN_MS = 1_000
/**
 * Most open connections: as many as all turns need while every kubelet is silent for the 5 s of a
 * dial.
 */
export const MOST_OPEN = 160
/**
 * Time that the world waits for a kubelet: a 5 s dial and 25 s for its turn, in which 800 dead ones
 * have theirs. Beyond that too many are due, or the CA is unknown.
 */
export const ANSWER_WITHIN_MS = 30_000

/**
 * Asks the kubelets of Nodes with pending serving requests, then of Nodes on pages, each place at
 * most once a minute. Stores answers and overdue kubelets in the world, and drops expired evidence.
 */
export function keepLiveCertificates(options: LiveCertificatesOptions): LiveCertificates {
  const { world, wanted = () => true, besides, clock, onEvidence } = options
  const stopping = new AbortController()
  const asked = new Map<string, Asked>()
  const asking = new Map<string, Promise<void>>()
  /** Names with a turn: first asks, repeated asks, and Nodes on pages. */
  const turns = new Set<string>()
  const turnsAgain = new Set<string>()
  const turnsInView = new Set<string>()
  /** Start of the wait for an answer, for Nodes with a pending request. */
  const missing = new Map<string, { readonly where: KubeletPlace; readonly since: number }>()
  /** Candidates of the last plan, the next one last. */
  let first: Candidate[] = []
  let again: Candidate[] = []
  let shown: Candidate[] = []
  let isNewestsTurn = false
  /** Queue of candidates that cannot be dialled, one at a time. */
  let undialled = Promise.resolve()
  /** End of the pause, by the clock's `passed`. */
  let restsUntil = 0
  let cancelLook: (() => void) | null = null
  let cancelWake = () => {}

  function lookSoon(): void {
    if (stopping.signal.aborted) return
    cancelLook ??= clock.after(Math.max(0, restsUntil - clock.passed()), lookNow)
  }

  function lookNow(): void {
    cancelLook?.()
    cancelLook = null
    cancelWake()
    const startedAt = clock.passed()
    const candidates = wanted() ? candidatesOf(world, besides?.()) : new Map<string, Candidate>()
    const now = clock.now()
    const forgetAt = forget(candidates, now)
    const missAt = giveUp(candidates, now)
    const plan = planAsking({ candidates: candidates.values(), asked, asking, now })
    first = [...plan.first].reverse()
    again = [...plan.again].reverse()
    shown = [...plan.inView].reverse()
    const endedAt = clock.passed()
    restsUntil = endedAt + Math.min(REST * (endedAt - startedAt), LONGEST_REST_MS)
    askMore()
    const wakeAt = Math.min(plan.againAt ?? Infinity, forgetAt, missAt)
    if (Number.isFinite(wakeAt)) cancelWake = clock.after(wakeAt - now, lookNow)
  }

  function askMore(): void {
    if (!wanted()) return
    while (hasRoom()) {
      const candidate = nextFirst()
      if (candidate === undefined) break
      ask(candidate)
    }
    while (hasRoom() && turnsAgain.size < MOST_AGAIN) {
      const candidate = again.pop()
      if (candidate === undefined) break
      ask(candidate, turnsAgain)
    }
    if (first.length + again.length > 0) return
    // Half of the connections stay free for requests that arrive meanwhile.
    while (hasRoom(MOST_OPEN / 2) && turnsInView.size < MOST_IN_VIEW) {
      const candidate = shown.pop()
      if (candidate === undefined) return
      ask(candidate, turnsInView)
    }
  }

  function hasRoom(mostOpen = MOST_OPEN): boolean {
    return turns.size < MOST_AT_ONCE && asking.size < mostOpen
  }

  /**
   * Alternates between newest and oldest, so that neither older dead kubelets nor a stream of new
   * ones delays the others.
   */
  function nextFirst(): Candidate | undefined {
    isNewestsTurn = !isNewestsTurn
    return isNewestsTurn ? first.pop() : first.shift()
  }

  /** Marks overdue kubelets. Returns when the next one is due. */
  function giveUp(candidates: ReadonlyMap<string, Candidate>, now: number): number {
    let next = Number.POSITIVE_INFINITY
    let changed = false
    for (const name of missing.keys()) {
      const candidate = candidates.get(name)
      if (candidate !== undefined && isWaiting(candidate)) continue
      missing.delete(name)
      world.setOverdue(name, false)
    }
    for (const [name, candidate] of candidates) {
      if (!isWaiting(candidate)) continue
      const evidence = world.evidence(name, now)
      if (evidence !== null && isAnswerTo(candidate.requestedAt, evidence)) {
        missing.delete(name)
        world.setOverdue(name, false)
        next = Math.min(next, evidenceEnds(evidence))
        continue
      }
      const { where } = candidate
      // The wait starts once the place may be asked; the clock may also have been set back.
      const latest = Math.max(now, mayAskAt(candidate, asked.get(name), now))
      const known = missing.get(name)
      const isKnown = known !== undefined && isSamePlace(known.where, where)
      const since = isKnown ? Math.min(known.since, latest) : latest
      missing.set(name, { where, since })
      if (since + ANSWER_WITHIN_MS > now) next = Math.min(next, since + ANSWER_WITHIN_MS)
      else changed = world.setOverdue(name, true) || changed
    }
    if (changed) onEvidence()
    return next
  }

  /** Drops expired entries. Returns when the next one expires. */
  function forget(candidates: ReadonlyMap<string, Candidate>, now: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const [name, { at }] of asked) {
      if (candidates.has(name) || asking.has(name)) continue
      if (at + EVIDENCE_LASTS > now) {
        next = Math.min(next, at + EVIDENCE_LASTS)
        continue
      }
      asked.delete(name)
      world.setEvidence(name, null)
    }
    return next
  }

  function ask(candidate: Candidate, among?: Set<string>): void {
    const { name } = candidate
    const inView = !isWaiting(candidate)
    const node = world.cluster.node(name)
    if (node === null) return
    turns.add(name)
    among?.add(name)
    const cancelTurn = clock.after(TURN_MS, () => {
      endTurn(name)
      askMore()
    })
    const where = world.kubeletPlace(node)
    const askedAt = clock.now()
    asked.set(name, { where, at: askedAt, inView })
    asking.set(
      name,
      learn(name, where).then((learned) => {
        cancelTurn()
        endTurn(name)
        asking.delete(name)
        if (stopping.signal.aborted) return
        // The world stores it only for the same Node at the same addresses.
        world.setEvidence(name, { where, askedAt, inView, ...learned })
        onEvidence()
        askMore()
        // Plans the next asks, and stops waiting for a moved Node.
        if (asking.size === 0 || world.evidence(name, clock.now()) === null) lookSoon()
      }),
    )
  }

  function endTurn(name: string): void {
    turns.delete(name)
    turnsAgain.delete(name)
    turnsInView.delete(name)
  }

  async function learn(nodeName: string, where: KubeletPlace): Promise<KubeletAnswer> {
    const answer = await askKubelet(options, nodeName, where, stopping.signal)
    if (answer.ca === null) {
      // Yields to the event loop: thousands of these would otherwise delay real dials.
      undialled = undialled.then(() => new Promise((resolve) => setImmediate(resolve)))
      await undialled
    }
    return answer
  }

  return {
    look: lookSoon,
    async stop() {
      stopping.abort()
      first = []
      again = []
      shown = []
      cancelLook?.()
      cancelWake()
      await Promise.all(asking.values())
    },
  }
}
