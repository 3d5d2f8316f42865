import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Cluster } from '../cluster/cluster.ts'

/** One successful PUT to a request's /approval. */
export interface ApprovalWrite {
  /** Of the request. */
  readonly name: string
  /** When the API server had stored it and answered, by its clock; milliseconds since the epoch. */
  readonly at: number
}

/**
 * Every successful decision, in order, by the API server's own audit log. It writes an entry before
 * it answers, and begins another file at 100 MB.
 */
export function approvalWrites({ auditLog }: Pick<Cluster, 'auditLog'>): readonly ApprovalWrite[] {
  const stem = basename(auditLog, '.log')
  const files = readdirSync(dirname(auditLog)).filter(
    (file) => file.startsWith(stem) && file.endsWith('.log'),
  )
  const writes = files.flatMap((file) =>
    readFileSync(join(dirname(auditLog), file), 'utf8')
      .split('\n')
      .flatMap(approvalWrite),
  )
  return writes.toSorted((a, b) => a.at - b.at)
}

/** How many each request got. */
export function approvalCounts(cluster: Pick<Cluster, 'auditLog'>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { name } of approvalWrites(cluster)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

function approvalWrite(line: string): readonly ApprovalWrite[] {
  if (!line.includes('"subresource":"approval"')) return []
  const entry = JSON.parse(line)
  if (entry.stage !== 'ResponseComplete' || entry.responseStatus.code !== 200) return []
  return [{ name: entry.objectRef.name, at: Date.parse(entry.stageTimestamp) }]
}
