import type { Problem, Table, ValuesOf } from '#lib/settings/setting.ts'
import { bytesOf, numberFrom, value } from '#lib/settings/setting-readers.ts'

/** Place of the record: a file, a folder with a file for each cluster, memory, or PostgreSQL. */
export type RecordPlace =
  | { readonly kind: 'file' | 'folder'; readonly path: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'postgres'; readonly url: string }

export interface RecordSetting {
  readonly place: RecordPlace
  /** Whether nothing is decided while nothing can be recorded. */
  readonly required: boolean
  readonly days: number
  readonly bytes: number
}

const MOST_DAYS = 36_500

export const RECORD = {
  named: {
    env: 'COUNTERSIGN_RECORD',
    chart: '`dashboard.record.store`',
    help: 'where requests and decisions are recorded: `off`, `sqlite:<file>`, or `postgres` at `DATABASE_URL`',
    unset: "a file in the user's state folder",
    read: value(namedPlace, 'is neither off, postgres nor sqlite:<file>.'),
  },
  database: {
    env: 'DATABASE_URL',
    chart: '`dashboard.record.database.existingSecret`',
    help: 'PostgreSQL database of this cluster alone, `postgres://…`',
  },
  required: {
    env: 'COUNTERSIGN_RECORD_REQUIRED',
    chart: '`dashboard.record.required`',
    help: '`true`: nothing is decided while nothing can be recorded',
    usual: 'false',
    read: value(
      (text) => (text === 'true' || text === 'false' ? text === 'true' : null),
      'is neither true nor false.',
    ),
  },
  days: {
    env: 'COUNTERSIGN_RECORD_DAYS',
    chart: '`dashboard.record.days`',
    help: 'days that an entry is kept',
    usual: '365',
    read: value(numberFrom(1, MOST_DAYS), `is not a number of days from 1 to ${MOST_DAYS}.`),
  },
  bytes: {
    env: 'COUNTERSIGN_RECORD_BYTES',
    chart: '`dashboard.record.bytes`',
    help: 'size that the record may have; the oldest entries go first',
    usual: '1Gi',
    read: value(
      // Least bytes of a record: a smaller one would forget what it has just been given.
      (text) => (bytesOf(text) < 2 ** 20 ? null : bytesOf(text)),
      'is not a size of at least 1Mi, such as 500Mi or 2Gi.',
    ),
  },
} satisfies Table

/** The record's settings; null for none. `otherwise`: its place where none is set. */
export function recordSetting(
  { named, database, ...limits }: ValuesOf<typeof RECORD>,
  otherwise: RecordPlace | null,
): RecordSetting | null | Problem {
  const place = placeOf(named, database ?? '', otherwise)
  if (place !== null && 'problem' in place) return place
  if (place !== null) {
    // Most bytes of a record in memory, as a demo has: it must leave the process room.
    const most = place.kind === 'memory' ? 64 * 2 ** 20 : limits.bytes
    return { place, ...limits, bytes: Math.min(limits.bytes, most) }
  }
  if (!limits.required) return null
  return {
    problem: 'COUNTERSIGN_RECORD_REQUIRED is true, and no record is kept: set COUNTERSIGN_RECORD.',
  }
}

function placeOf(
  named: Named | null,
  url: string,
  otherwise: RecordPlace | null,
): RecordPlace | null | Problem {
  if (named === null) return otherwise
  if (named === 'off') return null
  if (named !== 'postgres') return named
  // The URL is not repeated in the problem: it may hold a password.
  return /^postgres(ql)?:\/\//.test(url)
    ? { kind: 'postgres', url }
    : { problem: 'COUNTERSIGN_RECORD is postgres: DATABASE_URL has to be a postgres://… URL.' }
}

type Named = 'off' | 'postgres' | { readonly kind: 'file'; readonly path: string }

function namedPlace(text: string): Named | null {
  if (text === 'off' || text === 'postgres') return text
  const [, path] = /^sqlite:(.+)$/.exec(text) ?? []
  return path === undefined ? null : { kind: 'file', path }
}
