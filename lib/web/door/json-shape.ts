/**
 * Most levels and values of a body: 500 decisions have at most 36,000. A parser needs 64 bytes and
 * more for each bracket.
 */
export const SHAPE = { depth: 32, values: 50_000 } as const

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b])
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d])

/** Counts levels and values in the bytes of a JSON text, before a parser builds anything. */
export function isWithinShape(bytes: Uint8Array, { depth, values } = SHAPE): boolean {
  let level = 0
  let count = 1
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) at = endOfString(bytes, at)
    else if (OPENING.has(byte)) {
      level += 1
      count += 1
    } else if (CLOSING.has(byte)) level -= 1
    else if (byte === COMMA) count += 1
    if (level > depth || count > values) return false
  }
  return true
}

/** Index of the quote that closes the string whose opening quote is at `quote`. */
function endOfString(bytes: Uint8Array, quote: number): number {
  let at = quote + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}
