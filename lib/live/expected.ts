import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import type { ExpectedProblem } from '#lib/csr/policy/expected-problem.ts'
import type { MaybeTold, Told } from '#lib/live/told.ts'

/** Names of machines: of the list, in its order; what is on none of it, what waits first. */
export interface ExpectedNames {
  readonly arrived: readonly string[]
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
  /** Of the arrived and the unexpected those that wait. */
  readonly waiting: readonly string[]
}

/** `GET /api/expected`: the list of expected machines, as it lies there and as it is in force. */
export interface ExpectedAnswer {
  /** `memory`: pasted here, and gone with this process. */
  readonly place: 'memory' | 'file' | 'configMap'
  /** The file's path, or `namespace/name`; '' in memory. */
  readonly where: string
  /** As it lies there; null when there is none. */
  readonly text: string | null
  /** What a save of another text is bound to; null when there is none. */
  readonly version: string | null
  /** Why the place holds no list, or cannot be asked; null when all is well. */
  readonly trouble: Told | null
  /** What keeps that text from being in force: the last good list then stays. */
  readonly problems: readonly ExpectedProblem[]
  /** Whether it may be saved there; null while nobody can say. */
  readonly mayEdit: boolean | null
  /** Whether the policy makes a machine that is not on the list suspicious. */
  readonly complete: boolean
  /** The list in force; null for none. */
  readonly machines: readonly ExpectedMachine[] | null
  /** It against what arrived; null without a list. */
  readonly matched: ExpectedNames | null
}

/** `POST /api/expected/preview`: what a text would be; nothing is kept of it. */
export interface ExpectedPreview {
  readonly problems: readonly ExpectedProblem[]
  readonly machines: readonly ExpectedMachine[] | null
  readonly matched: ExpectedNames | null
}

export interface ExpectedDraft {
  readonly text: string
}

/** `POST /api/expected`: an empty text forgets a list that is kept in memory. */
export interface ExpectedBody extends ExpectedDraft {
  /** Of the text that is replaced; null when there was none. */
  readonly version: string | null
}

export interface ExpectedSaved extends MaybeTold {
  /** `refused`: it has `problems`. `changed`: somebody else has saved since. Neither wrote. */
  readonly outcome: 'saved' | 'refused' | 'changed' | 'forbidden' | 'unknown' | 'error'
  readonly problems: readonly ExpectedProblem[]
}
