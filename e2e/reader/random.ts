/** Repeatable random numbers: the same seed makes the same choices. */
export interface Random {
  /** A whole number from 0 to below `end`. */
  readonly below: (end: number) => number
  /** True once in `times`. */
  readonly once: (times: number) => boolean
  readonly pick: <T>(list: readonly T[]) => T
  /** `least` to `most` results of `make`. */
  readonly list: <T>(least: number, most: number, make: () => T) => T[]
  readonly bytes: (length: number) => Uint8Array
}

/** The mulberry32 generator: small, fast, not for secrets. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const below = (end: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * end)
  }
  const list = <T>(least: number, most: number, make: () => T): T[] =>
    Array.from({ length: least + below(most - least + 1) }, make)
  return {
    below,
    once: (times) => below(times) === 0,
    pick: <T>(list: readonly T[]): T => {
      const choice = list[below(list.length)]
      if (choice === undefined) throw new RangeError('nothing to pick from')
      return choice
    },
    list,
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  }
}
