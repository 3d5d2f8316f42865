import type { Finding, FindingValue } from '#lib/csr/check-facts.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import type { CheckCode, CheckOutcome, Observed, X509CertificateRequest } from '#lib/csr/model.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { cutText, fitting } from '#lib/csr/reading/cut-text.ts'
import { firstThatFit, type Room } from '#lib/csr/reading/first-that-fit.ts'
import type { World } from '#lib/csr/world/world.ts'

/** The moment and the policy by which a row is derived. */
export interface Context {
  /** Milliseconds since the epoch; evidence expires by it. */
  readonly now: number
  readonly policy: Policy
}

/** The input of every check. */
export interface Question extends Context {
  readonly claim: Claim
  readonly world: World
}

export type Values<Code extends CheckCode> = Readonly<Partial<Record<FindingValue<Code>, string>>>

export interface Answer<Code extends CheckCode> {
  readonly outcome: CheckOutcome
  readonly finding: Finding<Code>
  readonly expected?: readonly string[]
  readonly observed?: readonly Observed[]
  readonly values?: Values<Code>
}

type Rest<Code extends CheckCode> = Omit<Answer<Code>, 'outcome' | 'finding'>

export function pass<Code extends CheckCode>(
  finding: Finding<Code, 'pass'>,
  rest: Rest<Code> = {},
): Answer<Code> {
  return { outcome: 'pass', finding, ...rest }
}

export function fail<Code extends CheckCode>(
  finding: Finding<Code, 'fail'>,
  rest: Rest<Code> = {},
): Answer<Code> {
  return { outcome: 'fail', finding, ...rest }
}

export function unknown<Code extends CheckCode>(
  finding: Finding<Code, 'unknown'>,
  rest: Rest<Code> = {},
): Answer<Code> {
  return { outcome: 'unknown', finding, ...rest }
}

/**
 * A check of the request's contents: unknown when they are unreadable. A pass becomes unknown
 * when the contents cannot be shown faithfully: the signer may read something else.
 */
export function ofContents<Code extends CheckCode>(
  unreadable: Finding<Code, 'unknown'>,
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

/** A check that compares with a machine; unknown when the request has no single node name. */
export function ofMachine<Code extends CheckCode>(
  noName: Finding<Code, 'unknown'>,
  run: (nodeName: string, question: Question, x509cr: X509CertificateRequest) => Answer<Code>,
): (question: Question) => Answer<Code> {
  return (question) => {
    const { nodeName, reading } = question.claim
    // The node name comes from the contents, so contents are missing only together with it.
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

/** Longest value of an answer that is shown, in characters as JSON writes them. */
export const LONGEST_SEEN = 256
/** Room for the values that an answer lists; the decoded request shows them all. */
const ROOM: Room = { entries: 200, characters: 16_384 }
/** Answers with at most this many values are never shortened. */
const FEW = 32

/** The values that fit into the room, those that do not pass first. */
export function bounded(observed: readonly Observed[]): readonly Observed[] {
  if (observed.length <= FEW) return observed
  const odd = observed.filter(({ outcome }) => outcome !== 'pass')
  const rest = observed.filter(({ outcome }) => outcome === 'pass')
  const first = firstThatFit([...odd, ...rest], ROOM)
  return first.length === observed.length ? observed : first
}

/** The expected values that fit into the room, each cut to `LONGEST_SEEN`. */
export function boundedTexts(texts: readonly string[]): readonly string[] {
  const fits = (text: string) => fitting(text, LONGEST_SEEN) === text.length
  if (texts.length <= FEW && texts.every(fits)) return texts
  const cut = texts.map((text) => cutText(text, LONGEST_SEEN))
  return firstThatFit(cut, ROOM)
}

/** A few values joined in one text, within the room of a single value. */
export function joined(values: readonly string[]): string {
  let named = cutText(values[0] ?? '', LONGEST_SEEN)
  let count = Math.min(values.length, 1)
  for (const value of values.slice(1, 5)) {
    const longer = `${named}, ${value}`
    if (fitting(longer, LONGEST_SEEN) < longer.length) break
    named = longer
    count += 1
  }
  return values.length > count ? `${named}, … (${values.length})` : named
}
