import type { Cluster } from '#sandbox/control-plane/control-plane.ts'
import { auditEntries } from '../fixtures/audit-log.ts'

/** One successful PUT to a request's /approval. */
export interface ApprovalWrite {
  /** Name of the request. */
  readonly name: string
  /**
   * Time at which the API server had stored it and answered, by its clock, in milliseconds since
   * the epoch.
   */
  readonly at: number
}

/** Every successful decision, in order, from the API server's audit log. */
export function approvalWrites(cluster: Pick<Cluster, 'auditLog'>): readonly ApprovalWrite[] {
  return auditEntries(cluster, '"subresource":"approval"')
    .filter(({ stage, responseStatus: { code } }) => stage === 'ResponseComplete' && code === 200)
    .map(({ objectRef, stageTimestamp }) => ({
      name: objectRef.name ?? '',
      at: Date.parse(stageTimestamp),
    }))
    .toSorted((a, b) => a.at - b.at)
}

/** Number of decisions on each request. */
export function approvalCounts(cluster: Pick<Cluster, 'auditLog'>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { name } of approvalWrites(cluster)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
