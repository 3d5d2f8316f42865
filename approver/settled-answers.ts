import { laneOf } from '#approver/approver.ts'
import type { Answered } from '#approver/judge.ts'
import type { LeftBecause } from '#lib/csr/policy/automatic.ts'

/**
 * How long an answer has to stand before anything is said of it: a request comes before its Node's
 * addresses and its Machine's, and is then left to nobody.
 */
export const STANDS_AFTER_MS = 10_000
/** Of one node, or of one requestor without a node, no more is told than one in this time. */
const TELL_GAP_MS = 60_000

/** Left to nobody: it is decided, or not said yet. */
const NOBODYS: readonly LeftBecause[] = ['decided', 'asking']

export interface SettledAnswers {
  put(answered: Answered): void
  drop(uid: string): void
  /** Tells what has stood long enough; to be called every so often, by whoever leads. */
  tick(): void
}

export interface SettledAnswersOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Each that stands, once. */
  readonly onStands: (answered: Answered) => void
  /** Those worth telling a person: the newest of its node, and not too many. */
  readonly onTell: (answered: Answered) => void
}

interface Waiting {
  readonly answered: Answered
  readonly since: number
}

/** Waits until an answer stands, and tells of a flood its newest alone. */
export function createSettledAnswers(options: SettledAnswersOptions): SettledAnswers {
  const { now, onStands, onTell } = options
  const waiting = new Map<string, Waiting>()
  const toldAt = new Map<string, number>()

  return {
    put(answered) {
      const { uid } = answered.claim.csr
      if (isWorthTelling(answered)) waiting.set(uid, { answered, since: now() })
      else waiting.delete(uid)
    },
    drop: (uid) => waiting.delete(uid),
    tick() {
      for (const [lane, at] of toldAt) if (now() - at >= TELL_GAP_MS) toldAt.delete(lane)
      const newest = new Map<string, Answered>()
      for (const [uid, { answered, since }] of waiting) {
        if (now() - since < STANDS_AFTER_MS) continue
        waiting.delete(uid)
        onStands(answered)
        const lane = laneOf(answered.claim)
        const known = newest.get(lane)
        if (answered.superseded || toldAt.has(lane)) continue
        if (known !== undefined && known.claim.createdAt > answered.claim.createdAt) continue
        newest.set(lane, answered)
      }
      for (const [lane, answered] of newest) {
        toldAt.set(lane, now())
        onTell(answered)
      }
    },
  }
}

function isWorthTelling({ answer }: Answered): boolean {
  return answer.act === 'approve' || !NOBODYS.includes(answer.because)
}
