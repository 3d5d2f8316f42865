import type { Stage } from './shared-clusters.ts'

/** One line of the table. */
export interface Measured {
  readonly figure: string
  readonly reach: string
  readonly measured: string
  readonly ok: boolean
}

/** A benchmark in a file of its own. */
export interface Figure {
  /** Name for `--only`. */
  readonly name: string
  /** Needs neither the app nor its build. */
  readonly appless?: true
  /** Description for the document, so that a person can repeat it by hand. */
  readonly method: string
  readonly measure: (stage: Stage) => Promise<readonly Measured[]>
}
