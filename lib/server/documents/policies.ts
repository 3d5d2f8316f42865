import { type Cause, cause } from '#lib/csr/cause.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { withSecondPerson } from '#lib/csr/policy/second-person-setting.ts'
import type { SaveResult } from '#lib/kube/documents/document-keeper.ts'
import type { DocumentPlace } from '#lib/kube/documents/document-place.ts'
import type { FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import type { PolicyProblem } from '#lib/policy/policy-problem.ts'
import { type PolicyReading, readPolicy } from '#lib/policy/read-policy.ts'
import { told } from '#lib/server/decide/sentences-told.ts'

/** Of the ConfigMap that holds the policy; a file is the policy itself. */
export const POLICY_KEY = 'policy.yaml'

/** Where the policy is kept, what stands there, and which one is in force. */
export interface PolicyState {
  /** Null for none: then the built-in policy is in force. */
  readonly place: DocumentPlace | null
  readonly inForce: {
    readonly name: string
    readonly generation: string
    /** RFC 3339. */
    readonly since: string
  }
  /** As it stands there, good or bad; null when there is none, or none that was ever read. */
  readonly text: string | null
  /** What a save is bound to. */
  readonly version: string | null
  /** Why that text is not in force; null when it is, or when there is none. */
  readonly problems: readonly PolicyProblem[] | null
  /** Why nothing newer could be read; empty after a good reading. */
  readonly trouble: readonly Cause[]
  /** Whether there is a place to save to; whether this identity may, only the attempt tells. */
  readonly isSavable: boolean
}

export interface Policies {
  /** The same object until another one is in force. */
  current(): Policy
  /**
   * Whether it was read where it is kept, or seen not to be there. Until then nobody knows what it
   * demands, and least of all where reading it is what fails.
   */
  isKnown(): boolean
  /** Why it is not, once a try has failed. */
  whyUnknown(): readonly Cause[]
  state(): PolicyState
  read(text: string): PolicyReading
  /** Bound to the version of what it replaces; a text that would be refused is not written. */
  save(text: string, version: string | null): Promise<SaveResult>
  /** Told when another policy is in force; each call returns its own undo. */
  subscribe(listener: () => void): () => void
  stop(): void
}

export interface PoliciesOptions {
  readonly place: DocumentPlace | null
  /** Null where there is no place. */
  readonly follow: ((onChange: () => void) => FollowedDocument) | null
  /** In force until a good document was read; what it allows or demands, every document does. */
  readonly builtIn: Policy
  readonly now: () => number
  /** Somebody has looked: it may be known now, or why it is not. Never called from within. */
  readonly onLook: () => void
  /** For the log: why what stands there is not in force. */
  readonly onProblem: (words: string) => void
}

/** Follows the policy: one that vanished or became bad leaves the last good one in force. */
export function createPolicies(options: PoliciesOptions): Policies {
  const { place, builtIn, now, onLook, onProblem } = options
  const listeners = new Set<() => void>()
  let inForce = builtIn
  let since = now()
  let problems: readonly PolicyProblem[] | null = null
  let lastTold: string | null = null
  let isKnown = options.follow === null
  const document = options.follow?.(look) ?? null

  /** As it would be in force here. */
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
    // One that cannot be read may forbid anything; of one that was, what it said last stands.
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

  /** Once, however often it is read. */
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

/** What the process was started with holds whatever the document leaves out. */
function withBuiltIn(policy: Policy, { allowedSigners, secondPerson }: Policy): Policy {
  return {
    ...withSecondPerson(policy, secondPerson.for),
    allowedSigners: [...new Set([...policy.allowedSigners, ...allowedSigners])],
  }
}

/** The first of them, and how many there are besides. */
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
