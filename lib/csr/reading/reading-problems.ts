import { cutText } from '#lib/csr/reading/cut-text.ts'

/**
 * Everything that keeps a request from being shown faithfully, outermost layer first.
 * The message catalogue has a sentence for each; `detail` of the problem says where, or what.
 */
export const PROBLEM_CODES = [
  // The object around it
  'cutField',
  // The text of spec.request
  'tooLarge',
  'notBase64',
  'nonCanonicalBase64',
  // The PEM block
  'notPem',
  'otherBlock',
  'twoBlocks',
  'pemHeaders',
  'pemLines',
  'textBefore',
  'textAfter',
  // DER, whatever it holds
  'truncated',
  'trailingBytes',
  'indefiniteLength',
  'nonMinimalLength',
  'tooDeep',
  'badTag',
  'badValue',
  'badString',
  'setOrder',
  'explicitDefault',
  // PKCS#10
  'structure',
  'version',
  'stringType',
  'emptyValue',
  'controlCharacter',
  'publicKey',
  'signature',
  'duplicateAttribute',
  'twoExtensionRequests',
  'otherExtensionRequest',
  'duplicateExtension',
  'badExtension',
  'badSan',
  'emptySan',
  'tooManyValues',
  'tooLong',
] as const

export type ProblemCode = (typeof PROBLEM_CODES)[number]

export interface ReadingProblem {
  readonly code: ProblemCode
  /** Where or what, for an admin: may hold the claimant's characters, raw. */
  readonly detail: string
}

/** Where readers say what they found. `detail` is raw: whoever draws it escapes it. */
export type Report = (code: ProblemCode, detail: string) => void

/**
 * Of each kind of value, such as the SANs, so many are read. A machine has tens of names and addresses; and
 * what is read takes room for as long as its request waits, many times what it takes in the request.
 */
export const MOST_VALUES = 250

/** The first of them; that there are more is reported, as `7000 SAN`. */
export function firstOf<T>(what: string, values: readonly T[], report: Report): readonly T[] {
  if (values.length > MOST_VALUES) report('tooManyValues', `${values.length} ${what}`)
  return values.slice(0, MOST_VALUES)
}

/** Beyond these the rest is more of the same. */
const MOST_PROBLEMS = 20
/** Of where, or what, as JSON writes it. */
const LONGEST_DETAIL = 256

/** Collects problems, each once, and no more than anybody would read. */
export function problemList(): { readonly problems: ReadingProblem[]; readonly report: Report } {
  const problems: ReadingProblem[] = []
  const report: Report = (code, whole) => {
    if (problems.length >= MOST_PROBLEMS) return
    const detail = cutText(whole, LONGEST_DETAIL)
    if (problems.some((problem) => problem.code === code && problem.detail === detail)) return
    problems.push({ code, detail })
  }
  return { problems, report }
}
