import type { Csr, Reason, RequestRow } from '#lib/csr/model.ts'
import { isSignerApprovable, type Policy } from '#lib/csr/policy.ts'
import { csrStatus, isApproved, isDenied, isPending } from '#lib/csr/status.ts'
import type { Outcome } from '#lib/live/wire.ts'
import type { DecisionOrder, DecisionOrderItem } from '#lib/server/decision-body.ts'
import type { RunningFeed } from '#lib/server/feed.ts'

/** What is asked of the feed: objects by uid, and how they are judged at this moment. */
export type Known = Pick<RunningFeed, 'csr' | 'judged' | 'uidOf' | 'wasKnownAs'>

export type ItemJudgement =
  | {
      readonly go: true
      readonly csr: Csr
      /** Whether it takes another person's approval, too. */
      readonly takesTwo: boolean
    }
  | { readonly go: false; readonly outcome: Outcome; readonly detail: string }

/** Puts a check's finding into words: the texts are not this folder's. */
export type Explain = (reason: Reason) => string

/**
 * Whether one item of an order may be written, judged from what is known now. A resourceVersion
 * that has moved on does not stop it by itself (a label, an annotation): uid and fingerprint are
 * what was on screen, nothing is decided yet, and the judgement of now has to satisfy the order.
 * One that was never shown does: then nobody can say what was looked at.
 */
export function judgeItem(
  order: DecisionOrder,
  item: DecisionOrderItem,
  known: Known,
  policy: Policy,
  explain: Explain,
): ItemJudgement {
  const csr = known.csr(item.uid)
  const row = known.judged(item.uid)
  if (csr === null || row === null) {
    return known.uidOf(item.name) === null
      ? no('gone', 'The request does not exist any more.')
      : no('changed', 'It was deleted, and another request was made under the same name.')
  }
  if (csr.name !== item.name) return no('changed', 'This uid belongs to a request of another name.')
  if (row.fingerprint !== item.fingerprint) {
    return no('changed', 'Its contents are not what was on screen.')
  }
  if (!isPending(csr)) return decidedBefore(order, csr, row)
  if (!known.wasKnownAs(item.uid, item.resourceVersion)) {
    return no('changed', 'This resourceVersion of it was not on screen.')
  }
  const why = order.decision === 'approve' ? keptFrom(order, item, row, policy, explain) : null
  if (why !== null) return no('refused', why)
  const takesTwo = order.decision === 'approve' && row.secondPerson !== null
  if (takesTwo && order.items.length > 1) {
    return no('refused', 'It takes two people: it can only be approved alone.')
  }
  return { go: true, csr, takesTwo }
}

function decidedBefore(order: DecisionOrder, csr: Csr, row: RequestRow): ItemJudgement {
  const by = row.decidedBy === null ? '' : ` by ${row.decidedBy}`
  const detail = `${csrStatus(csr)}${by}${row.decidedAt === null ? '' : ` at ${row.decidedAt}`}`
  const sameWay = order.decision === 'approve' ? isApproved(csr) && !isDenied(csr) : isDenied(csr)
  return no(sameWay ? 'already' : 'changed', detail)
}

/** Why this product will not approve it, or not in this way; null when it will. */
function keptFrom(
  order: DecisionOrder,
  item: DecisionOrderItem,
  row: RequestRow,
  policy: Policy,
  explain: Explain,
): string | null {
  const reason = row.reason === null ? '' : ` ${explain(row.reason)}`
  if (!isSignerApprovable(row.signerName, policy)) {
    return `Requests of the signer ${row.signerName} are not approved from here.`
  }
  switch (row.verdict) {
    case 'verified':
      return null
    case 'plausible':
      return order.accept === 'plausible' ? null : `It is plausible, not verified.${reason}`
    case 'suspicious':
      return insistence(order, item, row, reason)
    case 'refused':
    case null:
      return `It is never approved from here.${reason}`
  }
}

/** A suspicious request goes alone, by its name, and with a reason. */
function insistence(
  order: DecisionOrder,
  item: DecisionOrderItem,
  row: RequestRow,
  reason: string,
): string | null {
  const name = row.nodeName ?? row.name
  if (order.items.length > 1) return `It is suspicious: it can only be approved alone.${reason}`
  if (item.confirm !== name) {
    return `It is suspicious: approving it needs its name typed exactly.${reason}`
  }
  if ((order.note ?? '').trim() === '') {
    return `It is suspicious: approving it needs a reason.${reason}`
  }
  return null
}

function no(outcome: Outcome, detail: string): ItemJudgement {
  return { go: false, outcome, detail }
}
