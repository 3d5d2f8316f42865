import { cutName } from '#lib/csr/reading/cut-name.ts'
import type { Report } from '#lib/csr/reading/reading-problems.ts'

/**
 * Of one value, such as a SAN or an organization, so many characters are kept, as JSON writes them. The
 * longest of a kubelet's has 265: `system:node:` and a name.
 */
const LONGEST_VALUE = 1_024

/** A value as it is kept; that it is longer is reported, as `DNS 44000`. */
export function boundedValue(what: string, value: string, report: Report): string {
  const kept = cutName(value, LONGEST_VALUE)
  if (kept !== value) report('tooLong', `${what} ${value.length}`)
  return kept
}
