import { hash } from 'node:crypto'
import { beginning, CUT_MARK, fitting } from '#lib/csr/reading/cut-text.ts'

/**
 * Hex digits of the digest, 128 bits: two texts with the same 64-bit digest are found within
 * minutes.
 */
const DIGEST_LENGTH = 32

/**
 * A bounded name that is still safe to compare. A longer text becomes its beginning and
 * `…[490000 3f9ac1d2e4b5a69781c04dfe92b7653a]`: its length and the start of its SHA-256.
 */
export function cutName(text: string, most: number): string {
  const end = fitting(text, most)
  if (end === text.length) return text
  // UTF-16, not UTF-8: UTF-8 would give every lone surrogate the same bytes.
  const digest = hash('sha256', Buffer.from(text, 'utf16le'), 'hex').slice(0, DIGEST_LENGTH)
  return `${beginning(text, end)}${CUT_MARK}[${text.length} ${digest}]`
}
