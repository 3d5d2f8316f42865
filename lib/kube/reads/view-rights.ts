import type { Identity } from '#lib/kube/credentials/acting-identity.ts'
import { isAllowed } from '#lib/kube/reads/access-reviews.ts'

/** A rule that RBAC has to grant. */
export interface Right {
  readonly verb: string
  /** '' is the core group. */
  readonly group: string
  readonly resource: string
}

/** The rights that this identity lacks, by access reviews. Rejects with a KubeError. */
export async function missingRights(
  identity: Identity,
  rights: readonly Right[],
  signal?: AbortSignal,
): Promise<readonly Right[]> {
  const allowed = await Promise.all(rights.map((right) => isAllowed(identity, right, signal)))
  return rights.filter((_, at) => allowed[at] !== true)
}
