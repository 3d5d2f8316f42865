import { visible } from '#lib/csr/escape.ts'
import type { CsrCondition } from '#lib/csr/model.ts'
import { REASON_APPROVE, REASON_DENY } from '#lib/csr/names.ts'

export interface DecisionRecord {
  /** Who decided, as the API server knows them. */
  readonly person: string
  /** Finds the lines of the decision in the product's own log. */
  readonly requestId: string
  /** What the person wrote, never what the requester did; '' for nothing. */
  readonly note: string
}

const MESSAGE = /^(?:Approved|Denied) by (.+?) with Countersign \(request [^()\s]+\)/

/** The condition's message: one line that names the person and the request id, then the note. */
export function decisionMessage(decision: 'approve' | 'deny', record: DecisionRecord): string {
  const verb = decision === 'approve' ? 'Approved' : 'Denied'
  const head = `${verb} by ${visible(record.person)} with Countersign (request ${record.requestId})`
  return record.note === '' ? head : `${head}: ${visible(record.note)}`
}

/** Who decided, when the decision is our own and says so; null otherwise. */
export function decidedBy(condition: CsrCondition): string | null {
  if (condition.reason !== REASON_APPROVE && condition.reason !== REASON_DENY) return null
  return MESSAGE.exec(condition.message)?.[1] ?? null
}
