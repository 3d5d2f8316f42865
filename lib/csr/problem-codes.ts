/**
 * Faults that keep a request from being shown faithfully, outermost layer first.
 * Each code has a sentence in `lib/messages`; the problem's `detail` says where or what.
 */
export const PROBLEM_CODES = [
  // The object around the request
  'cutField',
  // The text of spec.request
  'tooLarge',
  'notBase64',
  'nonCanonicalBase64',
  // The PEM block
  'notPem',
  'otherBlock',
  'twoBlocks',
  'gkeBlocks',
  'pemHeaders',
  'pemLines',
  'textBefore',
  'textAfter',
  // DER in general
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

export type ReadingProblemCode = (typeof PROBLEM_CODES)[number]

export interface ReadingProblem {
  readonly code: ReadingProblemCode
  /** Place or value, for an admin; the text may hold the requestor's raw characters. */
  readonly detail: string
}
