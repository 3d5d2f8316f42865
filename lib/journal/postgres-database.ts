import type { Pool, PoolClient, PoolConfig } from 'pg'
import { SearchTooLong } from '#lib/journal/record-store.ts'
import { POSTGRES } from '#lib/journal/record-tables.ts'
import type { Answers, SqlDatabase, SqlRow, Statement } from '#lib/journal/sql-database.ts'

/** Milliseconds after which a database that does not answer is trouble, and trouble is shown. */
const CONNECT_MS = 5_000
const STATEMENT_MS = 30_000
/** SQLSTATE of a statement that was ended by its timeout. */
const CANCELED = '57014'

/** PostgreSQL at a `postgres://` URL. Connects at the first statement, again after a loss. */
export async function openPostgres(url: string): Promise<SqlDatabase> {
  const { default: pg } = await import('pg')
  const options: PoolConfig = {
    connectionString: url,
    application_name: 'countersign',
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + CONNECT_MS,
    keepAlive: true,
    allowExitOnIdle: true,
  }
  // One connection writes, so that writes are in order; no read keeps it waiting.
  const writes = watched(new pg.Pool({ ...options, max: 1 }))
  const reads = watched(new pg.Pool({ ...options, max: 2 }))
  const readers = new Set<PoolClient>()
  reads.on('connect', (client) => readers.add(client))
  reads.on('remove', (client) => readers.delete(client))
  return {
    dialect: POSTGRES,
    run: (statements) => transaction(writes, statements),
    migrate: (statements) =>
      // Milliseconds that stand for no bound: the driver has one for each query, and takes no 0.
      transaction(writes, [timeout(0), ...statements], { query_timeout: 2 ** 31 - 1 }),
    async read(statements, within) {
      if (within === undefined) return transaction(reads, statements)
      try {
        return (await transaction(reads, [timeout(within), ...statements])).slice(1)
      } catch (error) {
        const isCanceled = error instanceof Error && Reflect.get(error, 'code') === CANCELED
        throw isCanceled ? new SearchTooLong(error.message) : error
      }
    },
    // The room of the database is a matter of its own admin.
    room: async () => null,
    async close() {
      // Reads under way are broken off, and those that wait for a connection not awaited.
      for (const client of readers) void client.end()
      void reads.end()
      await writes.end()
    },
  }
}

/** Sets how many milliseconds each further statement of its transaction may take; 0 for no bound. */
function timeout(ms: number): Statement {
  const sql = `SELECT set_config('statement_timeout', $1, true)`
  return { sql, values: [String(Math.ceil(ms))] }
}

function watched(pool: Pool): Pool {
  // A lost connection rejects its statement; the next one opens another or says why not.
  const onLost = () => {}
  pool.on('error', onLost)
  // The pool listens to idle connections alone: a loss during a statement would end the process.
  pool.on('connect', (client) => client.on('error', onLost))
  return pool
}

/** `bounds`: of each query, as the driver takes them, though its types lack them. */
async function transaction(
  pool: Pool,
  statements: readonly Statement[],
  bounds: { readonly query_timeout?: number } = {},
): Promise<Answers> {
  const client = await pool.connect()
  try {
    // One statement is a transaction by itself, without two more round trips.
    const isOne = statements.length === 1
    if (!isOne) await client.query('BEGIN')
    const answers: (readonly SqlRow[])[] = []
    for (const { sql: text, values } of statements) {
      answers.push((await client.query<SqlRow>({ ...bounds, text, values: [...values] })).rows)
    }
    if (!isOne) await client.query('COMMIT')
    client.release()
    return answers
  } catch (error) {
    // The connection's transaction may be open: the connection is closed rather than used again.
    client.release(true)
    throw error
  }
}
