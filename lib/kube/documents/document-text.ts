import { createHash } from 'node:crypto'

/** The version that a save is bound to: SHA-256 of the text or bytes, lower-case hex. */
export function versionOf(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Null for invalid UTF-8. A byte-order mark stays in the text, for the reader to skip. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
