import type { Policy } from '#lib/csr/policy/policy.ts'
import { type PolicyChange, policyChanges } from '#lib/csr/policy/policy-changes.ts'
import type { Parsed } from '#lib/kube/documents/document-in-force.ts'

/** Annotation of the Lease: the document of the policy that the leader has in force. */
export const POLICY_ANNOTATION = 'countersign.dev/policy'
/** Longest document that is kept in the Lease, which is written every two seconds. */
const MOST_KEPT_BYTES = 8 * 1024

/** A policy that is, or may be, looser than the one before it. */
export interface Loosened {
  readonly before: Policy
  readonly after: Policy
  /** The fields that are looser, or cannot be compared. */
  readonly changes: readonly PolicyChange[]
}

/** Compares the policy in force with the one before it, also with that of the last leader. */
export interface PolicyComparer<Problem> {
  /** Parses a document, and keeps its text with the policy. */
  parse(text: string): Parsed<Policy, Problem>
  /** Reads the annotation of the last leader, before this process leads. */
  inherit(text: string): void
  /** Tells that this process has begun to lead. */
  began(): void
  /** Tells that another policy is in force. */
  changed(policy: Policy): void
  /** The text of the annotation; '' for none. */
  text(): string
}

export function createPolicyComparer<Problem>(options: {
  readonly parse: (text: string) => Parsed<Policy, Problem>
  /** Whether this process leads: of several processes only the leader compares. */
  readonly leads: () => boolean
  readonly onLoosened: (loosened: Loosened) => void
}): PolicyComparer<Problem> {
  const texts = new WeakMap<Policy, string>()
  let current: Policy | null = null
  /** The policy that a leader last had in force; null while unknown. */
  let known: Policy | null = null

  function parse(text: string): Parsed<Policy, Problem> {
    const parsed = options.parse(text)
    if ('value' in parsed) texts.set(parsed.value, text)
    return parsed
  }

  function compare(): void {
    if (current === null || current === known) return
    if (known !== null) {
      const changes = policyChanges(known, current).filter(({ change }) => change !== 'tighter')
      if (changes.length > 0) options.onLoosened({ before: known, after: current, changes })
    }
    known = current
  }

  return {
    parse,
    inherit(text) {
      const parsed = text === '' ? null : parse(text)
      known = parsed !== null && 'value' in parsed ? parsed.value : null
    },
    began: compare,
    changed(policy) {
      current = policy
      if (options.leads()) compare()
    },
    text() {
      const text = known === null ? '' : (texts.get(known) ?? '')
      return Buffer.byteLength(text) > MOST_KEPT_BYTES ? '' : text
    },
  }
}
