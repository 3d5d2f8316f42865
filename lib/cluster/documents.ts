import type { WhoseRules } from '#lib/cluster/why-not-known.ts'
import { type Cause, cause } from '#lib/csr/cause.ts'
import type { DocumentPlace } from '#lib/csr/policy/admin-document.ts'
import { barredBy } from '#lib/csr/policy/barred.ts'
import { type ExpectedMachine, isListOfNames } from '#lib/csr/policy/expected-list.ts'
import type { ExpectedProblem } from '#lib/csr/policy/expected-problem.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { CLOCK_SKEW_MS } from '#lib/csr/units-of-time.ts'
import {
  type DocumentInForce,
  type InForceState,
  keepInForce,
  type Parsed,
} from '#lib/kube/documents/document-in-force.ts'
import type { DocumentName } from '#lib/kube/documents/document-place.ts'
import type { FollowedDocument } from '#lib/kube/documents/followed-document.ts'
import { memoryDocument } from '#lib/kube/documents/memory-document.ts'
import type { ActingIdentity } from '#lib/kube/transport/acting-identity.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { PolicyProblem } from '#lib/policy/policy-problem.ts'

/** The admin's documents at one moment. `BuiltIn`: the policy without a document, or null. */
export interface InForce<BuiltIn extends Policy | null = null> {
  /** The last good policy. Before the first: the built-in one, or null, by which the approver approves nothing. */
  readonly policy: Policy | BuiltIn
  /** Time since which that policy is in force, in milliseconds since the epoch. */
  readonly policySince: number
  /** The document of the policy, whose text may not be in force; null without a place. */
  readonly policyDocument: PolicyState | null
  /**
   * Whether the policy was read, or seen not to be there. Stays true while a later read fails. Only a
   * person asks for it: the approver looks at `policy`.
   */
  readonly isPolicyKnown: boolean
  /** The last good list; null for none. */
  readonly expected: readonly ExpectedMachine[] | null
  /** The document of the list, whose text may not be in force. */
  readonly expectedDocument: ExpectedState
  /** Whether the list was read as `RULES` demands, so that a machine is known to be missing from it. */
  readonly isExpectedKnown: boolean
  /** Reason that this policy approves nothing beside this list; null when it may approve. */
  readonly barred: Cause | null
  /** Whether the kill switch, or a missing policy, stops the approver; null while not known. */
  readonly paused: boolean | null
  /** Last release of the brake by a person, in milliseconds since the epoch; 0 for never. */
  readonly releasedAt: number
}

export type PolicyState = InForceState<Policy, PolicyProblem>
export type ExpectedState = InForceState<readonly ExpectedMachine[], ExpectedProblem>

/** Parses a policy; never throws. */
export type ParsePolicy = (text: string) => Parsed<Policy, PolicyProblem>

/** Parses a list of expected machines: never rejects, and ends when the signal aborts. */
export type ParseExpected = (
  text: string,
  signal?: AbortSignal,
) => Promise<Parsed<readonly ExpectedMachine[], ExpectedProblem>>

/** Hears of each change of a document, after it; `name` is that document. */
export type DocumentListener<BuiltIn extends Policy | null> = (
  now: InForce<BuiltIn>,
  before: InForce<BuiltIn>,
  name: DocumentName,
) => void

/**
 * The admin's documents, each followed once. Null without a place; a list without one is in memory.
 */
export interface Documents<BuiltIn extends Policy | null = null, Author = ActingIdentity> {
  inForce(): InForce<BuiltIn>
  readonly policy: DocumentInForce<Policy, PolicyProblem, Author> | null
  readonly expected: DocumentInForce<readonly ExpectedMachine[], ExpectedProblem, Author>
  readonly paused: FollowedDocument<Author> | null
  readonly released: FollowedDocument<Author> | null
  /** Subscribes a listener; returns its undo. */
  subscribe(listener: DocumentListener<BuiltIn>): () => void
  stop(): void
}

type Follow<Author> = (onChange: () => void) => FollowedDocument<Author>

