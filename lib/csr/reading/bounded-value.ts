import { cutName } from '#lib/csr/reading/cut-name.ts'
import type { Report } from '#lib/csr/reading/reading-problems.ts'

/**
 * Longest value (a SAN, an organization) that the reader stores, in characters as JSON writes them.
 * A kubelet's longest has 265: `system:node:` and a name.
 */
const LONGEST_VALUE = 1_024

/** The value, cut to `LONGEST_VALUE`; a longer one is reported, as `DNS 44000`. */
export function boundedValue(kind: string, value: string, report: Report): string {
  const bounded = cutName(value, LONGEST_VALUE)
  if (bounded !== value) report('tooLong', `${kind} ${value.length}`)
  return bounded
}
