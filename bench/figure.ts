import { shownValue } from './quantiles.ts'
import type { Rig } from './rig.ts'

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
  /** Measured only for a release: it takes minutes, and few changes move it. */
  readonly rare?: true
  /** Needs neither the app nor its build. */
  readonly appless?: true
  /** Description for the document, so that a person can repeat it by hand. */
  readonly method: string
  readonly measure: (rig: Rig) => Promise<readonly Measured[]>
}

interface Shown {
  readonly unit?: string
  /** Digits after the point. Default 0. */
  readonly digits?: number
  /** Further values, for the brackets. */
  readonly more?: string
}

/** A line whose value has to be at most `most`. */
export function atMost(figure: string, most: number, value: number, shown: Shown = {}): Measured {
  return line(figure, `≤ ${most}`, value, { ...shown, ok: value <= most })
}

/** A line whose value has to be at least `least`. */
export function atLeast(figure: string, least: number, value: number, shown: Shown = {}): Measured {
  return line(figure, `≥ ${least}`, value, { ...shown, ok: value >= least })
}

function line(
  figure: string,
  reach: string,
  value: number,
  { unit = '', digits = 0, more = '', ok }: Shown & { readonly ok: boolean },
): Measured {
  return {
    figure,
    reach: `${reach} ${unit}`.trim(),
    measured: `${shownValue(value, digits)} ${unit} ${more && `(${more})`}`
      .replace(/ +/g, ' ')
      .trim(),
    ok,
  }
}
