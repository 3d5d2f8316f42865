import { laneOf } from '#lib/act/approver.ts'
import type { AnsweredRequest } from '#lib/cluster/automatic-answers.ts'
import type { LeftBecause } from '#lib/csr/approval/automatic.ts'
import { MINUTE_MS } from '#lib/csr/units-of-time.ts'

/**
 * Milliseconds an answer must last before it is reported: a request comes before its Node's
 * addresses and its Machine, and until then no person is needed.
 */
export const STANDS_AFTER_MS = 10_000

/** Reasons that need no person: decided, or the kubelet is being asked. */
const NOBODYS: readonly LeftBecause[] = ['decided', 'asking']

interface ReportOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Reports each settled answer once. */
  readonly onStands: (answered: AnsweredRequest) => void
  /** Reports answers worth a person's attention: the newest of its node, at a limited rate. */
  readonly onTell: (answered: AnsweredRequest) => void
}

/** Waits until an answer settles, and reports only the newest of a flood. */
export class AnswersToReport {
  readonly #options: ReportOptions
  readonly #waiting = new Map<string, { answered: AnsweredRequest; since: number }>()
  readonly #toldAt = new Map<string, number>()

  constructor(options: ReportOptions) {
    this.#options = options
  }

  put(answered: AnsweredRequest): void {
    const { claim, answer } = answered
    const { uid } = claim.csr
    const isWorthTelling = answer.act === 'approve' || !NOBODYS.includes(answer.because)
    if (isWorthTelling) this.#waiting.set(uid, { answered, since: this.#options.now() })
    else this.#waiting.delete(uid)
  }

  drop(uid: string): void {
    this.#waiting.delete(uid)
  }

  /** Reports settled answers; the leader calls it at intervals. */
  tick(): void {
    const { now, onStands, onTell } = this.#options
    // Reports about one node, or about one requestor without a node, are a minute apart.
    for (const [lane, at] of this.#toldAt) if (now() - at >= MINUTE_MS) this.#toldAt.delete(lane)
    const newest = new Map<string, AnsweredRequest>()
    for (const [uid, { answered, since }] of this.#waiting) {
      if (now() - since < STANDS_AFTER_MS) continue
      this.#waiting.delete(uid)
      onStands(answered)
      const lane = laneOf(answered.claim)
      const known = newest.get(lane)
      if (answered.superseded || this.#toldAt.has(lane)) continue
      if (known !== undefined && known.claim.createdAt > answered.claim.createdAt) continue
      newest.set(lane, answered)
    }
    for (const [lane, answered] of newest) {
      this.#toldAt.set(lane, now())
      onTell(answered)
    }
  }
}
