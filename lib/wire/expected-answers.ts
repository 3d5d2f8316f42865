import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import type { ExpectedProblem } from '#lib/csr/policy/expected-problem.ts'
import type { DocumentAnswer, DocumentPreview, DocumentSaved } from '#lib/wire/document.ts'

/** Names of machines: listed ones in the list's order; unexpected ones with waiting ones first. */
export interface ExpectedNames {
  readonly arrived: readonly string[]
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
  /** The waiting ones among `arrived` and `unexpected`. */
  readonly waiting: readonly string[]
}

/** `GET /api/expected`: the list of expected machines, as it is stored and as it is in force. */
export interface ExpectedAnswer extends DocumentAnswer<ExpectedProblem> {
  /** Whether the policy makes a machine that is not on the list suspicious. */
  readonly complete: boolean
  /** The list in force; null for none. */
  readonly machines: readonly ExpectedMachine[] | null
  /** The list matched with the machines that arrived; null without a list. */
  readonly matched: ExpectedNames | null
}

/** `POST /api/expected/preview`: the list that a text would make. Nothing is saved. */
export interface ExpectedEffect {
  readonly machines: readonly ExpectedMachine[]
  readonly matched: ExpectedNames
}

export type ExpectedPreview = DocumentPreview<ExpectedProblem, ExpectedEffect>

export type ExpectedSaved = DocumentSaved<ExpectedProblem>
