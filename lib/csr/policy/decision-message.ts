import { escapeCharacter, fromVisible, visible } from '#lib/csr/escape.ts'
import { type Decider, deciderByReason } from '#lib/csr/machine/decider.ts'
import type { CsrCondition } from '#lib/csr/model.ts'
import { REASON_APPROVE, REASON_AUTO_APPROVE, REASON_DENY } from '#lib/csr/names.ts'

export interface DecisionRecord {
  /** Who decided, as the API server knows them. */
  readonly person: string
  /** Finds the lines of the decision in the product's own log. */
  readonly requestId: string
  /** What the person wrote, never what the requester did; '' for nothing. */
  readonly note: string
  /** The first of two people, and the name of their proposal; absent where one was enough. */
  readonly proposedBy?: { readonly person: string; readonly proposal: string }
}

/**
 * The head, as far as it was not cut off; what follows is the note. No name that we wrote has a
 * parenthesis, so that only our own words end it; those of earlier versions could have.
 */
const MESSAGE =
  /^(?:Approved|Denied) by (.+?) with Countersign \(request [^()\s]+\)(?:, proposed by (.+?) \([^()\s]+\))?(?:: ([\s\S]*))?/

/** The condition's message: one line that names the person and the request id, then the note. */
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

/** A name that cannot be taken for the words around it; `fromVisible` undoes it. */
function written(name: string): string {
  return visible(name).replace(/[()]/g, escapeCharacter)
}

/** There a space would end it, too. */
function inParentheses(name: string): string {
  return written(name).replaceAll(' ', escapeCharacter)
}

export interface AutomaticRecord {
  /** The approver, as the API server knows it. */
  readonly username: string
  readonly policy: PolicyText
  /** Finds the lines of the decision in the approver's own log. */
  readonly requestId: string
}

/** Which text of which policy. */
export interface PolicyText {
  readonly name: string
  /** 12 hex digits of the document's SHA-256, or `built-in`. */
  readonly generation: string
}

/**
 * Ours are cut to 1,000 characters (lib/kube/writes/approval-write.ts). Whoever may approve for any signer can
 * write a longer one, and looking through 200 KB took seconds.
 */
const LONGEST_OWN = 2_000

/** No name of a policy that we wrote has an `@`: the first generation is the policy's own. */
const AUTOMATIC_MESSAGE =
  /^Approved automatically by policy (.+?)@([0-9a-f]{12}|built-in) as .+ with Countersign \(request [^()\s]+\)$/

/** The condition's message of an approval without a person; its reason is REASON_AUTO_APPROVE. */
export function automaticMessage({ username, policy, requestId }: AutomaticRecord): string {
  const name = written(policy.name).replaceAll('@', escapeCharacter)
  const by = `policy ${name}@${policy.generation} as ${written(username)}`
  return `Approved automatically by ${by} with Countersign (request ${requestId})`
}

/** The policy that approved it, when it was approved without a person and says so; else null. */
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
  /** When the decision is our own and says so: a person, or `policy …`. */
  readonly by: string | null
  /** The first of two people. */
  readonly proposedBy: string | null
  /** What is left to say; null for nothing, and when it is too long to look at. */
  readonly note: string | null
  readonly tooLong: boolean
}

/** A decision's message in its parts; of one that is not our own all of it is the note. */
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
