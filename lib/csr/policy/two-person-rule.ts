import type { Claim } from '#lib/csr/claim.ts'
import { timestamp } from '#lib/csr/machine/deadlines.ts'
import type { ProposedApproval, SecondPerson } from '#lib/csr/machine/rows.ts'
import type { Verdict } from '#lib/csr/model.ts'
import { CONTROL_PLANE_ROLES } from '#lib/csr/names.ts'
import {
  isSignerApprovable,
  LONGEST_PROPOSAL_SECONDS,
  type Policy,
  type SecondPersonKind,
  type SecondPersonPolicy,
} from '#lib/csr/policy/policy.ts'
import { proposalEnds, UNCOUNTED, whyUncounted } from '#lib/csr/policy/proposal.ts'
import type { Proposal } from '#lib/csr/world/proposals.ts'
import type { World } from '#lib/csr/world/world.ts'

/** Why the request needs two people; null when one is enough. */
export function takesTwo(
  claim: Pick<Claim, 'nodeName'>,
  world: World,
  policy: Policy,
  verdict: Verdict | null,
): SecondPersonKind | null {
  const kinds = policy.secondPerson.for
  // A refused or decided request cannot be approved at all.
  if (verdict === null || verdict === 'refused') return null
  if (kinds.includes('suspicious') && verdict === 'suspicious') return 'suspicious'
  return kinds.includes('controlPlane') && isControlPlane(claim, world) ? 'controlPlane' : null
}

/**
 * Whether the node's Node, one of its Machines or the admin's list gives it a control-plane role.
 * Without any known role it has none: so has the first request of an unknown machine.
 */
export function isControlPlane({ nodeName }: Pick<Claim, 'nodeName'>, world: World): boolean {
  if (nodeName === null) return false
  const { cluster } = world
  const roles = [
    cluster.node(nodeName)?.roles,
    [...cluster.machinesOf(nodeName), ...cluster.machinesNamed(nodeName)].map(({ role }) => role),
    // The list is written by hand, so in any case.
    world.expected?.machine(nodeName)?.role?.toLowerCase(),
  ].flat()
  return CONTROL_PLANE_ROLES.some((role) => roles.includes(role))
}

/** The row's two-person field; null when one person is enough. */
export function secondPersonOf(
  claim: Claim,
  world: World,
  { policy, actor }: { readonly policy: Policy; readonly actor: string | null },
  verdict: Verdict | null,
): SecondPerson | null {
  // A request that cannot be approved here needs no person.
  if (!isSignerApprovable(claim.csr.signerName, policy)) return null
  const because = takesTwo(claim, world, policy, verdict)
  if (because === null) return null
  const viewer = actor === null ? null : { username: actor, uid: '' }
  let best: { readonly proposal: Proposal; readonly rank: number } | null = null
  for (const proposal of world.proposals.of(claim.csr.uid)) {
    const { csr, right } = proposal
    const rank = rankOf(whyUncounted(csr, { target: claim.csr, actor: viewer, right }))
    if (
      best === null ||
      rank < best.rank ||
      (rank === best.rank && isLater(csr, best.proposal.csr))
    )
      best = { proposal, rank }
  }
  if (best === null) return { because, proposal: null }
  const { csr, right } = best.proposal
  const proposal: ProposedApproval = {
    name: csr.name,
    by: csr.requestor.username,
    at: csr.createdAt,
    until: timestamp(proposalEnds(csr, withinSeconds(policy.secondPerson))),
    note: csr.note ?? '',
    uncounted: whyUncounted(csr, { target: claim.csr, actor: viewer, right }),
  }
  return { because, proposal }
}

/** Bounded by Kubernetes' own deletion after a day, even if a laptop's clock is wrong. */
export function withinSeconds({ withinSeconds }: SecondPersonPolicy): number {
  return Math.min(withinSeconds, LONGEST_PROPOSAL_SECONDS)
}

/** Ranks a proposal that counts first, then by how little it lacks. */
function rankOf(why: ReturnType<typeof whyUncounted>): number {
  return why === null ? -1 : UNCOUNTED.indexOf(why)
}

export function isLater(a: Proposal['csr'], b: Proposal['csr']): boolean {
  return a.createdAt !== b.createdAt ? a.createdAt > b.createdAt : a.uid > b.uid
}
