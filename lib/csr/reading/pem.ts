import { readBase64 } from '#lib/csr/reading/base64.ts'
import type { Report } from '#lib/csr/reading/reading-problems.ts'

const BEGIN = '-----BEGIN '
const END = '-----END '
const DASHES = '-----'

/**
 * The DER of a PEM text that is exactly one block of this label, without headers or other text.
 * With a fault reported, the bytes are the first readable block's (for display only) or null.
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
  // Blank lines, or blanks and carriage returns inside a line.
  const odd = body.some((line) => line === '' || /\s/.test(line))
  if (odd) report('pemLines', '')
  const joined = body.join('')
  const reading = readBase64(odd ? joined.replace(/\s/g, '') : joined)
  if (reading.fault === 'unusedBits') report('nonCanonicalBase64', 'PEM')
  else if (reading.fault !== null) report('notBase64', 'PEM')
  else if (reading.bytes?.length === 0) report('notPem', 'empty')
  return reading.bytes?.length === 0 ? null : reading.bytes
}

/** Lines without their LF or CRLF. The text after the last LF counts as a line, even when empty. */
function splitLines(text: string): readonly string[] {
  const lines = text.split('\n')
  const last = lines.length - 1
  // A final CR without LF does not end a line for Go either.
  return lines.map((line, i) => (i < last && line.endsWith('\r') ? line.slice(0, -1) : line))
}

/** Whether the line is a BEGIN or END line of any label. */
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
