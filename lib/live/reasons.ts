import type { Reason } from '#lib/csr/model.ts'

/**
 * Reasons repeat from row to row, but for the machine's own names in them. With a mark in their
 * place they become the same value and a dictionary writes them once.
 */

/** The names that a machine's reasons may hold. */
export interface Own {
  readonly name: string
  /** Of its Machine object. */
  readonly object: string | null
}

export type PackedReason = readonly [
  code: Reason['code'],
  finding: string,
  values: Readonly<Record<string, PackedText>>,
]

/** A text; 0 for the machine's name, 1 for its Machine object's. */
type PackedText = string | 0 | 1

export function packReason(reason: Reason | null, own: Own | null): PackedReason | null {
  if (reason === null) return null
  const pack = (text: string): PackedText =>
    own === null ? text : text === own.name ? 0 : text === own.object ? 1 : text
  return [reason.code, reason.finding, mapValues(reason.values, pack)]
}

/** Reasons without a name of their own, each made once. */
const shared = new WeakMap<PackedReason, Reason>()

export function unpackReason(packed: PackedReason | null, own: Own | null): Reason | null {
  if (packed === null) return null
  const known = shared.get(packed)
  if (known !== undefined) return known
  const [code, finding, values] = packed
  const unpack = (text: PackedText): string =>
    text === 0 ? (own?.name ?? '') : text === 1 ? (own?.object ?? '') : text
  const reason: Reason = { code, finding, values: mapValues(values, unpack) }
  if (Object.values(values).every((text) => typeof text === 'string')) shared.set(packed, reason)
  return reason
}

function mapValues<From, To>(
  values: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Readonly<Record<string, To>> {
  // From entries, so that a key `__proto__` stays a key.
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]))
}
