/**
 * Columns: lists of values of one kind, written so that gzip finds what repeats. Each `pack` has an
 * `unpack` that gives back exactly what went in, whatever it was: what does not fit the compact
 * form goes into `x`, as it is. Decoding 10,000 values of a column takes about a millisecond.
 */

/** `[index, value]` of what does not fit the compact form. */
type Exceptions = readonly (readonly [number, string])[]

// ── Whole numbers ────────────────────────────────────────────────────────────────────────────

/** 0–31 ends a number, 32–63 says that more follows: five bits a character, low bits first. */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const DIGIT_OF = new Uint8Array(128)
for (let digit = 0; digit < 64; digit += 1) DIGIT_OF[DIGITS.charCodeAt(digit)] = digit

/** Integers up to 2^50 either way, or null. Small ones take one character. */
export function packNumbers(values: readonly (number | null)[]): string {
  let text = ''
  for (const value of values) {
    // null, 0, -1, 1, -2, 2, … become 0, 1, 2, 3, 4, 5, …
    let rest = value === null ? 0 : value >= 0 ? 2 * value + 1 : -2 * value
    while (rest >= 32) {
      text += DIGITS[32 + (rest % 32)]
      rest = Math.floor(rest / 32)
    }
    text += DIGITS[rest]
  }
  return text
}

export function unpackNumbers(text: string): (number | null)[] {
  const values: (number | null)[] = []
  let value = 0
  let scale = 1
  for (let index = 0; index < text.length; index += 1) {
    const digit = DIGIT_OF[text.charCodeAt(index)] ?? 0
    if (digit >= 32) {
      value += (digit - 32) * scale
      scale *= 32
      continue
    }
    value += digit * scale
    values.push(value === 0 ? null : value % 2 === 1 ? (value - 1) / 2 : -value / 2)
    value = 0
    scale = 1
  }
  return values
}

// ── Values that repeat ───────────────────────────────────────────────────────────────────────

export interface DictionaryColumn {
  readonly d: readonly unknown[]
  /** Indexes into `d`, as packed numbers. */
  readonly i: string
}

/** Any JSON values; each distinct one is written once. */
export function packDictionary(values: readonly unknown[]): DictionaryColumn {
  const codes = new Map<string, number>()
  const d: unknown[] = []
  const i = values.map((value) => {
    const key = JSON.stringify(value)
    let code = codes.get(key)
    if (code === undefined) {
      code = d.push(value) - 1
      codes.set(key, code)
    }
    return code
  })
  return { d, i: packNumbers(i) }
}

/** Equal values come back as one and the same object. `Value` is what was packed. */
export function unpackDictionary<Value>({ d, i }: DictionaryColumn): Value[] {
  // Asserted, not checked: it was packed from such values.
  return unpackNumbers(i).map((code) => d[code ?? 0] as Value)
}

// ── Texts that mostly differ ─────────────────────────────────────────────────────────────────

export interface TextColumn {
  /** What all values begin with, as far as they fit. */
  readonly p: string
  /** Separator between the values in `v`. */
  readonly s: string
  readonly v: string
  /** How much of the value before each one repeats, as packed numbers; '' when it does not pay. */
  readonly f: string
  readonly n: number
  readonly x: Exceptions
}

/** One of these does not occur in any value; `/` never does in the name of an API object. */
const SEPARATORS = ['/', '\t', '|', '\u0000']

/** Texts. The commonest start (`csr-`) is written once, and so is what a value shares with the last. */
export function packTexts(values: readonly string[]): TextColumn {
  const s = SEPARATORS.find((candidate) => !values.some((value) => value.includes(candidate)))
  if (s === undefined) return { p: '', s: '', v: '', f: '', n: values.length, x: indexed(values) }
  const p = commonStart(values)
  const x: [number, string][] = []
  const rests = values.map((value, index) => {
    if (value.startsWith(p)) return value.slice(p.length)
    x.push([index, value])
    return ''
  })
  const shared = rests.map((rest, index) => sharedLength(rests[index - 1] ?? '', rest))
  const pays = shared.reduce((sum, length) => sum + length, 0) > 2 * values.length
  return {
    p,
    s,
    v: (pays ? rests.map((rest, index) => rest.slice(shared[index])) : rests).join(s),
    f: pays ? packNumbers(shared) : '',
    n: values.length,
    x,
  }
}

