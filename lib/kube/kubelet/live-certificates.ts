import {
  EVIDENCE_LASTS,
  type Evidence,
  evidenceEnds,
  isAnswerTo,
  isSamePlace,
  type KubeletPlace,
  type LiveCertificate,
} from '#lib/csr/world/evidence.ts'
import type { World } from '#lib/csr/world/world.ts'
import type { KubeletCaKeeper } from '#lib/kube/kubelet/kubelet-ca.ts'
import type { Kubelet } from '#lib/kube/kubelet/kubelet-certificate.ts'
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
  /** Something in the world has changed. Returns at once; looks a little later. */
  look(): void
  /** Resolves when no connection is open any more. */
  stop(): Promise<void>
}

export interface LiveCertificatesOptions {
  readonly world: Pick<
    World,
    'requests' | 'cluster' | 'kubeletPlace' | 'evidence' | 'setEvidence' | 'setOverdue'
  >
  readonly ca: KubeletCaKeeper
  /** As `dialBy` does. Must not reject. */
  readonly dial: (
    kubelet: Kubelet,
    ca: readonly string[],
    signal: AbortSignal,
  ) => Promise<LiveCertificate>
  /** Whether anybody is to be asked now; absent for always. */
  readonly wanted?: () => boolean
  /** Nodes whose kubelet is to be asked though nothing of theirs waits any more. */
  readonly besides?: () => Besides
  readonly clock: Clock
  /** The world has learned something: rows may have to be derived again. */
  readonly onEvidence: () => void
}

/** The pause after a look, in multiples of its time: ten thousand requests take some milliseconds. */
const REST = 19
const LONGEST_REST_MS = 200
/** Approvals wait for answers: of a rack that joins at once each has its turn in a blink. */
const MOST_AT_ONCE = 32
/** Of those, for whoever was asked before: mostly the dead, asked each minute as long as they wait. */
const MOST_AGAIN = MOST_AT_ONCE / 2
/** Likewise for those for whom nothing waits, and only while nobody else is to be asked. */
const MOST_IN_VIEW = MOST_AT_ONCE / 2
/**
 * A kubelet answers within milliseconds, and one that never does is given up after 5 s. So long it
 * takes somebody else's turn; then it is listened to beside the others.
 */
const TURN_MS = 1_000
/**
 * Connections that are open at a time, each a handshake and no more: as many as there are when all
 * that have a turn are silent, and are for the 5 s of a dial. Fewer would keep the others waiting.
 */
export const MOST_OPEN = 160
/**
 * So long the world waits for a kubelet that has not answered: the 5 s of a dial and 25 s for its
 * turn, in which eight hundred dead ones have theirs. Beyond that there are more than can be waited
 * for, or the API server does not tell the CA.
 */
export const ANSWER_WITHIN_MS = 30_000

/**
 * Asks the kubelets of Nodes whose serving requests wait what they present, and tells the world, who
 * is overdue, too; then those of Nodes that somebody looks at. Over `MOST_OPEN` connections at most;
 * each at most once a minute in the same place. What was learned of a Node for which nothing waits
 * any more is dropped when it no longer counts.
 */
export function keepLiveCertificates(options: LiveCertificatesOptions): LiveCertificates {
  const { world, ca, dial, wanted = () => true, besides, clock, onEvidence } = options
  const stopping = new AbortController()
  const asked = new Map<string, Asked>()
  const asking = new Map<string, Promise<void>>()
  /** Whose turn it is; of those who was asked before, and for whom nothing waits. */
  const turns = new Set<string>()
  const turnsAgain = new Set<string>()
  const turnsInView = new Set<string>()
  /** Since when there is no answer from where it is, of Nodes for which something waits. */
  const missing = new Map<string, { readonly where: KubeletPlace; readonly since: number }>()
  /** Of the last look, the next one last. */
  let first: Candidate[] = []
  let again: Candidate[] = []
  let shown: Candidate[] = []
  let isNewestsTurn = false
  /** Of those that cannot be dialled, one by one. */
  let undialled = Promise.resolve()
  /** The end of the pause, by `passed` of Clock. */
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
    // Connections are left for whoever comes to wait meanwhile.
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
   * The newest and the oldest by turns: dead ones that came before hold nobody up, nor does who keeps
   * coming after.
   */
  function nextFirst(): Candidate | undefined {
    isNewestsTurn = !isNewestsTurn
    return isNewestsTurn ? first.pop() : first.shift()
  }

  /** Whom to wait for no longer. Answers when there is more to be said of that. */
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
      // Not while it may not be asked there yet; and the clock may have been set back.
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

  /** Answers when the next one is to be forgotten. */
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
        // The world takes it only if the Node is still the same, at the same addresses.
        world.setEvidence(name, { where, askedAt, inView, ...learned })
        onEvidence()
        askMore()
        // When they are to be asked again is only known now; and who has moved is not waited for.
        if (asking.size === 0 || world.evidence(name, clock.now()) === null) lookSoon()
      }),
    )
  }

  function endTurn(name: string): void {
    turns.delete(name)
    turnsAgain.delete(name)
    turnsInView.delete(name)
  }

  async function learn(
    nodeName: string,
    where: KubeletPlace,
  ): Promise<Pick<Evidence, 'live' | 'ca'>> {
    const authority = await ca.current(stopping.signal)
    const trouble = where.barred ?? (authority === null ? 'noCa' : null)
    if (authority === null || trouble !== null) {
      // Without a dial nothing else would get its turn before thousands of these are through.
      undialled = undialled.then(() => new Promise((resolve) => setImmediate(resolve)))
      await undialled
      return { live: { outcome: trouble ?? 'noCa' }, ca: null }
    }
    const live = await dial({ nodeName, ...where }, authority.certificates, stopping.signal)
    return { live, ca: authority.from }
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
