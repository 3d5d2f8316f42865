import type { RequestRow } from '#lib/csr/rows/rows.ts'
import type { PendingRequest } from '#lib/wire/pending-request.ts'

/** The part of a row that a decision takes. */
export function pendingRequest(row: RequestRow): PendingRequest {
  const { uid, name, resourceVersion, signerName, requestor, createdAt, status } = row
  const { verdict, failing, reason, superseded, secondPerson } = row
  return {
    uid,
    name,
    resourceVersion,
    signerName,
    requestor,
    createdAt,
    status,
    verdict,
    failing,
    reason,
    superseded,
    secondPerson,
  }
}
