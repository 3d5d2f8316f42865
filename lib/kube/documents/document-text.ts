import { createHash } from 'node:crypto'

/** What a save is bound to: the SHA-256 of the text, or of the bytes, in lower-case hex. */
export function versionOf(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Null for what is not UTF-8. A byte-order mark is text here: it is for the reader to take. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
