import { type Cause, type CauseCode, cause, type Sentence } from '#lib/csr/cause.ts'
import type { RequestRow } from '#lib/csr/machine/rows.ts'
import { type Csr, VERDICTS } from '#lib/csr/model.ts'
import { isSignerApprovable, type Policy } from '#lib/csr/policy/policy.ts'
import { isFollowed, isTrusted } from '#lib/csr/policy/trust.ts'
import { csrStatus, isApproved, isDenied, isPending } from '#lib/csr/status.ts'
import { boundedName } from '#lib/kube/bounds.ts'
import type { Outcome } from '#lib/live/wire.ts'
import type { DecisionOrder, DecisionOrderItem } from '#lib/server/decide/decision-body.ts'
import type { RunningFeed } from '#lib/server/feed/feed.ts'

/** What is asked of the feed: objects by uid, and how they are judged at this moment. */
export type Known = Pick<RunningFeed, 'csr' | 'judged' | 'nameOf' | 'uidOf' | 'wasKnownAs'>

export type ItemJudgement =
  | {
      readonly go: true
      readonly csr: Csr
      readonly row: RequestRow
      /** Whether it takes another person's approval, too. */
      readonly takesTwo: boolean
    }
  | { readonly go: false; readonly outcome: Outcome; readonly causes: readonly Sentence[] }

/**
 * Whether one item of an order may be written, judged from what is known now. The uid binds the
 * contents; `saw` binds the judgement that the person read.
 */
export function judgeItem(
  order: DecisionOrder,
  item: DecisionOrderItem,
  known: Known,
  policy: Policy,
): ItemJudgement {
  const csr = known.csr(item.uid)
  const row = known.judged(item.uid)
  if (csr === null || row === null) {
    const name = item.name ?? known.nameOf(item.uid)
    const now = name === null ? null : (known.uidOf(name) ?? known.uidOf(boundedName(name)))
    return now === null ? no('gone', cause('requestGone')) : no('changed', cause('requestReplaced'))
  }
  if (item.name !== undefined && !isNameOf(item.name, csr)) return no('changed', cause('otherName'))
  if (!isPending(csr)) return decidedBefore(order, csr, row)
  const unlike = unlikeSeen(order, item, row, known)
  if (unlike !== null) return no('changed', unlike)
  const why = order.decision === 'approve' ? keptFrom(order, item, row, policy) : null
  if (why !== null) return why
  const takesTwo = order.decision === 'approve' && row.secondPerson !== null
  // Nobody has looked at one of a bulk as closely as it takes to propose it.
  if (takesTwo && (order.items.length > 1 || order.run !== undefined)) {
    return no('refused', cause('takesTwoAlone'))
  }
  return { go: true, csr, row, takesTwo }
}

/**
 * How the request differs from what the caller saw; null when nothing of it got worse. A label
 * moves the resourceVersion alone: the decision is then bound to the newer one.
 */
function unlikeSeen(
  { decision }: Pick<DecisionOrder, 'decision'>,
  { uid, resourceVersion, saw }: DecisionOrderItem,
  row: RequestRow,
  known: Pick<Known, 'wasKnownAs'>,
): Cause | null {
  if (saw === undefined) {
    return row.resourceVersion === resourceVersion ? null : cause('otherVersion')
  }
  const isSameState = known.wasKnownAs(uid, resourceVersion) && saw.status === row.status
  if (!isSameState) return cause('otherVersion')
  return decision === 'approve' && isWorse(saw, row) ? cause('worseThanSeen') : null
}

/** A lower verdict, or a check that fails and did not before. Better than seen is no reason to stop. */
function isWorse(
  saw: NonNullable<DecisionOrderItem['saw']>,
  { verdict, failing }: RequestRow,
): boolean {
  if (saw.verdict === null || verdict === null) return saw.verdict !== verdict
  if (VERDICTS.indexOf(verdict) > VERDICTS.indexOf(saw.verdict)) return true
  return failing.some((code) => !saw.failing.includes(code))
}

/** As the cluster has it, or cut, as rows have it. */
function isNameOf(name: string, csr: Csr): boolean {
  return name === csr.name || boundedName(name) === csr.name
}

function decidedBefore(order: DecisionOrder, csr: Csr, row: RequestRow): ItemJudgement {
  const sameWay = order.decision === 'approve' ? isApproved(csr) && !isDenied(csr) : isDenied(csr)
  return no(sameWay ? 'already' : 'changed', standing(csr, row))
}

function standing(csr: Csr, { decidedBy: person, decidedAt: time }: RequestRow): Cause {
  const status = csrStatus(csr)
  if (person === null) {
    return time === null ? cause('decided', { status }) : cause('decidedAt', { status, time })
  }
  return time === null
    ? cause('decidedBy', { status, person })
    : cause('decidedByAt', { status, person, time })
}

/** Why this product will not approve it, or not in this way; null when it will. */
function keptFrom(
  order: DecisionOrder,
  item: DecisionOrderItem,
  row: RequestRow,
  policy: Policy,
): ItemJudgement | null {
  if (!isSignerApprovable(row.signerName, policy)) {
    return no('refused', cause('signerNotApproved', { signer: row.signerName }))
  }
  const because = (outcome: Outcome, why: Cause) =>
    row.reason === null ? no(outcome, why) : no(outcome, why, row.reason)
  if (item.followed === true && !isFollowed(row.unattended, order.accept ?? 'verified')) {
    return because('refused', cause('arrivedUnconfirmed'))
  }
  switch (row.verdict) {
    case 'verified':
    case 'plausible': {
      const { accept = 'verified' } = order
      if (isTrusted(row, accept)) return null
      // Shown as plausible, it asked for a new node: its Node has come since.
      return accept === 'plausible'
        ? because('changed', cause('nodeExists'))
        : because('refused', cause('notVerified'))
    }
    case 'suspicious': {
      const missing = insistence(order, item, row)
      return missing === null ? null : because('refused', cause(missing))
    }
    case 'refused':
    case null:
      return because('refused', cause('neverApproved'))
  }
}

/** A suspicious request goes alone, by its name, and with a reason. */
function insistence(
  order: DecisionOrder,
  item: DecisionOrderItem,
  row: RequestRow,
): Extract<CauseCode, `suspicious${string}`> | null {
  const name = row.nodeName ?? row.name
  if (order.items.length > 1) return 'suspiciousAlone'
  if (item.confirm !== name) return 'suspiciousConfirm'
  return (order.note ?? '').trim() === '' ? 'suspiciousNote' : null
}

function no(outcome: Outcome, ...causes: readonly Sentence[]): ItemJudgement {
  return { go: false, outcome, causes }
}
