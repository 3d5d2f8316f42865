import type { ReadingProblemCode } from '#lib/csr/problem-codes.ts'
import type { Report } from '#lib/csr/reading/reading-problems.ts'

/** Identifier octets of the types that PKCS#10 and X.509 use. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

/** One element of DER: a view into the bytes it was read from. */
export interface DerElement {
  /** The identifier octet: class, constructed bit and number. */
  readonly tag: number
  readonly source: Uint8Array
  /** Position of the identifier octet. */
  readonly start: number
  /** Position of the content. */
  readonly from: number
  readonly end: number
  /** Children of a constructed element; empty for a primitive one. */
  readonly children: readonly DerElement[]
}

/** A request's deepest field lies 9 levels down; attributes may nest deeper. */
const MOST_LEVELS = 24

const CONSTRUCTED = 0x20
const NUMBER = 0x1f
const CLASS = 0xc0
/** Numbers of EXTERNAL, EMBEDDED PDV, SEQUENCE, SET and unrestricted CHARACTER STRING. */
const ALWAYS_CONSTRUCTED = new Set([8, 11, 16, 17, 29])

/**
 * Reads exactly one element of strict DER (X.690) with all its children; null if unreadable.
 * Recoverable faults (long length, odd BOOLEAN, unsorted SET, trailing bytes) are reported only.
 */
export function readDer(bytes: Uint8Array, report: Report): DerElement | null {
  return readWhole(bytes, 0, bytes.length, report)
}

/**
 * Reads the DER inside an element's content, such as an extension's value. Positions stay absolute.
 */
export function readDerIn({ source, from, end }: DerElement, report: Report): DerElement | null {
  return readWhole(source, from, end, report)
}

function readWhole(source: Uint8Array, from: number, end: number, report: Report) {
  const root = readElement(source, from, end, 0, report)
  if (root !== null && root.end < end) report('trailingBytes', String(end - root.end))
  return root
}

export function contentOf(element: DerElement): Uint8Array {
  return element.source.subarray(element.from, element.end)
}

/** The element's whole encoding, identifier and length included. */
export function encodingOf(element: DerElement): Uint8Array {
  return element.source.subarray(element.start, element.end)
}

/** OIDs in use have about thirty characters; DER sets no bound. */
const LONGEST_OID = 256

/**
 * The dotted text of an OBJECT IDENTIFIER that `readDer` has passed; '' for anything else or
 * longer.
 */
export function oidOf(element: DerElement | undefined): string {
  if (element === undefined || element.tag !== TAG.oid) return ''
  const arcs: number[] = []
  let arc = 0
  for (let i = element.from; i < element.end; i++) {
    const octet = element.source[i] ?? 0
    arc = arc * 128 + (octet & 0x7f)
    if (octet >= 0x80) continue
    if (arcs.length === 0) {
      const first = Math.min(Math.floor(arc / 40), 2)
      arcs.push(first, arc - first * 40)
    } else {
      arcs.push(arc)
    }
    arc = 0
  }
  const text = arcs.join('.')
  return text.length > LONGEST_OID ? '' : text
}

/** The bytes of a BIT STRING of whole octets; null for any other element. */
export function octetsOfBits(element: DerElement | undefined): Uint8Array | null {
  if (element?.tag !== TAG.bitString || element.source[element.from] !== 0) return null
  return element.source.subarray(element.from + 1, element.end)
}

/** Reports a SET OF whose elements are not in the order of their encodings (X.690 11.6). */
export function expectSetOrder(set: DerElement, report: Report): void {
  let before: DerElement | undefined
  for (const after of set.children) {
    if (before !== undefined && Buffer.compare(encodingOf(before), encodingOf(after)) > 0) {
      report('setOrder', String(after.start))
      return
    }
    before = after
  }
}

function readElement(
  source: Uint8Array,
  start: number,
  limit: number,
  level: number,
  report: Report,
): DerElement | null {
  const fail = (code: ReadingProblemCode): null => {
    report(code, String(start))
    return null
  }
  if (level > MOST_LEVELS) return fail('tooDeep')
  if (start + 2 > limit) return fail('truncated')
  const tag = source[start] ?? 0
  // Tag numbers above 30 do not occur in a request; end-of-contents exists only in BER.
  if ((tag & NUMBER) === NUMBER || tag === 0) return fail('badTag')

  let from = start + 2
  let length = source[start + 1] ?? 0
  if (length >= 0x80) {
    const octets = length & 0x7f
    if (octets === 0) return fail('indefiniteLength')
    from += octets
    if (octets > 4 || from > limit) return fail(octets > 4 ? 'nonMinimalLength' : 'truncated')
    length = 0
    for (let i = start + 2; i < from; i++) length = length * 256 + (source[i] ?? 0)
    if (length < 0x80 || source[start + 2] === 0) fail('nonMinimalLength')
  }
  const end = from + length
  if (end > limit) return fail('truncated')

  const constructed = (tag & CONSTRUCTED) !== 0
  if ((tag & CLASS) === 0) {
    if (constructed !== ALWAYS_CONSTRUCTED.has(tag & NUMBER)) return fail('badTag')
    const fault = constructed ? null : primitiveFault(tag, source, from, end)
    if (fault !== null) fail(fault)
  }
  if (!constructed) return { tag, source, start, from, end, children: NONE }

  const children: DerElement[] = []
  for (let at = from; at < end; ) {
    const child = readElement(source, at, end, level + 1, report)
    if (child === null) return null
    children.push(child)
    at = child.end
  }
  const element = { tag, source, start, from, end, children }
  if (tag === TAG.set) expectSetOrder(element, report)
  return element
}

const NONE: readonly DerElement[] = []

/** The fault in the content of a primitive universal type; null if sound. */
function primitiveFault(
  tag: number,
  source: Uint8Array,
  from: number,
  end: number,
): ReadingProblemCode | null {
  const length = end - from
  const first = source[from] ?? 0
  const second = source[from + 1] ?? 0
  switch (tag) {
    case TAG.boolean:
      return length === 1 && (first === 0 || first === 0xff) ? null : 'badValue'
    case TAG.integer:
    case TAG.enumerated:
      if (length === 0) return 'badValue'
      if (length === 1) return null
      // Nine equal bits at the front: the first octet is redundant (X.690 8.3.2).
      return (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)
        ? 'badValue'
        : null
    case TAG.null:
      return length === 0 ? null : 'badValue'
    case TAG.bitString:
      return bitsAreSound(source, from, end) ? null : 'badValue'
    case TAG.oid:
      return oidIsSound(source, from, end) ? null : 'badValue'
    default:
      return null
  }
}

function bitsAreSound(source: Uint8Array, from: number, end: number): boolean {
  const unused = source[from] ?? 0
  if (end === from || unused > 7) return false
  if (end === from + 1) return unused === 0
  return ((source[end - 1] ?? 0) & ((1 << unused) - 1)) === 0
}

/**
 * Whether an OID has minimal arcs of at most 31 bits, as Go reads them. No OID in use is longer
 * than 64 octets.
 */
function oidIsSound(source: Uint8Array, from: number, end: number): boolean {
  if (end === from || end - from > 64 || (source[end - 1] ?? 0) >= 0x80) return false
  let arc = 0
  let starts = true
  for (let i = from; i < end; i++) {
    const octet = source[i] ?? 0
    if (starts && octet === 0x80) return false
    arc = arc * 128 + (octet & 0x7f)
    if (arc > 0x7fffffff) return false
    starts = octet < 0x80
    if (starts) arc = 0
  }
  return true
}
