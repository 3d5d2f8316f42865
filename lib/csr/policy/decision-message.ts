import { type Decider, deciderByReason } from '#lib/csr/decider.ts'
import { escapeCharacter, fromVisible, visible } from '#lib/csr/escape.ts'
import type { CsrCondition } from '#lib/csr/model.ts'
import { REASON_APPROVE, REASON_AUTO_APPROVE, REASON_DENY } from '#lib/csr/names.ts'

/** Characters of a note on pages and in a proposal: they fit into a condition’s message. */
export const NOTE_LIMIT = 400

export interface DecisionRecord {
  /** Username of the deciding person, by the API server. */
  readonly person: string
  /** Finds the decision's lines in this product's log. */
  readonly requestId: string
  /** The deciding person's own note; '' for none. */
  readonly note: string
  /** The first of two people and the name of their proposal; absent if one was enough. */
  readonly proposedBy?: { readonly person: string; readonly proposal: string }
}

/**
 * The message's head, unless it was cut off, and the note. Names are written without parentheses,
 * so only our own words end them; earlier versions did not escape names.
 */
const MESSAGE =
  /^(?:Approved|Denied) by (.+?) with Countersign \(request [^()\s]+\)(?:, proposed by (.+?) \([^()\s]+\))?(?:: ([\s\S]*))?/

/** The condition's message, one line: person and request id, then the note. */
export function decisionMessage(decision: 'approve' | 'deny', record: DecisionRecord): string {
  const verb = decision === 'approve' ? 'Approved' : 'Denied'
  const { proposedBy } = record
  const by = `${verb} by ${written(record.person)} with Countersign (request ${record.requestId})`
  const head =
    proposedBy === undefined
      ? by
      : `${by}, proposed by ${written(proposedBy.person)} (${inParentheses(proposedBy.proposal)})`
  return record.note === '' ? head : `${head}: ${visible(record.note)}`
}

/** A name that cannot be mistaken for the words around it; `fromVisible` reverses it. */
function written(name: string): string {
  return visible(name).replace(/[()]/g, escapeCharacter)
}

/** The name inside parentheses, where a space would end it, too. */
function inParentheses(name: string): string {
  return written(name).replaceAll(' ', escapeCharacter)
}

/** One version of one policy. */
export interface PolicyText {
  readonly name: string
  /** 12 hex digits of the document's SHA-256, or `built-in`. */
  readonly generation: string
}

/**
 * Longest message that is parsed: ours have at most 1,000 characters. Anyone with the right to
 * approve can write a longer one, and parsing 200 KB took seconds.
 */
const LONGEST_OWN = 2_000

/** Policy names are written without `@`, so the first generation is the policy's own. */
const AUTOMATIC_MESSAGE =
  /^Approved automatically by policy (.+?)@([0-9a-f]{12}|built-in) as .+ with Countersign \(request [^()\s]+\)$/

/** The message of an automatic approval; the condition's reason is REASON_AUTO_APPROVE. */
export function automaticMessage({
  username,
  policy,
  requestId,
}: {
  /** Username of the approver, by the API server. */
  readonly username: string
  readonly policy: PolicyText
  /** Finds the decision's lines in the approver's log. */
  readonly requestId: string
}): string {
  const name = written(policy.name).replaceAll('@', escapeCharacter)
  const by = `policy ${name}@${policy.generation} as ${written(username)}`
  return `Approved automatically by ${by} with Countersign (request ${requestId})`
}

/** The policy of an automatic approval, if the message names one; otherwise null. */
export function decidedByPolicy(condition: CsrCondition): PolicyText | null {
  if (condition.reason !== REASON_AUTO_APPROVE || condition.message.length > LONGEST_OWN)
    return null
  const [, name, generation] = AUTOMATIC_MESSAGE.exec(condition.message) ?? []
  return name === undefined || generation === undefined
    ? null
    : { name: fromVisible(name), generation }
}

export interface DecisionWords {
  readonly decider: Decider
  /** The person, or `policy …`, if the message is our own and names one. */
  readonly by: string | null
  /** The first of two people. */
  readonly proposedBy: string | null
  /** The rest of the message; null for none, and for a message too long to parse. */
  readonly note: string | null
  readonly tooLong: boolean
}

/** A decision's message in its parts; a foreign message is all note. */
export function readDecision(condition: CsrCondition): DecisionWords {
  const { reason, message } = condition
  const silent = { by: null, proposedBy: null, note: null, tooLong: false }
  const policy = decidedByPolicy(condition)
  if (policy !== null) {
    return { ...silent, decider: 'approver', by: `policy ${policy.name}@${policy.generation}` }
  }
  const decider = deciderByReason(reason)
  if (message === '') return { ...silent, decider }
  if (message.length > LONGEST_OWN) return { ...silent, decider, tooLong: true }
  const isOwn = reason === REASON_APPROVE || reason === REASON_DENY
  const own = isOwn ? MESSAGE.exec(message) : null
  if (own === null) return { ...silent, decider, note: message }
  const [by = null, proposedBy = null, note = null] = own
    .slice(1)
    .map((part?: string) => (part === undefined ? null : fromVisible(part)))
  return { decider, by, proposedBy, note: note === '' ? null : note, tooLong: false }
}
