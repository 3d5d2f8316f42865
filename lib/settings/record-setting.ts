import { join } from 'node:path'
import { stateFolder } from '#lib/settings/state-file.ts'

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

type Env = Readonly<Record<string, string | undefined>>

const DEFAULT_DAYS = 365
const MOST_DAYS = 36_500
const DEFAULT_BYTES = '1Gi'
const UNITS: Readonly<Record<string, number>> = { '': 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 }
/** A smaller record would forget what it has just been given. */
const LEAST_BYTES = 2 ** 20
/** A record in memory, as a demo has, must leave the process room. */
const MOST_IN_MEMORY = 64 * 2 ** 20

/** The record's settings; null for none. `inMemory`: where none is named, nothing goes to a disk. */
export function readRecordSetting(
  env: Env,
  inMemory: boolean,
): { readonly setting: RecordSetting | null } | { readonly problem: string } {
  const daysText = env.COUNTERSIGN_RECORD_DAYS || String(DEFAULT_DAYS)
  const days = /^\d{1,5}$/.test(daysText) ? Number(daysText) : 0
  if (days < 1 || days > MOST_DAYS) {
    return {
      problem: `COUNTERSIGN_RECORD_DAYS: "${daysText}" is not a number of days from 1 to ${MOST_DAYS}.`,
    }
  }
  const bytesText = env.COUNTERSIGN_RECORD_BYTES || DEFAULT_BYTES
  const [, number = '', unit = ''] = /^(\d{1,15})(Ki|Mi|Gi)?$/.exec(bytesText) ?? []
  const bytes = Number(number) * (UNITS[unit] ?? 1)
  if (bytes < LEAST_BYTES || !Number.isSafeInteger(bytes)) {
    return {
      problem: `COUNTERSIGN_RECORD_BYTES: "${bytesText}" is not a size of at least 1Mi, such as 500Mi or 2Gi.`,
    }
  }
  const requiredText = env.COUNTERSIGN_RECORD_REQUIRED || 'false'
  if (requiredText !== 'true' && requiredText !== 'false') {
    return { problem: `COUNTERSIGN_RECORD_REQUIRED: "${requiredText}" is neither true nor false.` }
  }
  const required = requiredText === 'true'
  const place = placeOf(env, inMemory)
  if (place !== null && 'problem' in place) return place
  if (place === null) {
    return required
      ? {
          problem:
            'COUNTERSIGN_RECORD_REQUIRED is true, and no record is kept: set COUNTERSIGN_RECORD.',
        }
      : { setting: null }
  }
  const most = place.kind === 'memory' ? MOST_IN_MEMORY : bytes
  return { setting: { place, required, days, bytes: Math.min(bytes, most) } }
}

function placeOf(env: Env, inMemory: boolean): RecordPlace | null | { readonly problem: string } {
  const named = env.COUNTERSIGN_RECORD ?? ''
  if (named === 'off') return null
  if (named === 'postgres') return postgresAt(env.DATABASE_URL ?? '')
  const [, file] = /^sqlite:(.+)$/.exec(named) ?? []
  if (file !== undefined) return { kind: 'file', path: file }
  if (named !== '') {
    return { problem: `COUNTERSIGN_RECORD: "${named}" is neither off, postgres nor sqlite:<file>.` }
  }
  if (inMemory) return { kind: 'memory' }
  const folder = stateFolder(env)
  return folder === null ? null : { kind: 'folder', path: join(folder, 'record') }
}

/** The URL is not repeated in the problem: it may hold a password. */
function postgresAt(url: string): RecordPlace | { readonly problem: string } {
  return /^postgres(ql)?:\/\//.test(url)
    ? { kind: 'postgres', url }
    : { problem: 'COUNTERSIGN_RECORD is postgres: DATABASE_URL has to be a postgres://… URL.' }
}
