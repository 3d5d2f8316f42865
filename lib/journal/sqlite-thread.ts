/** Worker thread: runs the record's statements in a SQLite file, so that none blocks a page. */
import { statSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { createReserve } from '#lib/journal/record-reserve.ts'
import type { Answers, SqlRow, Statement } from '#lib/journal/sql-database.ts'

/** `file`: as SQLite opens it; `:memory:` for none. `reserve`: bytes beside it, 0 for none. */
export interface ThreadData {
  readonly file: string
  readonly readOnly: boolean
  readonly reserve: number
}

export type ThreadOrder = { readonly id: number } & ThreadWork
export type ThreadWork =
  | { readonly work: 'write'; readonly statements: readonly Statement[] }
  /** A read, which ends after so many milliseconds. */
  | { readonly work: 'read'; readonly statements: readonly Statement[]; readonly within: number }
  | { readonly work: 'room' | 'close' }

export type ThreadAnswer =
  | { readonly id: number; readonly rows: Answers }
  | { readonly id: number; readonly error: string; readonly why: 'full' | 'tooLong' | null }

/** Most prepared statements: appends of every number of rows are among them. */
const MOST_PREPARED = 300
/** SQLite's result codes for a full volume: of a write, and of its index of the WAL. */
const FULL = 13
const NO_INDEX = 4874

const PAGE_BYTES = 4_096

const { file, readOnly, reserve: reserveBytes }: ThreadData = workerData
const reserve = createReserve(file, reserveBytes)
const database = open()
const prepared = new Map<string, Prepared>()
let deadline = Number.POSITIVE_INFINITY
let isTooLate = false

function open(): DatabaseSync {
  try {
    return opened()
  } catch (error) {
    // A full volume has no room for SQLite's files beside it: the reserve makes some.
    if (readOnly || !reserve.free()) throw error
    return opened()
  }
}

function opened(): DatabaseSync {
  const one = new DatabaseSync(file, { timeout: 5_000, readOnly })
  if (!readOnly) one.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  // The WAL has room in the reserve.
  if (reserveBytes > 0) one.exec(`PRAGMA wal_autocheckpoint = ${walPages(reserveBytes)}`)
  one.exec('PRAGMA cache_size = -16384')
  // A Pod's file system is read-only: a large append would have no place for a temporary file.
  one.exec('PRAGMA temp_store = MEMORY')
  one.function('in_time', () => {
    isTooLate = performance.now() > deadline
    if (isTooLate) throw new Error('The search took too long.')
    return 1
  })
  return one
}

function walPages(bytes: number): number {
  return Math.min(1_000, Math.ceil(bytes / 2 / PAGE_BYTES))
}

interface Prepared {
  readonly statement: StatementSync
  /** The place of each parameter's value, in the order of the parameters. */
  readonly places: readonly number[]
}

function prepare(sql: string): Prepared {
  const known = prepared.get(sql)
  if (known !== undefined) return known
  if (prepared.size >= MOST_PREPARED) prepared.clear()
  // Node 22 gives no value to a numbered parameter; by a name, binding takes six times as long.
  const places: number[] = []
  const unnumbered = sql.replaceAll(/\$(\d+)/g, (_, number: string) => {
    places.push(Number(number) - 1)
    return '?'
  })
  const made = { statement: database.prepare(unnumbered), places }
  prepared.set(sql, made)
  return made
}

function runOne({ sql, values }: Statement): readonly SqlRow[] {
  const { statement, places } = prepare(sql)
  return statement.all(...places.map((place) => values[place] ?? null))
}

/**
 * Runs a transaction. `BEGIN IMMEDIATE` for a write: a reader that begins to write cannot wait for
 * another writer.
 */
function run(begin: 'BEGIN' | 'BEGIN IMMEDIATE', statements: readonly Statement[]): Answers {
  database.exec(begin)
  try {
    const rows = statements.map(runOne)
    database.exec('COMMIT')
    return rows
  } catch (error) {
    // A full disk may have ended the transaction already.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function work(order: ThreadWork): Answers {
  switch (order.work) {
    case 'write':
      return run('BEGIN IMMEDIATE', order.statements)
    case 'read':
      deadline = performance.now() + order.within
      return run('BEGIN', order.statements)
    case 'room':
      return [[{ left: room() }]]
    case 'close':
      database.close()
      return []
  }
}

/** Makes room for deletions, which take some as well: the reserve's, and that of the WAL. */
function makeRoom(): void {
  reserve.free()
  try {
    database.exec('PRAGMA wal_checkpoint(RESTART)')
  } catch {
    // The next write says what is in the way.
  }
}

/** Bytes that the volume has left for entries; null where it has room. */
function room(): number | null {
  const left = reserve.room()
  if (left === null) return null
  const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0
  const pages = database.prepare('PRAGMA page_count').get()?.page_count
  // The file has to take in the pages of the WAL, which may still grow itself.
  const toTakeIn = Math.max(0, Number(pages) * PAGE_BYTES - sizeOf(file))
  const toGrow = Math.max(0, walPages(reserveBytes) * PAGE_BYTES - sizeOf(`${file}-wal`))
  return Math.max(0, left - toTakeIn - toGrow)
}

function answer(order: ThreadOrder): ThreadAnswer {
  const { id } = order
  isTooLate = false
  try {
    return { id, rows: work(order) }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    const code: unknown = error instanceof Error && Reflect.get(error, 'errcode')
    const isFull = order.work === 'write' && (code === FULL || code === NO_INDEX)
    if (isFull) makeRoom()
    return { id, error: said, why: isFull ? 'full' : isTooLate ? 'tooLong' : null }
  }
}

parentPort?.on('message', (order: ThreadOrder) => {
  parentPort?.postMessage(answer(order))
  if (order.work === 'close') parentPort?.close()
})
