import {
  EVIDENCE_LASTS,
  type Evidence,
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
import { DIAL_COUNTS_MS, DIAL_MS } from '#lib/kube/kubelet/kubelet-certificate.ts'
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
import { spaced } from '#lib/kube/transport/spaced.ts'

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

/** Pause after planning, which takes some milliseconds for ten thousand requests. */
const PACE = { leastMs: 0, longestMs: 200 }
/**
 * Dials at a time. Approvals wait for answers, so a whole joining rack has its turn within moments.
 */
const MOST_AT_ONCE = 32
/** Share of the dials for kubelets that were asked before, which are usually dead. */
const MOST_AGAIN = MOST_AT_ONCE / 2
/** Share of the dials for Nodes on pages, only when no other kubelet is due. */
const MOST_IN_VIEW = MOST_AT_ONCE / 2
/**
 * Most open connections: as many as all turns need while every kubelet is silent for the 5 s of a
 * dial.
 */
export const MOST_OPEN = (MOST_AT_ONCE * DIAL_MS) / DIAL_COUNTS_MS
/**
 * Time that the world waits for a kubelet: a 5 s dial and 25 s for its turn, in which 800 dead ones
 * have theirs. Beyond that too many are due, or the CA is unknown.
 */
export const ANSWER_WITHIN_MS = 30_000

/** Names that have a turn to be dialled, each among one of the three kinds. */
type Turns = Readonly<Record<'first' | 'again' | 'inView', Set<string>>>

/**
 * Asks the kubelets of Nodes with pending serving requests, then of Nodes on pages, each place at
 * most once a minute. Stores answers and overdue kubelets in the world, and drops expired evidence.
 */
export class LiveCertificates {
  readonly #options: LiveCertificatesOptions
  readonly #stopping = new AbortController()
  /** Last asks by name, the oldest first. */
  readonly #asked = new Map<string, Asked>()
  readonly #asking = new Map<string, Promise<void>>()
  readonly #turns: Turns = { first: new Set(), again: new Set(), inView: new Set() }
  /** Start of the wait for an answer, for Nodes with a pending request. */
  readonly #missing = new Map<string, { readonly where: KubeletPlace; readonly since: number }>()
  /** Candidates of the last plan, the next one last. */
  #first: Candidate[] = []
  #again: Candidate[] = []
  #inView: Candidate[] = []
  #isNewestsTurn = false
  /** Queue of candidates that cannot be dialled, one at a time. */
  #undialled = Promise.resolve()
  readonly #plan: ReturnType<typeof spaced>
  #cancelWake = () => {}

  constructor(options: LiveCertificatesOptions) {
    this.#options = options
    this.#plan = spaced(options.clock, PACE, () => this.#planNow())
  }

  /** Call when the world has changed. Returns at once; plans a little later. */
  look(): void {
    if (!this.#stopping.signal.aborted) this.#plan.soon()
  }

  /** Resolves when no connection is open any more. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#first = []
    this.#again = []
    this.#inView = []
    this.#plan.cancel()
    this.#cancelWake()
    await Promise.all(this.#asking.values())
  }

  get #isWanted(): boolean {
    return this.#options.wanted?.() ?? true
  }

  #planNow(): void {
    const { world, besides, clock } = this.#options
    this.#cancelWake()
    const candidates = this.#isWanted
      ? candidatesOf(world, besides?.())
      : new Map<string, Candidate>()
    const now = clock.now()
    const forgetAt = this.#forget(candidates, now)
    const missAt = this.#giveUp(candidates, now)
    const [asked, asking] = [this.#asked, this.#asking]
    const plan = planAsking({ candidates: candidates.values(), asked, asking, now })
    this.#first = [...plan.first].reverse()
    this.#again = [...plan.again].reverse()
    this.#inView = [...plan.inView].reverse()
    this.#askMore()
    const wakeAt = Math.min(plan.againAt ?? Infinity, forgetAt, missAt)
    if (Number.isFinite(wakeAt)) this.#cancelWake = clock.after(wakeAt - now, this.#plan.now)
  }

  #askMore(): void {
    if (!this.#isWanted) return
    while (this.#hasRoom()) {
      const candidate = this.#nextFirst()
      if (candidate === undefined) break
      this.#ask(candidate, 'first')
    }
    while (this.#hasRoom() && this.#turns.again.size < MOST_AGAIN) {
      const candidate = this.#again.pop()
      if (candidate === undefined) break
      this.#ask(candidate, 'again')
    }
    if (this.#first.length + this.#again.length > 0) return
    // Half of the connections stay free for requests that arrive meanwhile.
    while (this.#hasRoom(MOST_OPEN / 2) && this.#turns.inView.size < MOST_IN_VIEW) {
      const candidate = this.#inView.pop()
      if (candidate === undefined) return
      this.#ask(candidate, 'inView')
    }
  }

  #hasRoom(mostOpen = MOST_OPEN): boolean {
    const { first, again, inView } = this.#turns
    return first.size + again.size + inView.size < MOST_AT_ONCE && this.#asking.size < mostOpen
  }

  /**
   * Alternates between newest and oldest, so that neither older dead kubelets nor a stream of new
   * ones delays the others.
   */
  #nextFirst(): Candidate | undefined {
    this.#isNewestsTurn = !this.#isNewestsTurn
    return this.#isNewestsTurn ? this.#first.pop() : this.#first.shift()
  }

  /** Marks overdue kubelets. Returns when the next one is due. */
  #giveUp(candidates: ReadonlyMap<string, Candidate>, now: number): number {
    const { world, onEvidence } = this.#options
    let next = Number.POSITIVE_INFINITY
    let changed = false
    for (const name of this.#missing.keys()) {
      const candidate = candidates.get(name)
      if (candidate !== undefined && isWaiting(candidate)) continue
      this.#missing.delete(name)
      world.setOverdue(name, false)
    }
    for (const [name, candidate] of candidates) {
      if (!isWaiting(candidate)) continue
      const evidence = world.evidence(name, now)
      if (evidence !== null && isAnswerTo(candidate.requestedAt, evidence)) {
        this.#missing.delete(name)
        world.setOverdue(name, false)
        next = Math.min(next, evidenceEnds(evidence))
        continue
      }
      const { where } = candidate
      // The wait starts once the place may be asked; the clock may also have been set back.
      const latest = Math.max(now, mayAskAt(candidate, this.#asked.get(name), now))
      const known = this.#missing.get(name)
      const isKnown = known !== undefined && isSamePlace(known.where, where)
      const since = isKnown ? Math.min(known.since, latest) : latest
      this.#missing.set(name, { where, since })
      if (since + ANSWER_WITHIN_MS > now) next = Math.min(next, since + ANSWER_WITHIN_MS)
      else changed = world.setOverdue(name, true) || changed
    }
    if (changed) onEvidence()
    return next
  }

  /** Drops expired entries, the oldest first. Returns when the next one expires. */
  #forget(candidates: ReadonlyMap<string, Candidate>, now: number): number {
    for (const [name, { at }] of this.#asked) {
      if (candidates.has(name) || this.#asking.has(name)) continue
      if (at + EVIDENCE_LASTS > now) return at + EVIDENCE_LASTS
      this.#asked.delete(name)
      this.#options.world.setEvidence(name, null)
    }
    return Number.POSITIVE_INFINITY
  }

  #ask(candidate: Candidate, kind: keyof Turns): void {
    const { world, clock } = this.#options
    const { name } = candidate
    const node = world.cluster.node(name)
    if (node === null) return
    const cancelTurn = clock.after(DIAL_COUNTS_MS, () => {
      this.#endTurn(name)
      this.#askMore()
    })
    this.#turns[kind].add(name)
    const asked = { where: world.kubeletPlace(node), inView: !isWaiting(candidate) }
    const at = clock.now()
    this.#asked.delete(name)
    this.#asked.set(name, { ...asked, at })
    const answer = this.#learn(name, asked.where).then((learned) => {
      cancelTurn()
      // The world stores it only for the same Node at the same addresses.
      this.#learned(name, { ...asked, askedAt: at, ...learned })
    })
    this.#asking.set(name, answer)
  }

  #learned(name: string, evidence: Evidence): void {
    const { world, clock, onEvidence } = this.#options
    this.#endTurn(name)
    this.#asking.delete(name)
    if (this.#stopping.signal.aborted) return
    world.setEvidence(name, evidence)
    onEvidence()
    this.#askMore()
    // Plans the next asks, and stops waiting for a moved Node.
    if (this.#asking.size === 0 || world.evidence(name, clock.now()) === null) this.look()
  }

  #endTurn(name: string): void {
    for (const names of Object.values(this.#turns)) names.delete(name)
  }

  async #learn(nodeName: string, where: KubeletPlace): Promise<KubeletAnswer> {
    const answer = await askKubelet(this.#options, nodeName, where, this.#stopping.signal)
    if (answer.ca === null) {
      // Yields to the event loop: thousands of these would otherwise delay real dials.
      this.#undialled = this.#undialled.then(() => new Promise((resolve) => setImmediate(resolve)))
      await this.#undialled
    }
    return answer
  }
}
