/** Worker thread: runs the record's statements in a SQLite file, so that a search blocks no page. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { SqlRow, Statement } from '#lib/server/record/sql-store.ts'

/** `file`: as SQLite opens it; `:memory:` for none. */
export interface ThreadData {
  readonly file: string
}

export interface ThreadOrder {
  readonly id: number
  /** Null: close and end. */
  readonly statements: readonly Statement[] | null
}

export type ThreadAnswer =
  | { readonly id: number; readonly rows: readonly (readonly SqlRow[])[] }
  | { readonly id: number; readonly error: string }

/** Prepared statements: appends of every number of rows are among them. */
const MOST_PREPARED = 300

const { file }: ThreadData = workerData
const database = new DatabaseSync(file, { timeout: 5_000 })
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384')
// A Pod's file system is read-only: a large append would have no place for a temporary file.
database.exec('PRAGMA temp_store = MEMORY')
const prepared = new Map<string, StatementSync>()

function prepare(sql: string): StatementSync {
  const known = prepared.get(sql)
  if (known !== undefined) return known
  if (prepared.size >= MOST_PREPARED) prepared.clear()
  // SQLite numbers its parameters by `?1`.
  const statement = database.prepare(sql.replaceAll(/\$(\d+)/g, '?$1'))
  prepared.set(sql, statement)
  return statement
}

function run(statements: readonly Statement[]): readonly (readonly SqlRow[])[] {
  // A reader that begins to write cannot wait for another writer.
  const reads = statements.every(({ sql }) => /^(SELECT|WITH)/.test(sql))
  database.exec(reads ? 'BEGIN' : 'BEGIN IMMEDIATE')
  try {
    const rows = statements.map(({ sql, values }) => prepare(sql).all(...values))
    database.exec('COMMIT')
    return rows
  } catch (error) {
    // A full disk may have ended the transaction already.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function answer({ id, statements }: ThreadOrder): ThreadAnswer {
  try {
    if (statements === null) {
      database.close()
      return { id, rows: [] }
    }
    return { id, rows: run(statements) }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}

parentPort?.on('message', (order: ThreadOrder) => {
  parentPort?.postMessage(answer(order))
  if (order.statements === null) parentPort?.close()
})
