import type { Context } from '#lib/csr/checks/question.ts'
import type { Claim } from '#lib/csr/claim.ts'
import type { CheckCode, Verdict } from '#lib/csr/model.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import { isPending } from '#lib/csr/status.ts'
import { checkResults, judge } from '#lib/csr/verdict.ts'
import type { World } from '#lib/csr/world.ts'

/** Why a request is left to a person. */
export type LeftBecause =
  | 'decided'
  | 'otherSigner'
  /** The policy leaves client requests to people. */
  | 'clients'
  /** The kubelet waits for a newer one. */
  | 'superseded'
  | 'refused'
  | 'suspicious'
  /** Nothing outside the request confirms the machine. */
  | 'notVerified'
  /** A check that must pass could not be made. */
  | 'requiredUnknown'

/** What the policy does with a request by itself. The same for the approver and for its forecast. */
export type Automatic =
  | { readonly act: 'approve'; readonly verdict: Verdict }
  | {
      readonly act: 'leave'
      readonly because: LeftBecause
      /** The first check that stands in the way, in the order of the table. */
      readonly check: CheckCode | null
    }

/** Judged as `context.policy` says, whatever its mode. Limits are not part of it. */
export function automatic(
  claim: Claim,
  world: World,
  context: Context,
  superseded: boolean,
): Automatic {
  const { automatic: policy } = context.policy
  if (!isPending(claim.csr)) return leave('decided')
  if (!isKubeletSigner(claim.csr.signerName)) return leave('otherSigner')
  const { verdict, failing, reason } = judge(claim, world, context)
  if (verdict === 'refused' || verdict === 'suspicious') return leave(verdict, failing[0])
  const serving = claim.kind === 'kubeletServing'
  if (!serving && !policy.clients) return leave('clients')
  const required = checkResults(claim, world, context).find(
    ({ code, outcome }) => outcome !== 'pass' && policy.required.includes(code),
  )
  if (required !== undefined) return leave('requiredUnknown', required.code)
  const enough = verdict === 'verified' || (serving && policy.accept === 'plausible')
  if (!enough) return leave('notVerified', reason?.code)
  return superseded ? leave('superseded') : { act: 'approve', verdict }
}

function leave(because: LeftBecause, check: CheckCode | null = null): Automatic {
  return { act: 'leave', because, check }
}
