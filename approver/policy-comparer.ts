import type { ParsePolicy } from '#lib/cluster/documents.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { type PolicyChange, policyChanges } from '#lib/csr/policy/policy-changes.ts'

/** Annotation of the Lease: the document of the policy that the leader has in force. */
export const POLICY_ANNOTATION = 'countersign.dev/policy'
/** Longest document that is kept in the Lease, which is written every two seconds. */
const MOST_KEPT_BYTES = 8 * 1024

/** A policy that is, or may be, looser than the one before it. */
export interface Loosened {
  readonly before: Policy
  readonly after: Policy
  /** The fields that are looser. */
  readonly looser: readonly string[]
  /** The fields that cannot be compared. */
  readonly unclear: readonly string[]
}

export type PolicyComparer = ReturnType<typeof createPolicyComparer>

/** Compares the policy in force with the one before it, also with that of the last leader. */
export function createPolicyComparer(options: {
  readonly parse: ParsePolicy
  /** Whether this process leads: of several processes only the leader compares. */
  readonly leads: () => boolean
  readonly onLoosened: (loosened: Loosened) => void
}) {
  const texts = new WeakMap<Policy, string>()
  let current: Policy | null = null
  /** The policy that a leader last had in force; null while unknown. */
  let known: Policy | null = null

  const parse: ParsePolicy = (text) => {
    const parsed = options.parse(text)
    if ('value' in parsed) texts.set(parsed.value, text)
    return parsed
  }

  function compare(): void {
    if (current === null || current === known) return
    if (known !== null) {
      const { looser = [], unclear = [] } = Object.groupBy(
        policyChanges(known, current),
        ({ change }) => change,
      )
      if (looser.length + unclear.length > 0) {
        const [before, after] = [known, current]
        options.onLoosened({ before, after, looser: fields(looser), unclear: fields(unclear) })
      }
    }
    known = current
  }

  return {
    /** Parses a document, and keeps its text with the policy. */
    parse,
    /** Reads the annotation of the last leader, before this process leads. */
    inherit(text: string): void {
      const parsed = text === '' ? null : parse(text)
      known = parsed !== null && 'value' in parsed ? parsed.value : null
    },
    /** Tells that this process has begun to lead. */
    began: compare,
    /** Tells that another policy is in force. */
    changed(policy: Policy): void {
      current = policy
      if (options.leads()) compare()
    },
    /** The text of the annotation; '' for none. */
    text(): string {
      const text = known === null ? '' : (texts.get(known) ?? '')
      return Buffer.byteLength(text) > MOST_KEPT_BYTES ? '' : text
    },
  }
}

function fields(changes: readonly PolicyChange[]): readonly string[] {
  return changes.map(({ field }) => field)
}