/** Begins to follow each document; null for a document without a place. */
export interface Followers<Author = ActingIdentity>
  extends Readonly<Record<Exclude<DocumentName, 'expected'>, Follow<Author> | null>> {
  readonly expected: Follow<Author>
}

interface Rules {
  /** The kill switch before it was read, and once it has been unreadable for `switchLastsMs`. */
  readonly unknownSwitch: boolean | null
  /** Milliseconds for which an unreadable switch keeps its last value. */
  readonly switchLastsMs: number
  readonly isExpectedKnown: (state: ExpectedState) => boolean
}

/** Differences between a person at the dashboard and the automatic approver, with the reasons. */
const RULES: Readonly<Record<WhoseRules, Rules>> = {
  person: {
    // A page that reads the switch for another process says that it cannot read it.
    unknownSwitch: null,
    switchLastsMs: 0,
    // Without a good list, machines are judged without one, and a person looks at them.
    isExpectedKnown: ({ status }) => status !== 'unread',
  },
  approver: {
    // The approver stops while it cannot know that it may act; a short fault does not stop it.
    unknownSwitch: true,
    switchLastsMs: 60_000,
    // The approver demands a good list: no person looks at what it approves.
    isExpectedKnown: ({ value }) => value !== null,
  },
}

/** Follows the documents. A bad, missing or unreadable one leaves the last good one in force. */
export function followDocuments<BuiltIn extends Policy | null, Author = ActingIdentity>(options: {
  readonly decider: WhoseRules
  readonly followers: Followers<Author>
  /** The policy before the first good one. With null, a missing policy pauses the approver. */
  readonly builtIn: BuiltIn
  /** Parses a policy, and adds what the program's own settings demand. */
  readonly parsePolicy: ParsePolicy
  readonly parseExpected: ParseExpected
  /** Whether the list has no place: it is known from the start, and an empty text removes it. */
  readonly isListInMemory: boolean
  readonly clock: Clock
}): Documents<BuiltIn, Author> {
  const { followers, builtIn, isListInMemory, clock } = options
  const rules = RULES[options.decider]
  const listeners = new Set<DocumentListener<BuiltIn>>()
  let isSwitchOn = rules.unknownSwitch
  let cancelDoubt: (() => void) | null = null
  const policy: Documents<BuiltIn, Author>['policy'] =
    followers.policy &&
    keepInForce({
      follow: followers.policy,
      parse: options.parsePolicy,
      clock,
      onChange: policyChanged,
    })
  const expected: Documents<BuiltIn, Author>['expected'] = keepInForce({
    follow: followers.expected,
    parse: options.parseExpected,
    endsWhenAbsent: isListInMemory,
    clock,
    onChange: expectedChanged,
  })
  const paused = followers.paused?.(pausedChanged) ?? null
  const released = followers.released?.(releasedChanged) ?? null
  let inForce: InForce<BuiltIn> = {
    policy: builtIn,
    policySince: clock.now(),
    policyDocument: policy?.current() ?? null,
    isPolicyKnown: policy === null,
    expected: null,
    expectedDocument: expected.current(),
    isExpectedKnown: isListInMemory,
    barred: null,
    paused: paused === null ? null : isSwitchOn,
    releasedAt: 0,
  }

  function change(name: DocumentName, changed: Partial<InForce<BuiltIn>>): void {
    const before = inForce
    const next = { ...before, ...changed }
    inForce = { ...next, barred: barredNow(next), paused: pausedNow(next) }
    for (const listener of [...listeners]) listener(inForce, before, name)
  }

  function policyChanged(): void {
    if (policy === null) return
    const state = policy.current()
    const { value, status } = state
    // A text that is read again is no other policy.
    const isOther = value !== null && value.generation !== inForce.policy?.generation
    change('policy', {
      ...(isOther ? { policy: value, policySince: clock.now() } : {}),
      policyDocument: state,
      // An unreadable policy may forbid anything. Without a document the built-in policy holds.
      isPolicyKnown: inForce.isPolicyKnown || status === 'read' || status === 'absent',
    })
  }

  function expectedChanged(): void {
    const state = expected.current()
    change('expected', {
      expected: state.value,
      expectedDocument: state,
      isExpectedKnown: isListInMemory || rules.isExpectedKnown(state),
    })
  }

  function releasedChanged(): void {
    const { status, text } = released?.current() ?? {}
    const at = status === 'read' ? Date.parse((text ?? '').trim()) : Number.NaN
    // A release further in the future would never end.
    change('released', at <= clock.now() + CLOCK_SKEW_MS ? { releasedAt: at } : {})
  }

  /**
   * Whether the approver is paused, by the kill switch or because the document of its policy is gone;
   * null while either is not known.
   */
  function pausedNow({ policy, policyDocument }: InForce<BuiltIn>): boolean | null {
    if (policyDocument === null || isSwitchOn === null) return null
    const isGone = policyDocument.text === null && (builtIn === null || policy !== builtIn)
    return isSwitchOn || isGone
  }

  function pausedChanged(): void {
    const { status = 'unread', text } = paused?.current() ?? {}
    if (status === 'unreadable') doubt()
    else {
      cancelDoubt?.()
      cancelDoubt = null
    }
    if (status === 'read') isSwitchOn = text?.trim() !== 'false'
    if (status === 'absent') void turnOffUnlessPolicyIsGone()
    change('paused', {})
  }

  /** Keeps the last value of an unreadable switch for a while. */
  function doubt(): void {
    if (rules.switchLastsMs === 0) isSwitchOn = rules.unknownSwitch
    else {
      cancelDoubt ??= clock.after(rules.switchLastsMs, () => {
        isSwitchOn = rules.unknownSwitch
        change('paused', {})
      })
    }
  }

  /**
   * Turns the switch off unless the policy is gone, which is read first: both may have been
   * deleted.
   */
  async function turnOffUnlessPolicyIsGone(): Promise<void> {
    await policy?.refresh()
    // The switch may have been written meanwhile.
    if (paused?.current().status !== 'absent') return
    isSwitchOn = false
    change('paused', {})
  }

  return {
    inForce: () => inForce,
    ...{ policy, expected, paused, released },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      listeners.clear()
      cancelDoubt?.()
      for (const document of [policy, expected, paused, released]) document?.stop()
    },
  }
}

