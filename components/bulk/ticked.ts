import { ROLE_GROUPS, type RoleGroup } from '#lib/csr/machine/role-rank.ts'
import { TRUST_LEVELS, type Trust } from '#lib/csr/policy/trust.ts'
import type { PlanAnswer, PlanGroup, RunOptions } from '#lib/wire/run-answers.ts'

type Plan = Pick<PlanAnswer, 'groups' | 'roles'>
export type GroupName = Trust | RoleGroup

/** A group of a plan that a person may tick. */
export interface OfferedGroup {
  readonly name: GroupName
  readonly group: PlanGroup
}

/** Groups with a machine, by role or by trust, in the order in which they are approved. */
export function offeredGroups({ groups, roles }: Plan): readonly OfferedGroup[] {
  const all =
    roles === null
      ? TRUST_LEVELS.map((name) => ({ name, group: groups[name] }))
      : ROLE_GROUPS.map((name) => ({ name, group: roles[name] }))
  return all.filter(({ group }) => group.count > 0)
}

/** Groups that are ticked at first: all but those of machines that have joined before. */
export function firstTicks({ roles }: Plan): ReadonlySet<GroupName> {
  return new Set(roles === null ? ['verified'] : [])
}

/** The ticked groups of a plan, in the order in which they are approved. */
export function tickedGroups(plan: Plan, ticks: ReadonlySet<GroupName>): readonly PlanGroup[] {
  return offeredGroups(plan).flatMap(({ name, group }) => (ticks.has(name) ? [group] : []))
}

/** The ticks as options of a run. */
export function optionsOf(
  { roles }: Plan,
  ticks: ReadonlySet<GroupName>,
  more: Pick<RunOptions, 'superseded' | 'followMinutes' | 'knowsShutdown'>,
): RunOptions {
  const { knowsShutdown, ...others } = more
  return {
    verified: ticks.has('verified'),
    plausible: ticks.has('plausible'),
    rebootstrapping: ticks.has('rebootstrapping'),
    ...others,
    ...(roles !== null && { roles: ROLE_GROUPS.filter((role) => ticks.has(role)), knowsShutdown }),
  }
}

export function machinesOf(groups: readonly PlanGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0)
}

/** Number of requests in the groups; with older duplicates where `superseded` is true. */
export function requestsOf(groups: readonly PlanGroup[], superseded: boolean): number {
  return groups.reduce((sum, one) => sum + one.requests + (superseded ? one.superseded : 0), 0)
}
