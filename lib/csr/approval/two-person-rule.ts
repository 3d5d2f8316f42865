import type { Claim } from '#lib/csr/claim/claim.ts'
import type { Verdict } from '#lib/csr/model.ts'
import { CONTROL_PLANE_ROLES } from '#lib/csr/names.ts'
import {
  isSignerListed,
  LONGEST_PROPOSAL_SECONDS,
  type Policy,
  type SecondPersonKind,
  type SecondPersonPolicy,
} from '#lib/csr/policy/policy.ts'
import { proposalEnds, rankOf, whyUncounted } from '#lib/csr/policy/proposal.ts'
import type { TwoPeople } from '#lib/csr/rows/rows.ts'
import { apiTimestamp } from '#lib/csr/time.ts'
import type { Proposal } from '#lib/csr/world/proposals.ts'
import type { World } from '#lib/csr/world/world.ts'

/** The reason why the request needs two people; null when one is enough. */
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
    // The list is written by hand, so a role counts in any case.
    world.expected?.machine(nodeName)?.role?.toLowerCase(),
  ].flat()
  return CONTROL_PLANE_ROLES.some((role) => roles.includes(role))
}

/** The policy with further kinds that need two people. */
export function withSecondPerson(policy: Policy, kinds: readonly SecondPersonKind[]): Policy {
  const { secondPerson } = policy
  return {
    ...policy,
    secondPerson: { ...secondPerson, for: [...new Set([...secondPerson.for, ...kinds])] },
  }
}

/** The row's facts of the rule; null when the request needs no second person. */
export function twoPeopleOf(
  claim: Claim,
  world: World,
  policy: Policy,
  verdict: Verdict | null,
): TwoPeople | null {
  // A request that cannot be approved here needs no person.
  if (!isSignerListed(claim.csr.signerName, policy)) return null
  const because = takesTwo(claim, world, policy, verdict)
  const isOpen = verdict !== null && verdict !== 'refused'
  const becauseOwn = isOpen ? takesTwo(claim, world, policy, 'suspicious') : null
  if (becauseOwn === null) return null
  return { because, becauseOwn, proposals: proposalsOf(claim, world, policy.secondPerson) }
}

/**
 * Most people whose proposals a row has or whose right is reviewed: more are a flood, which needs as
 * many accounts. Proposers known not to count come last.
 */
export const MOST_PROPOSERS = 16

function proposalsOf({ csr: target }: Claim, world: World, policy: SecondPersonPolicy) {
  const ranked = [...world.proposals.of(target.uid)]
    .map(({ csr, right }) => ({
      csr,
      uncounted: whyUncounted(csr, { target, actor: null, right }),
    }))
    .sort((a, b) => rankOf(a.uncounted) - rankOf(b.uncounted) || (isLater(a.csr, b.csr) ? -1 : 1))
  const people = new Map<string, TwoPeople['proposals'][number]>()
  for (const { csr, uncounted } of ranked) {
    const { requestor, name, createdAt } = csr
    if (people.size === MOST_PROPOSERS) break
    if (people.has(requestor.username)) continue
    people.set(requestor.username, {
      proposer: { username: requestor.username, uid: requestor.uid },
      name,
      by: requestor.username,
      at: createdAt,
      until: apiTimestamp(proposalEnds(csr, withinSeconds(policy))),
      note: csr.note ?? '',
      uncounted,
    })
  }
  return [...people.values()]
}

/**
 * Seconds for which a proposal counts: bounded by Kubernetes' own deletion after a day, even if a
 * laptop's clock is wrong.
 */
export function withinSeconds({ withinSeconds }: SecondPersonPolicy): number {
  return Math.min(withinSeconds, LONGEST_PROPOSAL_SECONDS)
}

export function isLater(a: Proposal['csr'], b: Proposal['csr']): boolean {
  return a.createdAt !== b.createdAt ? a.createdAt > b.createdAt : a.uid > b.uid
}
