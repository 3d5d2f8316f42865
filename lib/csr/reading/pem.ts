import { readBase64 } from '#lib/csr/reading/base64.ts'
import type { Report } from '#lib/csr/reading/reading-problems.ts'

const BEGIN = '-----BEGIN '
const END = '-----END '
const DASHES = '-----'

/**
 * The DER inside a PEM text that must be exactly one block of this label: no header, nothing
 * before or after. Lines may have any length and end in LF or CRLF; the last may do without.
 *
 * Everything else is reported. Then the bytes are those of the first block that could be made
 * out, for display only, or null: readers disagree about which block of several counts.
 */
export function readPem(text: string, label: string, report: Report): Uint8Array | null {
  const lines = splitLines(text)
  const begins = lines.flatMap((line, i) => (isBoundary(line, BEGIN) ? [i] : []))
  const [begin] = begins
  if (begin === undefined) {
    report('notPem', 'BEGIN')
    return null
  }
  if (begin > 0) report('textBefore', excerpt(lines.slice(0, begin).join('\n')))
  if (begins.length > 1) report('twoBlocks', String(begins.length))
  expectLabel(lines[begin] ?? '', BEGIN, label, report)

  const end = lines.findIndex((line, i) => i > begin && isBoundary(line, END))
  if (end === -1) {
    report('notPem', 'END')
    return null
  }
  expectLabel(lines[end] ?? '', END, label, report)
  const after = lines.slice(end + 1).join('\n')
  if (after !== '') report('textAfter', excerpt(after))
  return readBody(lines.slice(begin + 1, end), report)
}

function readBody(lines: readonly string[], report: Report): Uint8Array | null {
  const headers = lines.filter((line) => line.includes(':'))
  if (headers.length > 0) report('pemHeaders', excerpt(headers.join('\n')))
  const body = lines.filter((line) => !line.includes(':'))
  // Blank lines, and blanks or a carriage return inside a line.
  const odd = body.some((line) => line === '' || /\s/.test(line))
  if (odd) report('pemLines', '')
  const joined = body.join('')
  const reading = readBase64(odd ? joined.replace(/\s/g, '') : joined)
  if (reading.fault === 'unusedBits') report('nonCanonicalBase64', 'PEM')
  else if (reading.fault !== null) report('notBase64', 'PEM')
  else if (reading.bytes?.length === 0) report('notPem', 'empty')
  return reading.bytes?.length === 0 ? null : reading.bytes
}

/** Lines without their LF or CRLF. What follows the last LF is a line, too, if only an empty one. */
function splitLines(text: string): readonly string[] {
  const lines = text.split('\n')
  const last = lines.length - 1
  // A CR that ends the text without an LF ends no line for Go, either.
  return lines.map((line, i) => (i < last && line.endsWith('\r') ? line.slice(0, -1) : line))
}

/** Whether it is a BEGIN or END line, whatever its label. */
function isBoundary(line: string, start: string): boolean {
  return line.startsWith(start) && line.trimEnd().endsWith(DASHES)
}

function expectLabel(line: string, start: string, label: string, report: Report): void {
  if (line === `${start}${label}${DASHES}`) return
  report('otherBlock', excerpt(line))
}

function excerpt(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
