/**
 * What keeps a list of expected machines from being read, and the blanks that its sentence in the
 * message catalogue may fill. One is enough to refuse the list whole.
 */
export const EXPECTED_PROBLEMS = {
  tooLarge: ['bytes'],
  /** To be read: whether it is a good one nobody knows. */
  tooSlow: ['seconds'],
  /** No machine is on it: more likely a file cut short than a list of none. */
  empty: [],
  /** Not CSV, or not YAML: `detail` in the words of its parser. */
  malformed: ['detail'],
  fieldTwice: ['value'],
  /** The thread that reads gave up: `detail` in its words, or the number it ended with. */
  unread: ['detail'],
  /** Another text has taken its place. */
  superseded: [],
  /** Its first row names no column `name`. */
  noHeader: [],
  unknownColumn: ['value'],
  columnTwice: ['value'],
  tooManyFields: ['fields', 'columns'],
  /** YAML of another kind than ours. */
  wrongKind: ['expected'],
  wrongShape: ['what'],
  unknownField: ['value'],
  noName: [],
  badName: ['value'],
  badAddress: ['value'],
  badRole: ['value'],
  nameTwice: ['value', 'line'],
  /** `holder`, on that line, has the address, too. */
  addressTwice: ['value', 'holder', 'line'],
  /** So many more than are told. */
  more: ['count'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type ExpectedProblemCode = keyof typeof EXPECTED_PROBLEMS

export interface ExpectedProblem {
  readonly code: ExpectedProblemCode
  /** Counted from 1; null where it is about no single one. */
  readonly line: number | null
  readonly values: Readonly<Record<string, string>>
}