/** Followers of the documents at those places. A list without a place is in memory. */
export function followersAt<Author>(
  places: Readonly<Record<DocumentName, DocumentPlace | null>>,
  follow: (
    name: DocumentName,
    place: DocumentPlace,
    onChange: () => void,
  ) => FollowedDocument<Author>,
): Followers<Author> {
  const at = (name: DocumentName): Follow<Author> | null => {
    const place = places[name]
    return place === null ? null : (onChange) => follow(name, place, onChange)
  }
  return {
    policy: at('policy'),
    expected: at('expected') ?? memoryDocument,
    paused: at('paused'),
    released: at('released'),
  }
}

function barredNow({ policy, expected }: InForce<Policy | null>): Cause | null {
  return policy === null ? null : barredBy(policy, isListOfNames(expected))
}

/**
 * Causes that the demands of the policy are unknown; empty when they are known, and before a first
 * read.
 */
export function whyPolicyUnknown({
  isPolicyKnown,
  policyDocument,
}: InForce<Policy | null>): readonly Cause[] {
  const causes = isPolicyKnown ? [] : (policyDocument?.causes ?? [])
  return causes.length === 0 ? [] : [cause('policyUnknown'), ...causes]
}

/**
 * The reason why the document is not in force, with the first problem of a refused text; empty when
 * it is in force.
 */
export function whyNotInForce({ status, causes, problems }: PolicyState): readonly Cause[] {
  if (status !== 'read') return causes
  const [first, ...more] = problems
  if (first === undefined) return []
  const { line, column, path } = first
  const where =
    path === ''
      ? cause('problemAt', { line, column })
      : cause('problemAtPath', { line, column, path })
  const rest = more.length === 0 ? [] : [cause('problemsMore', { count: more.length })]
  return [where, first.cause, ...rest]
}
