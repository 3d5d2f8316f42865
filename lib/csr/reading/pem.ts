import { readBase64 } from '#lib/csr/reading/base64.ts'
import type { Report } from '#lib/csr/reading/reading-problems.ts'

const BEGIN = '-----BEGIN '
const END = '-----END '
const DASHES = '-----'

/** Blocks that a node of GKE adds to its request, and one more that its TPM may have. */
const GKE_BLOCKS = ['VM IDENTITY', 'ATTESTATION DATA', 'ATTESTATION SIGNATURE']
const GKE_OPTIONAL = 'ATTESTATION CERTIFICATE'

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
  const end = lines.findIndex((line, i) => i > begin && isBoundary(line, END))
  const rest = end === -1 ? [] : lines.slice(end + 1)
  const isRequestAndMore =
    begins.length > 1 &&
    lines[begin] === `${BEGIN}CERTIFICATE REQUEST${DASHES}` &&
    lines[end] === `${END}CERTIFICATE REQUEST${DASHES}`
  const gke = isRequestAndMore ? gkeBlocks(rest) : null
  if (gke !== null) report('gkeBlocks', gke.join(', '))
  else if (begins.length > 1) report('twoBlocks', String(begins.length))
  expectLabel(lines[begin] ?? '', BEGIN, label, report)

  if (end === -1) {
    report('notPem', 'END')
    return null
  }
  expectLabel(lines[end] ?? '', END, label, report)
  const after = rest.join('\n')
  if (after !== '' && gke === null) report('textAfter', excerpt(after))
  return readBody(lines.slice(begin + 1, end), report)
}

/** Labels of the lines' blocks; null unless they are whole, GKE's own, and nothing else. */
function gkeBlocks(lines: readonly string[]): readonly string[] | null {
  const labels: string[] = []
  let open: string | null = null
  for (const [at, line] of lines.entries()) {
    if (open === null) {
      if (line === '' && at === lines.length - 1) continue
      const label = [...GKE_BLOCKS, GKE_OPTIONAL].find((one) => line === `${BEGIN}${one}${DASHES}`)
      if (label === undefined || labels.includes(label)) return null
      labels.push(label)
      open = label
    } else if (line === `${END}${open}${DASHES}`) open = null
    else if (!/^[A-Za-z0-9+/]+={0,2}$/.test(line)) return null
  }
  return open === null && GKE_BLOCKS.every((label) => labels.includes(label)) ? labels : null
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
