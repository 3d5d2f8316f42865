import type { DecisionOrder, DecisionOrderItem } from '#lib/act/decision-body.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import { type Cause, type CauseCode, cause, type Sentence } from '#lib/csr/cause.ts'
import { type Csr, VERDICTS } from '#lib/csr/model.ts'
import { isSignerListed, type Policy } from '#lib/csr/policy/policy.ts'
import { isFollowed, isTrusted } from '#lib/csr/policy/trust.ts'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import { csrStatus, isApproved, isDenied, isPending } from '#lib/csr/status.ts'
import { requestFor, type ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import { boundedName } from '#lib/kube/objects/bounds.ts'
import type { Outcome } from '#lib/wire/wire.ts'

/** The part of the feed that judging needs: objects by uid, and their current judgement. */
export type KnownRequests = Pick<
  RunningFeed,
  'csr' | 'judged' | 'isSuperseded' | 'nameOf' | 'uidOf' | 'wasKnownAs'
>

export type ItemJudgement =
  | {
      readonly go: true
      readonly csr: Csr
      readonly row: RequestRow
      /** Whether another person has to approve as well. */
      readonly takesTwo: boolean
    }
  | { readonly go: false; readonly outcome: Outcome; readonly causes: readonly Sentence[] }

/**
 * Judges one item of an order by current knowledge, for the person who decides. The uid binds the
 * contents; `saw` binds the judgement that the person read.
 */
export function judgeItem(
  order: DecisionOrder,
  item: DecisionOrderItem,
  known: KnownRequests,
  policy: Policy,
  viewer: ViewerName,
): ItemJudgement {
  const csr = known.csr(item.uid)
  const judged = known.judged(item.uid)
  if (csr === null || judged === null) {
    const name = item.name ?? known.nameOf(item.uid)
    const now = name === null ? null : (known.uidOf(name) ?? known.uidOf(boundedName(name)))
    return now === null ? no('gone', cause('requestGone')) : no('changed', cause('requestReplaced'))
  }
  const row = requestFor(judged, viewer)
  if (item.name !== undefined && !isNameOf(item.name, csr)) return no('changed', cause('otherName'))
  if (!isPending(csr)) return decidedBefore(order, csr, row)
  const unlike = unlikeSeen(order, item, row, known)
  if (unlike !== null) return no('changed', unlike)
  if (!isSignerListed(row.signerName, policy)) {
    return no('refused', cause('signerNotApproved', { signer: row.signerName }))
  }
  const why = order.decision === 'approve' ? keptFrom(order, item, row, policy, viewer) : null
  if (why !== null) return why
  const takesTwo = order.decision === 'approve' && row.secondPerson !== null
  // A person who approves in bulk has not looked closely enough for a proposal.
  if (takesTwo && (order.items.length > 1 || order.run !== undefined)) {
    return no('refused', cause('takesTwoAlone'))
  }
  return { go: true, csr, row, takesTwo }
}

/**
 * The difference from the state that the caller saw; null unless it got worse. A changed label
 * moves only the resourceVersion: the decision is then bound to the newer one.
 */
function unlikeSeen(
  { decision }: Pick<DecisionOrder, 'decision'>,
  { uid, resourceVersion, saw, followed, duplicateOf }: DecisionOrderItem,
  row: RequestRow,
  known: Pick<KnownRequests, 'wasKnownAs' | 'isSuperseded'>,
): Cause | null {
  if (saw === undefined) {
    return row.resourceVersion === resourceVersion ? null : cause('otherVersion')
  }
  const isSameState = known.wasKnownAs(uid, resourceVersion) && saw.status === row.status
  if (!isSameState) return cause('otherVersion')
  if (decision === 'deny') return null
  const isNewest = saw.superseded === false || followed === true
  if ((isNewest || duplicateOf !== undefined) && known.isSuperseded(duplicateOf ?? uid)) {
    return cause('filedAnew')
  }
  return isWorse(saw, row) ? cause('worseThanSeen') : null
}

/** Whether the verdict is lower or another check fails. An improvement is no reason to stop. */
function isWorse(
  saw: NonNullable<DecisionOrderItem['saw']>,
  { verdict, failing }: RequestRow,
): boolean {
  if (saw.verdict === null || verdict === null) return saw.verdict !== verdict
  if (VERDICTS.indexOf(verdict) > VERDICTS.indexOf(saw.verdict)) return true
  return failing.some((code) => !saw.failing.includes(code))
}

/** Whether the name is the cluster's, or the bounded one that rows have. */
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

/**
 * The reason why this product does not approve the request, or not in this way; null if it does.
 */
function keptFrom(
  order: DecisionOrder,
  item: DecisionOrderItem,
  row: RequestRow,
  policy: Policy,
  viewer: ViewerName,
): ItemJudgement | null {
  const because = (outcome: Outcome, why: Cause) =>
    row.reason === null ? no(outcome, why) : no(outcome, why, row.reason)
  const { required } = policy.automatic
  const isUnknown = viewer.name === '' && required.includes('requestor.self')
  const follows = isFollowed(row.unattended, order.accept ?? 'verified') && !isUnknown
  if (item.followed === true && !follows) {
    return because('refused', cause('arrivedUnconfirmed'))
  }
  switch (row.verdict) {
    case 'verified':
    case 'plausible': {
      const { accept = 'verified' } = order
      if (isTrusted(row, accept)) return null
      // The request was plausible for a new node, whose Node was created since.
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

/**
 * The insistence that a suspicious request takes: it is approved alone, with its name typed and a
 * reason.
 */
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

/** The request as that person sees it now; null if judging fails, which the hand reports. */
export function rowOrNull(
  { judged }: Pick<KnownRequests, 'judged'>,
  uid: string,
  viewer: ViewerName,
): RequestRow | null {
  try {
    const now = judged(uid)
    return now === null ? null : requestFor(now, viewer)
  } catch {
    return null
  }
}

function no(outcome: Outcome, ...causes: readonly Sentence[]): ItemJudgement {
  return { go: false, outcome, causes }
}
