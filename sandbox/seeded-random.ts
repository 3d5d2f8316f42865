/** Repeatable random numbers: the same seed gives the same story. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** Five characters, as Kubernetes appends to a generated name. */
  suffix(): string
  uid(): string
}

/** Kubernetes' alphabet, without vowels and similar characters. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/** mulberry32: small, and random enough for names and jitter. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join('')
  return {
    next,
    suffix: () =>
      Array.from({ length: 5 }, () => ALPHABET[Math.floor(next() * ALPHABET.length)]).join(''),
    uid: () =>
      `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[Math.floor(next() * 4)]}${hex(3)}-${hex(12)}`,
  }
}
