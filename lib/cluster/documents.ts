import type { Cause } from '#lib/csr/cause.ts'
import { barredBy } from '#lib/csr/policy/barred.ts'
import { type ExpectedMachine, isListOfNames } from '#lib/csr/policy/expected-list.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import {
  type InForceState,
  keepInForce,
  type Parsed,
} from '#lib/kube/documents/document-in-force.ts'
import {
  type DocumentKeys,
  EXPECTED_KEYS,
  PAUSED_KEYS,
  POLICY_KEYS,
  RELEASED_KEYS,
} from '#lib/kube/documents/document-keeper.ts'
import type { DocumentPlace } from '#lib/kube/documents/document-place.ts'
import { besideOf, followDocument } from '#lib/kube/documents/followed-document.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { inEnglish } from '#lib/messages/english.ts'

/** Documents of the admin as last read, with the state of their switches. */
export interface InForce {
  /** The last good policy; null before the first: then nothing is approved. */
  readonly policy: Policy | null
  /** Problem of the policy's document now; null when `policy` is its text. */
  readonly problem: string | null
  /** The kill switch. */
  readonly paused: boolean
  /** The last good list; null for none. */
  readonly expected: readonly ExpectedMachine[] | null
  /** Problem of the list's document now. */
  readonly expectedProblem: string | null
  /** Reason that this policy approves nothing beside this list; null when it may approve. */
  readonly barred: Cause | null
  /**
   * Time until which a person has released the brake, in milliseconds since the epoch; 0 for never.
   */
  readonly releasedAt: number
}

/** Parses a policy: never throws. */
export type ParsePolicy = (
  text: string,
) => Parsed<Policy, { readonly line: number; readonly cause: Cause }>

/** Parses a list of expected machines: never rejects, and ends when the signal aborts. */
export type ParseExpected = (
  text: string,
  signal: AbortSignal,
) => Promise<
  Parsed<readonly ExpectedMachine[], { readonly line: number | null; readonly code: string }>
>

export interface Documents {
  inForce(): InForce
  stop(): void
}

export interface DocumentsOptions {
  readonly identity: Identity
  readonly place: DocumentPlace
  readonly parsePolicy: ParsePolicy
  /** Place of the list; null without one. */
  readonly expected: DocumentPlace | null
  readonly parseExpected: ParseExpected
  readonly clock: Clock
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly onChange: (now: InForce, before: InForce) => void
}

/**
 * Milliseconds for which a kill switch that was last read as off stays off while it cannot be read.
 */
const UNREADABLE_MS = 60_000

/** Largest difference between clocks; a release further in the future would never end. */
const CLOCK_SKEW_MS = 60_000

/**
 * Follows the policy, the kill switch and the brake's release. A bad policy changes only `problem`.
 * An unread kill switch is on, as is one unreadable for a minute, or without its policy.
 */
export function followDocuments(options: DocumentsOptions): Documents {
  const { identity, place, clock, now, onChange } = options
  let inForce: InForce = {
    policy: null,
    problem: 'not read yet',
    paused: true,
    expected: null,
    expectedProblem: options.expected === null ? null : 'not read yet',
    barred: null,
    releasedAt: 0,
  }
  let stopped = false
  /** The switch's own value, or the value it counts as. */
  let isSwitchOn = true
  let cancelDoubt: (() => void) | null = null

  function follow(keys: DocumentKeys, where: DocumentPlace, onDocument: () => void) {
    return followDocument({ identity, place: where, keys, clock, onChange: onDocument })
  }

  function change(next: Partial<InForce>): void {
    const before = inForce
    const { policy: acting, expected: known } = { ...before, ...next }
    const barred = acting === null ? null : barredBy(acting, isListOfNames(known))
    inForce = { ...before, ...next, barred }
    if (!stopped) onChange(inForce, before)
  }

  const policy = keepInForce({
    follow: (onDocument) => follow(POLICY_KEYS, place, onDocument),
    parse: options.parsePolicy,
    clock,
    onChange() {
      settlePaused()
      const { value, ...state } = policy.current()
      change({ policy: value, problem: problemOf(state, policyProblem) })
    },
  })
  const paused = follow(PAUSED_KEYS, besideOf(place, PAUSED_KEYS), pausedChanged)
  const released = follow(RELEASED_KEYS, besideOf(place, RELEASED_KEYS), () => {
    const { status, text } = released.current()
    if (status !== 'read') return
    const at = Date.parse((text ?? '').trim())
    if (at <= now() + CLOCK_SKEW_MS) change({ releasedAt: at })
  })
  const list = options.expected === null ? null : followList(options.expected)

  function followList(where: DocumentPlace) {
    const expected = keepInForce({
      follow: (onDocument) => follow(EXPECTED_KEYS, where, onDocument),
      parse: options.parseExpected,
      clock,
      onChange() {
        const { value, ...state } = expected.current()
        change({ expected: value, expectedProblem: problemOf(state, expectedProblem) })
      },
    })
    return expected
  }

  function pausedChanged(): void {
    const { status, text } = paused.current()
    if (status === 'unread') return
    if (status === 'unreadable') {
      // Keep the last value for a while.
      cancelDoubt ??= clock.after(UNREADABLE_MS, () => turn(true))
      return
    }
    cancelDoubt?.()
    cancelDoubt = null
    if (status === 'read') turn(text?.trim() !== 'false')
    // Read the policy again: both may have been deleted a moment ago. The switch may have been
    // written meanwhile.
    else {
      void policy.refresh().then(() => {
        if (paused.current().status === 'absent') turn(false)
      })
    }
  }

  function turn(on: boolean): void {
    isSwitchOn = on
    settlePaused()
  }

  /** A deleted policy pauses the approver, whatever the switch says. */
  function settlePaused(): void {
    const on = isSwitchOn || policy.current().status === 'absent'
    if (on !== inForce.paused) change({ paused: on })
  }

  return {
    inForce: () => inForce,
    stop() {
      stopped = true
      cancelDoubt?.()
      for (const document of [policy, paused, released, list]) document?.stop()
    },
  }
}

/** Problem of a document now; null when its text is in force. */
function problemOf<Problem>(
  { status, causes, problems: [first, ...more] }: Omit<InForceState<never, Problem>, 'value'>,
  words: (problem: Problem) => string,
): string | null {
  if (status !== 'read') return inEnglish(causes)
  if (first === undefined) return null
  return `${words(first)}${more.length > 0 ? ` (and ${more.length} more)` : ''}`
}

function policyProblem({ line, cause }: { readonly line: number; readonly cause: Cause }): string {
  return `line ${line}: ${inEnglish([cause])}`
}

function expectedProblem({ line, code }: { readonly line: number | null; readonly code: string }) {
  return `line ${line ?? '-'}: ${code}`
}
