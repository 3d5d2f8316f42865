/** A base64 reading and its fault: the bytes Go would decode, and whether the text is canonical. */
export interface Base64Reading {
  /** The bytes; null when the text cannot be decoded. */
  readonly bytes: Uint8Array | null
  /** The fault; null when the text is the canonical one for these bytes (RFC 4648, padded). */
  readonly fault: Base64Fault | null
}

export type Base64Fault = 'character' | 'length' | 'padding' | 'unusedBits'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const NO_VALUE = 0xff

const VALUES = new Uint8Array(256).fill(NO_VALUE)
for (let i = 0; i < ALPHABET.length; i++) VALUES[ALPHABET.charCodeAt(i)] = i

/**
 * Decodes without line breaks or blanks. `unusedBits` is the one fault that still gives bytes:
 * lenient decoders ignore bits set in the last character, so several texts mean one request.
 */
export function readBase64(text: string): Base64Reading {
  let length = text.length
  while (text.charCodeAt(length - 1) === 0x3d) length--
  const padding = text.length - length
  const bytes = new Uint8Array((length * 3) >> 2)
  let bits = 0
  let held = 0
  let at = 0
  for (let i = 0; i < length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? NO_VALUE
    if (value === NO_VALUE) return { bytes: null, fault: 'character' }
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (held >> bits) & 0xff
    }
  }
  if (length % 4 === 1) return { bytes: null, fault: 'length' }
  if (padding !== (4 - (length % 4)) % 4) return { bytes: null, fault: 'padding' }
  const unused = held & ((1 << bits) - 1)
  return { bytes, fault: unused === 0 ? null : 'unusedBits' }
}