export function unpackTexts({ p, s, v, f, n, x }: TextColumn): string[] {
  const rests = s === '' || n === 0 ? new Array<string>(n).fill('') : v.split(s)
  if (f !== '') {
    const shared = unpackNumbers(f)
    for (let index = 1; index < n; index += 1) {
      rests[index] = (rests[index - 1] ?? '').slice(0, shared[index] ?? 0) + (rests[index] ?? '')
    }
  }
  const values = p === '' ? rests : rests.map((rest) => p + rest)
  for (const [index, value] of x) values[index] = value
  return values
}

/** What the first values have in common decides; a few strangers do not spoil it. */
function commonStart(values: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const value of values.slice(0, 200)) {
    const start = value.slice(0, value.search(/[-.]|$/) + 1)
    counts.set(start, (counts.get(start) ?? 0) + 1)
  }
  let best = ''
  for (const [start, count] of counts) if (count > (counts.get(best) ?? 1)) best = start
  return best
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let length = 0
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length += 1
  // Not inside a surrogate pair: half a character is not valid text.
  const last = length > 0 ? b.charCodeAt(length - 1) : 0
  return last >= 0xd800 && last <= 0xdbff ? length - 1 : length
}

function indexed(values: readonly string[]): Exceptions {
  return values.map((value, index) => [index, value] as const)
}

// ── UIDs ─────────────────────────────────────────────────────────────────────────────────────

export interface UidColumn {
  /** 122 random bits a uid, six bits a character, low bits first. */
  readonly b: string
  readonly n: number
  readonly x: Exceptions
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
/** Value of a hexadecimal digit by its character code. */
const NIBBLE_OF = new Uint8Array(128)
for (let nibble = 0; nibble < 16; nibble += 1) {
  NIBBLE_OF[nibble.toString(16).charCodeAt(0)] = nibble
}
/** Places of the nibbles that are random in a version 4 UUID's text, the variant's left out. */
const NIBBLES = [...'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'].flatMap((c, i) =>
  c === 'x' ? [i] : [],
)
const VARIANT = 19

/** What the API server makes: random, so this is close to as short as it gets. */
export function packUids(values: readonly string[]): UidColumn {
  const x: [number, string][] = []
  let b = ''
  let bits = 0
  let count = 0
  for (const [index, value] of values.entries()) {
    if (!UUID.test(value)) {
      x.push([index, value])
      continue
    }
    for (const place of NIBBLES) {
      bits += (NIBBLE_OF[value.charCodeAt(place)] ?? 0) << count
      count += 4
      if (count >= 6) {
        b += DIGITS[bits & 63]
        bits >>= 6
        count -= 6
      }
    }
    // The variant's nibble is 8, 9, a or b: two bits.
    bits += ((NIBBLE_OF[value.charCodeAt(VARIANT)] ?? 0) & 3) << count
    count += 2
    if (count >= 6) {
      b += DIGITS[bits & 63]
      bits >>= 6
      count -= 6
    }
  }
  if (count > 0) b += DIGITS[bits]
  return { b, n: values.length, x }
}

const HEX = new TextEncoder().encode('0123456789abcdef')
/** Where each random nibble stands in the text, in the order of packing: the variant comes last. */
const PLACES = [...NIBBLES, VARIANT]
const ascii = new TextDecoder()

export function unpackUids({ b, n, x }: UidColumn): string[] {
  const strangers = new Set(x.map(([index]) => index))
  // One text for all, cut into pieces: no garbage.
  const bytes = new Uint8Array(36 * n)
  const template = new TextEncoder().encode('00000000-0000-4000-8000-000000000000')
  let at = 0
  let bits = 0
  let count = 0
  for (let index = 0; index < n; index += 1) {
    const start = 36 * index
    bytes.set(template, start)
    if (strangers.has(index)) continue
    for (const place of PLACES) {
      const width = place === VARIANT ? 2 : 4
      if (count < width) {
        bits += (DIGIT_OF[b.charCodeAt(at)] ?? 0) << count
        at += 1
        count += 6
      }
      const nibble = place === VARIANT ? 8 + (bits & 3) : bits & 15
      bytes[start + place] = HEX[nibble] ?? 0
      bits >>= width
      count -= width
    }
  }
  const all = ascii.decode(bytes)
  const values = Array.from({ length: n }, (_, index) => all.slice(36 * index, 36 * index + 36))
  for (const [index, value] of x) values[index] = value
  return values
}
