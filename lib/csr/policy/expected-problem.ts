/**
 * Problems for which a list of expected machines is refused as a whole, with the values of their
 * sentences in the message catalogue.
 */
export const EXPECTED_PROBLEMS = {
  tooLarge: ['bytes'],
  /** Reading took too long; the list may be good. */
  tooSlow: ['seconds'],
  /** The list has no machine: more likely a truncated file than an empty list. */
  empty: [],
  /** Not CSV, or not YAML: `detail` is the parser's message. */
  malformed: ['detail'],
  /** YAML that is nested more deeply than any list. */
  tooDeep: [],
  fieldTwice: ['value'],
  /** The reading thread failed: `detail` is its message or exit code. */
  unread: ['detail'],
  /** Another text has replaced this one. */
  superseded: [],
  /** The first row has no column `name`. */
  noHeader: [],
  unknownColumn: ['value'],
  columnTwice: ['value'],
  tooManyFields: ['fields', 'columns'],
  /** YAML of another kind than an expected list. */
  wrongKind: ['expected'],
  wrongShape: ['what'],
  unknownField: ['value'],
  noName: [],
  badName: ['value'],
  badAddress: ['value'],
  badRole: ['value'],
  nameTwice: ['value', 'line'],
  /** `holder`, on `line`, has the address as well. */
  addressTwice: ['value', 'holder', 'line'],
  /** The number of problems beyond the listed ones. */
  more: ['count'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type ExpectedProblemCode = keyof typeof EXPECTED_PROBLEMS

export interface ExpectedProblem {
  readonly code: ExpectedProblemCode
  /** The line of the problem, from 1; null if the problem is not on a single line. */
  readonly line: number | null
  readonly values: Readonly<Record<string, string>>
}
