import { TAG } from '#lib/csr/reading/der.ts'

const ASCII_END = 0x80

/** PrintableString as X.680 41.4 defines it. Go also accepts `*` and `&`; other readers do not. */
const PRINTABLE = new Set(
  Array.from(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?",
    (character) => character.charCodeAt(0),
  ),
)

// `ignoreBOM` keeps a leading U+FEFF as a character, as Go does, instead of dropping it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of ASCII bytes; null if any byte is not ASCII. */
export function asciiText(bytes: Uint8Array): string | null {
  let text = ''
  for (const byte of bytes) {
    if (byte >= ASCII_END) return null
    text += String.fromCharCode(byte)
  }
  return text
}

/** The text of valid UTF-8; null otherwise. */
export function utf8Text(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

/** The text of a string type that all readers decode alike (one of three); null otherwise. */
export function plainText(tag: number, bytes: Uint8Array): string | null {
  if (tag === TAG.utf8String) return utf8Text(bytes)
  if (tag === TAG.ia5String) return asciiText(bytes)
  if (tag !== TAG.printableString) return null
  return bytes.every((byte) => PRINTABLE.has(byte)) ? asciiText(bytes) : null
}

/** A best guess at the text of the other string types, to show beside the problem. */
export function guessedText(tag: number, bytes: Uint8Array): string {
  if (tag !== TAG.bmpString) return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  let text = ''
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    text += String.fromCharCode(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0))
  }
  return text
}
