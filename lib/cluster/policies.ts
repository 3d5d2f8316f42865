import type { Author } from '#lib/cluster/saved-by-name.ts'
import { type Cause, cause } from '#lib/csr/cause.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { withSecondPerson } from '#lib/csr/policy/second-person-setting.ts'
import {
  type DocumentInForce,
  type InForceState,
  keepInForce,
} from '#lib/kube/documents/document-in-force.ts'
import type { FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { PolicyProblem } from '#lib/policy/policy-problem.ts'
import { type PolicyReading, readPolicy } from '#lib/policy/read-policy.ts'
import { explain } from '#lib/refusals/explain.ts'

export interface Policies {
  /** The same object until another policy is in force. */
  current(): Policy
  /**
   * Whether the document was read, or found to be missing. Until then its demands are unknown,
   * above all when reading fails.
   */
  isKnown(): boolean
  /** Why it is not known, after a failed read. */
  whyUnknown(): readonly Cause[]
  /** Time since which that policy is in force, RFC 3339. */
  since(): string
  /** The policy's document; null without a place for one. */
  readonly document: DocumentInForce<Policy, PolicyProblem, Author> | null
  /** The policy of a text, with the process's own settings. */
  read(text: string): PolicyReading
  /** Called when another policy is in force. Returns its undo. */
  subscribe(listener: () => void): () => void
  stop(): void
}

export interface PoliciesOptions {
  /** Null without a document. */
  readonly follow: ((onChange: () => void) => FollowedDocument<Author>) | null
  /** In force until a good document was read; its settings apply to every document. */
  readonly builtIn: Policy
  readonly clock: Clock
  /** Called after each read, also a failed one; never from within. */
  readonly onLook: () => void
  /** Logs why the document is not in force. */
  readonly onProblem: (words: string) => void
}

/** Follows the policy's document: a missing or bad one leaves the last good policy in force. */
export function createPolicies(options: PoliciesOptions): Policies {
  const { builtIn, clock, onLook, onProblem } = options
  const listeners = new Set<() => void>()
  let inForce = builtIn
  let since = clock.now()
  let lastTold: string | null = null
  let isKnown = options.follow === null
  const document =
    options.follow === null
      ? null
      : keepInForce({ follow: options.follow, parse: read, clock, onChange: look })

  function read(text: string): PolicyReading {
    const reading = readPolicy(text)
    return 'value' in reading ? { value: withBuiltIn(reading.value, builtIn) } : reading
  }

  function look(): void {
    if (document !== null) take(document.current())
    onLook()
  }

  function take({ status, causes, value, problems }: InForceState<Policy, PolicyProblem>): void {
    // An unreadable document may forbid anything; after one good read, the last policy stays.
    if (status !== 'unreadable') isKnown = true
    if (status !== 'read') tell(explain(causes).detail)
    else if (problems.length > 0) {
      tell(`The policy is refused. ${explain(firstOf(problems)).detail}`)
    } else {
      lastTold = null
      if (value !== null && value.generation !== inForce.generation) use(value)
    }
  }

  function use(policy: Policy): void {
    inForce = policy
    since = clock.now()
    for (const listener of [...listeners]) listener()
  }

  /** Logs a problem once. */
  function tell(what: string): void {
    if (what === lastTold) return
    lastTold = what
    const { name, generation } = inForce
    const instead = isKnown ? `In force is the policy ${name} (${generation}).` : 'Nothing is live.'
    onProblem(`${what} ${instead}`)
  }

  return {
    current: () => inForce,
    isKnown: () => isKnown,
    whyUnknown() {
      const causes = document?.current().causes ?? []
      return isKnown || causes.length === 0 ? [] : [cause('policyUnknown'), ...causes]
    },
    since: () => new Date(since).toISOString(),
    document,
    read,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: () => document?.stop(),
  }
}

/** The process's own settings apply in addition to the document's. */
function withBuiltIn(policy: Policy, { allowedSigners, secondPerson }: Policy): Policy {
  return {
    ...withSecondPerson(policy, secondPerson.for),
    allowedSigners: [...new Set([...policy.allowedSigners, ...allowedSigners])],
  }
}

/** The first problem, and the number of others. */
function firstOf([first, ...more]: readonly PolicyProblem[]): readonly Cause[] {
  if (first === undefined) return []
  const { line, column, path } = first
  const where =
    path === ''
      ? cause('problemAt', { line, column })
      : cause('problemAtPath', { line, column, path })
  const rest = more.length === 0 ? [] : [cause('problemsMore', { count: more.length })]
  return [where, first.cause, ...rest]
}
