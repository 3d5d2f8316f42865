import type { Cause } from '#lib/csr/cause.ts'
import { barredBy } from '#lib/csr/policy/barred.ts'
import { type ExpectedMachine, isListOfNames } from '#lib/csr/policy/expected-list.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import type { Identity } from '#lib/kube/credentials/acting-identity.ts'
import type { DocumentPlace } from '#lib/kube/documents/document-place.ts'
import {
  besideOf,
  type FollowedDocument,
  followDocument,
} from '#lib/kube/documents/followed-document.ts'
import { readLatest } from '#lib/kube/read-latest.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { inEnglish } from '#lib/messages/english.ts'

/** What the admin says, as read last. */
export interface InForce {
  /** The last good one; null before there was any: then nothing is done. */
  readonly policy: Policy | null
  /** What is wrong with the policy's document as it is now; null when `policy` is it. */
  readonly problem: string | null
  /** The kill switch. */
  readonly paused: boolean
  /** The last good list; null for none. */
  readonly expected: readonly ExpectedMachine[] | null
  /** What is wrong with the list as it is now. */
  readonly expectedProblem: string | null
  /** Why nothing is approved by that policy beside that list; null when something may be. */
  readonly barred: Cause | null
  /** Until when a person has released the brake, milliseconds since the epoch; 0 for never. */
  readonly releasedAt: number
}

/** A policy's text, read: never throws. */
export type ReadPolicy = (
  text: string,
) =>
  | { readonly policy: Policy }
  | { readonly problems: readonly { readonly line: number; readonly cause: Cause }[] }

/**
 * A list of expected machines, read, which may take a while, or until the signal aborts: never
 * rejects. `failed`: nobody knows whether it is a good one.
 */
export type ReadExpected = (
  text: string,
  signal: AbortSignal,
) => Promise<
  | { readonly machines: readonly ExpectedMachine[] }
  | {
      readonly problems: readonly { readonly line: number | null; readonly code: string }[]
      readonly failed?: true
    }
>

export interface Documents {
  inForce(): InForce
  stop(): void
}

export interface DocumentsOptions {
  readonly identity: Identity
  readonly place: DocumentPlace
  readonly readPolicy: ReadPolicy
  /** Null: there is no list. */
  readonly expected: DocumentPlace | null
  readonly readExpected: ReadExpected
  readonly clock: Clock
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly onChange: (now: InForce, before: InForce) => void
}

const POLICY_KEY = 'policy.yaml'
/** One of them, as in lib/kube/documents/expected-document.ts. A file is one document, whatever its name. */
const EXPECTED_KEYS = ['machines.csv', 'machines.yaml'] as const
const PAUSED_KEY = 'paused'
const RELEASED_KEY = 'released'

/** How long a kill switch that was read as off is believed while it cannot be read. */
const UNREADABLE_MS = 60_000

/** Nobody's clock is better than this; a release further in the future would never end. */
const CLOCK_SKEW_MS = 60_000

/**
 * Follows the policy, and beside it the kill switch and the brake's release. A bad policy changes
 * nothing but `problem`; a kill switch that was never read is on, and so is one that cannot be read
 * for a minute. While the policy's document is gone it is on, too, whatever it says.
 */
export function followDocuments(options: DocumentsOptions): Documents {
  const { identity, place, clock, now, readPolicy, onChange } = options
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
  /** What the switch itself says, or is taken to say. */
  let isSwitchOn = true
  let cancelDoubt: (() => void) | null = null

  function follow(key: string, where: DocumentPlace, onDocument: () => void) {
    return followDocument({ identity, place: where, key, clock, onChange: onDocument })
  }

  function change(next: Partial<InForce>): void {
    const before = inForce
    const { policy: acting, expected: known } = { ...before, ...next }
    const barred = acting === null ? null : barredBy(acting, isListOfNames(known))
    inForce = { ...before, ...next, barred }
    if (!stopped) onChange(inForce, before)
  }

  const policy = follow(POLICY_KEY, place, () => {
    const { status, text, causes } = policy.current()
    settlePaused()
    if (status !== 'read' || text === null) {
      change({ problem: inEnglish(causes) })
      return
    }
    const reading = readPolicy(text)
    if ('policy' in reading) change({ policy: reading.policy, problem: null })
    else change({ problem: told(reading.problems) })
  })
  const paused = follow(PAUSED_KEY, besideOf(place, PAUSED_KEY), pausedChanged)
  const released = follow(RELEASED_KEY, besideOf(place, RELEASED_KEY), () => {
    const { status, text } = released.current()
    if (status !== 'read') return
    const at = Date.parse((text ?? '').trim())
    if (at <= now() + CLOCK_SKEW_MS) change({ releasedAt: at })
  })

  function pausedChanged(): void {
    const { status, text } = paused.current()
    if (status === 'unread') return
    if (status === 'unreadable') {
      // What is known stands, for a while.
      cancelDoubt ??= clock.after(UNREADABLE_MS, () => turn(true))
      return
    }
    cancelDoubt?.()
    cancelDoubt = null
    if (status === 'read') turn(text?.trim() !== 'false')
    // The policy is asked again: both may have gone a moment ago. Meanwhile the switch may have come.
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

  /** Without its policy nothing is done, whatever the switch says: somebody took it away. */
  function settlePaused(): void {
    const on = isSwitchOn || policy.current().status === 'absent'
    if (on !== inForce.paused) change({ paused: on })
  }

  const list = readLatest({
    read: options.readExpected,
    clock,
    onReading(reading) {
      if ('machines' in reading) change({ expected: reading.machines, expectedProblem: null })
      else {
        const [first] = reading.problems
        change({ expectedProblem: `line ${first?.line ?? '-'}: ${first?.code ?? 'unreadable'}` })
      }
    },
  })
  const lists = listDocuments()

  function listDocuments(): readonly FollowedDocument[] {
    const { expected: where } = options
    if (where === null) return []
    const keys = where.kind === 'file' ? [''] : EXPECTED_KEYS
    return keys.map((key) => follow(key, where, expectedChanged))
  }

  /** The list as it lies there now, or why there is none; both null while nobody can say. */
  function listNow(): { readonly text: string | null; readonly problem: string | null } {
    const states = lists.map((document) => document.current())
    // Which one counts is only known when all have been looked for.
    if (states.some(({ status }) => status === 'unread' || status === 'unreadable')) {
      const causes = states.find((state) => state.causes.length > 0)?.causes ?? []
      return { text: null, problem: causes.length === 0 ? null : inEnglish(causes) }
    }
    const [text = null, ...more] = states.map((state) => state.text).filter((each) => each !== null)
    if (more.length > 0) {
      // Whoever wrote the one does not know of the other.
      return { text: null, problem: `it is there twice: ${EXPECTED_KEYS.join(' and ')}` }
    }
    return { text, problem: text === null ? inEnglish(states[0]?.causes ?? []) : null }
  }

  function expectedChanged(): void {
    const { text, problem } = listNow()
    if (text === null) change({ expectedProblem: problem })
    list.show(text)
  }

  return {
    inForce: () => inForce,
    stop() {
      stopped = true
      cancelDoubt?.()
      list.stop()
      for (const document of [policy, paused, released, ...lists]) document.stop()
    },
  }
}

function told(problems: readonly { readonly line: number; readonly cause: Cause }[]): string {
  const [first] = problems
  if (first === undefined) return 'It cannot be read.'
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return `line ${first.line}: ${inEnglish([first.cause])}${more}`
}
