import { LONGEST_ROW_NAME } from '#lib/csr/reading/cut-text.ts'
import type { RecordEntry, StoredDecision, StoredEntry } from '#lib/journal/record-store.ts'
import { numberOf, type SqlRow, type SqlValue } from '#lib/journal/sql-database.ts'

/** Columns of an INSERT, in the order of `valuesOf`. */
export const COLUMNS =
  'key, kind, at, recorded_at, uid, machine, person, status, origin, took, text, body'
export const COLUMN_COUNT = COLUMNS.split(',').length
/** Columns of a StoredEntry. */
export const ENTRY = 'id, kind, at, recorded_at, uid, machine, person, body'

/** Longest name of a row: PostgreSQL's indexes take 2,700 bytes. */
const LONGEST_NAME = LONGEST_ROW_NAME

export function valuesOf(entry: RecordEntry): readonly SqlValue[] {
  const { kind, at, recordedAt, status, origin, took, text, body } = entry
  return [
    ...[storedName(entry.key), kind, at, recordedAt],
    ...[entry.uid, entry.machine, entry.person].map((name) => name && storedName(name)),
    ...[status, origin, took, storedText(text), body],
  ]
}

/** A name as it is stored: of a machine, a person, a uid, or a key. */
export function storedName(name: string): string {
  return storable(name, LONGEST_NAME)
}

/** A search text, or a word to search for, as texts are stored. */
export function storedText(text: string): string {
  return storable(text, 20_000)
}

/** Text without NUL and lone surrogates, which PostgreSQL refuses. */
function storable(text: string, longest: number): string {
  return text.slice(0, longest).toWellFormed().replaceAll('\0', '\ufffd')
}

export function storedDecision({ at, id, body }: SqlRow): StoredDecision {
  return { at: numberOf(at), id: numberOf(id), body: JSON.parse(String(body)) }
}

export function storedEntry({ id, kind, at, recorded_at, body, ...names }: SqlRow): StoredEntry {
  const textOf = (value: unknown) => (typeof value === 'string' ? value : null)
  return {
    id: numberOf(id),
    kind: String(kind) as StoredEntry['kind'],
    at: numberOf(at),
    recordedAt: numberOf(recorded_at),
    uid: textOf(names.uid),
    machine: textOf(names.machine),
    person: textOf(names.person),
    body: JSON.parse(String(body)),
  }
}
