import { type Cause, cause } from '#lib/csr/cause.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { withSecondPerson } from '#lib/csr/policy/second-person-setting.ts'
import type { SaveResult } from '#lib/kube/documents/document-keeper.ts'
import type { DocumentPlace } from '#lib/kube/documents/document-place.ts'
import type { FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import type { PolicyProblem } from '#lib/policy/policy-problem.ts'
import { type PolicyReading, readPolicy } from '#lib/policy/read-policy.ts'
import { told } from '#lib/server/decide/sentences-told.ts'

/** Key of the ConfigMap with the policy; a file is the policy itself. */
export const POLICY_KEY = 'policy.yaml'

/** The policy's document, and the policy in force. */
export interface PolicyState {
  /** Null without a document: then the built-in policy is in force. */
  readonly place: DocumentPlace | null
  readonly inForce: {
    readonly name: string
    readonly generation: string
    /** RFC 3339. */
    readonly since: string
  }
  /** The document's text, good or bad; null if there is none or none was ever read. */
  readonly text: string | null
  /** The version that a save is bound to. */
  readonly version: string | null
  /** Why the text is not in force; null if it is, or without a text. */
  readonly problems: readonly PolicyProblem[] | null
  /** Why no newer text could be read; empty after a good read. */
  readonly trouble: readonly Cause[]
  /**
   * Whether there is a place to save to. Whether this identity may write shows only at the attempt.
   */
  readonly isSavable: boolean
}

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
  state(): PolicyState
  read(text: string): PolicyReading
  /** Bound to the version that it replaces; an invalid text is not written. */
  save(text: string, version: string | null): Promise<SaveResult>
  /** Called when another policy is in force. Returns its undo. */
  subscribe(listener: () => void): () => void
  stop(): void
}

export interface PoliciesOptions {
  readonly place: DocumentPlace | null
  /** Null without a document. */
  readonly follow: ((onChange: () => void) => FollowedDocument) | null
  /** In force until a good document was read; its settings apply to every document. */
  readonly builtIn: Policy
  readonly now: () => number
  /** Called after each read, also a failed one; never from within. */
  readonly onLook: () => void
  /** Logs why the document is not in force. */
  readonly onProblem: (words: string) => void
}

/** Follows the policy's document: a missing or bad one leaves the last good policy in force. */
export function createPolicies(options: PoliciesOptions): Policies {
  const { place, builtIn, now, onLook, onProblem } = options
  const listeners = new Set<() => void>()
  let inForce = builtIn
  let since = now()
  let problems: readonly PolicyProblem[] | null = null
  let lastTold: string | null = null
  let isKnown = options.follow === null
  const document = options.follow?.(look) ?? null

  /** The policy of a text, with the process's own settings. */
  function read(text: string): PolicyReading {
    const reading = readPolicy(text)
    return 'policy' in reading ? { policy: withBuiltIn(reading.policy, builtIn) } : reading
  }

  function look(): void {
    take()
    onLook()
  }

  function take(): void {
    const state = document?.current()
    if (state === undefined || state.status === 'unread') return
    // An unreadable document may forbid anything; after one good read, the last policy stays in
    // force.
    if (state.status !== 'unreadable') isKnown = true
    if (state.status !== 'read' || state.text === null) {
      if (state.status === 'absent') problems = null
      tell(told(state.causes).detail)
      return
    }
    const reading = read(state.text)
    if ('problems' in reading) {
      problems = reading.problems
      tell(`The policy is refused. ${told(firstOf(reading.problems)).detail}`)
      return
    }
    problems = null
    lastTold = null
    if (reading.policy.generation !== inForce.generation) use(reading.policy)
  }

  function use(policy: Policy): void {
    inForce = policy
    since = now()
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
    state() {
      const kept = document?.current()
      const { name, generation } = inForce
      return {
        place,
        inForce: { name, generation, since: new Date(since).toISOString() },
        text: kept?.text ?? null,
        version: kept?.version ?? null,
        problems,
        trouble: kept?.causes ?? [],
        isSavable: document !== null,
      }
    },
    read,
    async save(text, version) {
      if (document === null) {
        return { outcome: 'error', causes: [cause('nowhereToSavePolicy')] }
      }
      const reading = read(text)
      if ('problems' in reading) return { outcome: 'error', causes: firstOf(reading.problems) }
      return document.save(text, version)
    },
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
