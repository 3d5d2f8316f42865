import type { FINDING_VALUES, Finding, TabledCode } from '#lib/csr/checks/check-findings.ts'
import type { Claim } from '#lib/csr/claim.ts'
import { firstThatFit, type Room } from '#lib/csr/machine/first-that-fit.ts'
import type { Observed, X509CertificateRequest } from '#lib/csr/model.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { cutText, fitting } from '#lib/csr/reading/cut-text.ts'
import type { World } from '#lib/csr/world/world.ts'

/** What a row is derived for. */
export interface Context {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly policy: Policy
  /** The username that would decide; null when nobody is deciding. */
  readonly actor: string | null
}

/** What a check is asked. */
export interface Question {
  readonly claim: Claim
  readonly world: World
  readonly policy: Policy
  readonly actor: string | null
  /** Milliseconds since the epoch: for evidence that does not last. */
  readonly now: number
}

export type Values<Code extends TabledCode> = Readonly<
  Partial<Record<(typeof FINDING_VALUES)[Code][number], string>>
>

export interface Answer<Code extends TabledCode> {
  readonly outcome: 'pass' | 'fail' | 'unknown'
  readonly finding: Finding<Code>
  readonly expected?: readonly string[]
  readonly observed?: readonly Observed[]
  readonly values?: Values<Code>
}

type Rest<Code extends TabledCode> = Omit<Answer<Code>, 'outcome' | 'finding'>

export function pass<Code extends TabledCode>(
  finding: Finding<Code>,
  rest: Rest<Code> = {},
): Answer<Code> {
  return { outcome: 'pass', finding, ...rest }
}

export function fail<Code extends TabledCode>(
  finding: Finding<Code>,
  rest: Rest<Code> = {},
): Answer<Code> {
  return { outcome: 'fail', finding, ...rest }
}

export function unknown<Code extends TabledCode>(
  finding: Finding<Code>,
  rest: Rest<Code> = {},
): Answer<Code> {
  return { outcome: 'unknown', finding, ...rest }
}

/**
 * A check of what the request holds. Of one that cannot be read it is unknown, and so is what would
 * pass in one that cannot be shown faithfully: it may not be what would be signed.
 */
export function ofContents<Code extends TabledCode>(
  unreadable: Finding<Code>,
  run: (x509cr: X509CertificateRequest, question: Question) => Answer<Code>,
): (question: Question) => Answer<Code> {
  return (question) => {
    const { x509cr, faithful } = question.claim.reading
    if (x509cr === null) return unknown(unreadable)
    const answer = run(x509cr, question)
    if (faithful || answer.outcome !== 'pass') return answer
    const { observed = [] } = answer
    return unknown(unreadable, { observed })
  }
}

/** A check that compares with a machine: unknown when there is no single name to ask about. */
export function ofMachine<Code extends TabledCode>(
  noName: Finding<Code>,
  run: (nodeName: string, question: Question, x509cr: X509CertificateRequest) => Answer<Code>,
): (question: Question) => Answer<Code> {
  return (question) => {
    const { nodeName, reading } = question.claim
    // The name was read in the contents: there is none without them.
    if (nodeName === null || reading.x509cr === null) return unknown(noName)
    return run(nodeName, question, reading.x509cr)
  }
}

export function seen(
  kind: string,
  value: string,
  outcome: Observed['outcome'],
  heldBy: string | null = null,
): Observed {
  return { kind: cutText(kind, LONGEST_SEEN), value: cutText(value, LONGEST_SEEN), outcome, heldBy }
}

/** Of each value in an answer so much is shown, in characters as JSON writes them. */
export const LONGEST_SEEN = 256
/** So many values an answer lists; the rest is in the decoded request. */
const ROOM: Room = { entries: 200, characters: 16_384 }
/** So few always have room. */
const FEW = 32
const MAX_NAMED = 5

/** The odd ones first, and no more than can be shown. */
export function bounded(observed: readonly Observed[]): readonly Observed[] {
  if (observed.length <= FEW) return observed
  const odd = observed.filter(({ outcome }) => outcome !== 'pass')
  const rest = observed.filter(({ outcome }) => outcome === 'pass')
  const first = firstThatFit([...odd, ...rest], ROOM)
  return first.length === observed.length ? observed : first
}

/** As many of what an answer expected. */
export function boundedTexts(texts: readonly string[]): readonly string[] {
  const fits = (text: string) => fitting(text, LONGEST_SEEN) === text.length
  if (texts.length <= FEW && texts.every(fits)) return texts
  const cut = texts.map((text) => cutText(text, LONGEST_SEEN))
  return firstThatFit(cut, ROOM)
}

/** A few values in one text, no longer than one of them may be. */
export function joined(values: readonly string[]): string {
  let named = cutText(values[0] ?? '', LONGEST_SEEN)
  let count = Math.min(values.length, 1)
  for (const value of values.slice(1, MAX_NAMED)) {
    const longer = `${named}, ${value}`
    if (fitting(longer, LONGEST_SEEN) < longer.length) break
    named = longer
    count += 1
  }
  return values.length > count ? `${named}, … (${values.length})` : named
}
