import type { ReadingProblem, ReadingProblemCode } from '#lib/csr/problem-codes.ts'
import { cutText } from '#lib/csr/reading/cut-text.ts'

/** Reports one fault to its collector. `detail` is raw: the page that shows it escapes it. */
export type Report = (code: ReadingProblemCode, detail: string) => void

/**
 * Most values of one kind (such as SANs) that are read; a machine has tens of names and addresses.
 * A stored value takes many times the memory that it takes in the request.
 */
export const MOST_VALUES = 250

/** The values up to the bound; more than that are reported, as `7000 SAN`. */
export function firstOf<T>(kind: string, values: readonly T[], report: Report): readonly T[] {
  if (values.length > MOST_VALUES) report('tooManyValues', `${values.length} ${kind}`)
  return values.slice(0, MOST_VALUES)
}

/** Most problems of one request: further ones add nothing for the reader. */
const MOST_PROBLEMS = 20
/** Longest `detail`, in characters as JSON writes them. */
const LONGEST_DETAIL = 256

/** Collects each problem once, up to `MOST_PROBLEMS`. */
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
