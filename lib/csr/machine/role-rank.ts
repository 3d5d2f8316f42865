import { CONTROL_PLANE_ROLES } from '#lib/csr/names.ts'
import type { MachineRow } from '#lib/csr/rows/rows.ts'

/** Roles of the nodes on which ingress, the image registry and volumes run. */
const PLATFORM_ROLES: readonly string[] = ['infra', 'storage']

/** Groups of machines in the order to approve them after a shutdown. */
export const ROLE_GROUPS = ['controlPlane', 'platform', 'worker'] as const
export type RoleGroup = (typeof ROLE_GROUPS)[number]

/** A machine's group, as its index in ROLE_GROUPS. */
export type RoleRank = 0 | 1 | 2

/** The rank of the roles that the Node or the Machine object of a machine has. */
export function roleRank({
  node,
  machineObject,
}: Pick<MachineRow, 'node' | 'machineObject'>): RoleRank {
  const roles = [...(node?.roles ?? []), machineObject?.role]
  const hasOneOf = (known: readonly string[]) => known.some((role) => roles.includes(role))
  if (hasOneOf(CONTROL_PLANE_ROLES)) return 0
  return hasOneOf(PLATFORM_ROLES) ? 1 : 2
}
