import type { PlanAnswer, PlanGroup, RunOptions } from '#lib/query/domain-types.ts'

type Ticks = Pick<RunOptions, 'verified' | 'plausible' | 'rebootstrapping'>

/** The ticked groups of a plan, in the order in which they are approved. */
export function tickedGroups({ groups }: Pick<PlanAnswer, 'groups'>, ticks: Ticks): PlanGroup[] {
  const order = ['verified', 'plausible', 'rebootstrapping'] as const
  return order.flatMap((name) => (ticks[name] ? [groups[name]] : []))
}

export function machinesOf(groups: readonly PlanGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0)
}

/** Number of requests in the groups; `superseded`: with the older ones. */
export function requestsOf(
  groups: readonly PlanGroup[],
  { superseded }: Pick<RunOptions, 'superseded'>,
): number {
  return groups.reduce((sum, one) => sum + one.requests + (superseded ? one.superseded : 0), 0)
}
