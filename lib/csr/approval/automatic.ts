import { takesTwo } from '#lib/csr/approval/two-person-rule.ts'
import type { Context } from '#lib/csr/checks/check-question.ts'
import { onlyNodesWord } from '#lib/csr/checks/identity/given-names.ts'
import { maybeAnothers } from '#lib/csr/checks/sans/sans-checks.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import type { CheckCode } from '#lib/csr/model.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import type { Sound, Unattended } from '#lib/csr/policy/trust.ts'
import { isPending } from '#lib/csr/status.ts'
import { type Concluded, judge } from '#lib/csr/verdict/verdict.ts'
import { judgementFor, type ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import type { World } from '#lib/csr/world/world.ts'

/** Reasons why a request is left to a person. */
export type LeftBecause =
  | 'decided'
  | 'otherSigner'
  /** The policy leaves client requests to people. */
  | 'clients'
  /** The kubelet waits for a newer request. */
  | 'superseded'
  | 'refused'
  | 'suspicious'
  /** No source outside the request confirms the machine. */
  | 'notVerified'
  /** A required check is unknown. */
  | 'requiredUnknown'
  /** The policy wants two people; an automatic approval is neither of them. */
  | 'secondPerson'
  /** The kubelet's answer is awaited; it may contradict. */
  | 'asking'

/** The policy's automatic action for a request, the same for the approver and for its forecast. */
export type Automatic =
  | { readonly act: 'approve'; readonly verdict: Sound }
  | {
      readonly act: 'leave'
      readonly because: LeftBecause
      /** The first check that prevents approval, in the order of the table. */
      readonly check: CheckCode | null
    }

/**
 * Judges by `context.policy`, whatever its mode; limits are not applied here. `viewer` is the
 * approver, or null to ask for any approver that did not file the request.
 */
export function automatic(
  claim: Claim,
  world: World,
  context: Context,
  superseded: boolean,
  viewer: ViewerName | null,
): Automatic {
  if (!isPending(claim.csr)) return leave('decided')
  if (!isKubeletSigner(claim.csr.signerName)) return leave('otherSigner')
  const { judgement, ...rest } = judged(claim, world, context, superseded)
  const { username } = claim.csr.requestor
  return actOn({ ...rest, judgement: judgementFor(judgement, username, viewer) }, context)
}

/**
 * Whether a run may approve a serving request that arrived after its plan was shown. As strict as
 * the approver, but with the trust that the person ticked instead of the policy's `accept`.
 */
export function unattended(
  claim: Claim,
  world: World,
  context: Context,
  superseded: boolean,
): Unattended {
  if (claim.kind !== 'kubeletServing' || !isPending(claim.csr) || superseded) return null
  const answer = actOn(judged(claim, world, context, false), context, 'plausible')
  if (answer.act === 'approve') return answer.verdict
  return answer.because === 'asking' ? 'asking' : null
}

function judged(claim: Claim, world: World, context: Context, superseded: boolean): Judged {
  const judgement = judge(claim, world, context)
  return { claim, world, judgement, superseded, asking: isAsking(claim, world, context) }
}

/** Whether the first answer of the request's kubelet is still awaited. */
export function isAsking(claim: Claim, world: World, { now }: Pick<Context, 'now'>): boolean {
  const { kind, nodeName, createdAt } = claim
  if (kind !== 'kubeletServing' || nodeName === null) return false
  return world.awaitsKubelet(nodeName, createdAt, now)
}

/** A judged pending request of a kubelet signer. */
export interface Judged {
  readonly claim: Pick<Claim, 'kind' | 'nodeName' | 'sans'>
  /** Source of the machine's role and of its names. */
  readonly world: World
  readonly judgement: Concluded
  readonly superseded: boolean
  /** Whether the kubelet's first answer is still awaited; see `isAsking`. */
  readonly asking: boolean
}

/** The action on a judged request. `accept`: the least trust that a serving request needs. */
export function actOn(
  judged: Judged,
  context: Pick<Context, 'policy' | 'now'>,
  accept: Sound = context.policy.automatic.accept,
): Automatic {
  const { automatic: policy } = context.policy
  const { verdict, failing, reason } = judged.judgement
  if (verdict === 'refused' || verdict === 'suspicious') return leave(verdict, failing[0])
  if (takesTwo(judged.claim, judged.world, context.policy, verdict) !== null) {
    return leave('secondPerson')
  }
  const serving = judged.claim.kind === 'kubeletServing'
  if (!serving && !policy.clients) return leave('clients')
  const required = judged.judgement.unknown.find((code) => policy.required.includes(code))
  if (required !== undefined) return leave('requiredUnknown', required)
  const enough =
    verdict === 'verified' || (serving && accept === 'plausible' && !isNodesWord(judged, context))
  if (!enough) return leave('notVerified', reason?.code)
  if (judged.superseded) return leave('superseded')
  return judged.asking ? leave('asking', 'identity.liveCertificate') : { act: 'approve', verdict }
}

/**
 * Whether only the Node vouches for a DNS name, or for any SAN that a list without addresses or a
 * possible other holder leaves open. No policy accepts that: any node could ask for any name.
 */
function isNodesWord(
  { claim, world, judgement }: Judged,
  context: Pick<Context, 'policy' | 'now'>,
) {
  const { policy, now } = context
  if (judgement.reason?.finding === 'nameAlone') return true
  if (claim.nodeName === null) return true
  if (maybeAnothers(claim.sans, claim.nodeName, { world, now }).length > 0) return true
  const alone = onlyNodesWord(claim.sans, claim.nodeName, { world, policy })
  return alone.some(({ kind }) => kind === 'DNS')
}

function leave(because: LeftBecause, check: CheckCode | null = null): Automatic {
  return { act: 'leave', because, check }
}
