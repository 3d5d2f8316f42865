import { laneOf } from '#lib/act/approver.ts'
import type { AnsweredRequest } from '#lib/cluster/automatic-answers.ts'
import type { LeftBecause } from '#lib/csr/approval/automatic.ts'

/**
 * Milliseconds an answer must last before it is reported: a request comes before its Node's
 * addresses and its Machine, and until then no person is needed.
 */
export const STANDS_AFTER_MS = 10_000

/** Reasons that need no person: decided, or the kubelet is being asked. */
const NOBODYS: readonly LeftBecause[] = ['decided', 'asking']

export interface AnswersToReport {
  put(answered: AnsweredRequest): void
  drop(uid: string): void
  /** Reports settled answers; the leader calls it at intervals. */
  tick(): void
}

interface Waiting {
  readonly answered: AnsweredRequest
  readonly since: number
}

/** Waits until an answer settles, and reports only the newest of a flood. */
export function createAnswersToReport(options: {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Reports each settled answer once. */
  readonly onStands: (answered: AnsweredRequest) => void
  /** Reports answers worth a person's attention: the newest of its node, at a limited rate. */
  readonly onTell: (answered: AnsweredRequest) => void
}): AnswersToReport {
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
      // Reports about one node, or about one requestor without a node, are a minute apart.
      for (const [lane, at] of toldAt) if (now() - at >= 60_000) toldAt.delete(lane)
      const newest = new Map<string, AnsweredRequest>()
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

function isWorthTelling({ answer }: AnsweredRequest): boolean {
  return answer.act === 'approve' || !NOBODYS.includes(answer.because)
}
