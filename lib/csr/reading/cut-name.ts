import { hash } from 'node:crypto'
import { beginning, CUT_MARK, fitting } from '#lib/csr/reading/cut-text.ts'

/** 128 bits: of 64 anybody finds two texts with one digest within minutes. */
const DIGEST_LENGTH = 32

/**
 * A text that others are compared with. Where it is longer than `most` it becomes its beginning and
 * `…[490000 3f9ac1d2e4b5a69781c04dfe92b7653a]`: the length of the whole and the start of its SHA-256.
 * Two different texts stay different, and a cut one never equals one that fits: it is longer than `most`.
 */
export function cutName(text: string, most: number): string {
  const end = fitting(text, most)
  if (end === text.length) return text
  // UTF-16 as it is: UTF-8 makes every lone surrogate the same.
  const digest = hash('sha256', Buffer.from(text, 'utf16le'), 'hex').slice(0, DIGEST_LENGTH)
  return `${beginning(text, end)}${CUT_MARK}[${text.length} ${digest}]`
}
