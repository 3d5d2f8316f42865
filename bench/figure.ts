import type { Stage } from './stage.ts'

/** One line of the table. */
export interface Measured {
  readonly figure: string
  readonly reach: string
  readonly measured: string
  readonly ok: boolean
}

/** A thing that is measured: its own file, its own method. */
export interface Figure {
  /** For `--only`. */
  readonly name: string
  /** Neither the app nor a page of it is measured: it need not be built. */
  readonly appless?: true
  /** How it is measured, for the document: a person must be able to do it again by hand. */
  readonly method: string
  readonly measure: (stage: Stage) => Promise<readonly Measured[]>
}
