import type { Identity } from '#lib/kube/credentials/acting-identity.ts'
import { isAllowed } from '#lib/kube/reads/access-reviews.ts'

/** A rule that RBAC has to grant. */
export interface Right {
  readonly verb: string
  /** '' is the core group. */
  readonly group: string
  readonly resource: string
}

/** The rights that this identity lacks, reviewed one at a time. Rejects with a KubeError. */
export async function missingRights(
  identity: Identity,
  rights: readonly Right[],
  signal?: AbortSignal,
): Promise<readonly Right[]> {
  const missing: Right[] = []
  for (const right of rights) {
    if (!(await isAllowed(identity, right, signal))) missing.push(right)
  }
  return missing
}
