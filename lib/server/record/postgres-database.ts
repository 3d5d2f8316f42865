import type { PoolClient } from 'pg'
import { POSTGRES } from '#lib/server/record/record-tables.ts'
import type { SqlDatabase, SqlRow, Statement } from '#lib/server/record/sql-store.ts'

/** Milliseconds: a database that does not answer is trouble, and trouble is shown. */
const CONNECT_MS = 5_000
const STATEMENT_MS = 30_000

/** PostgreSQL at a `postgres://` URL. Connects at the first statement, again after a loss. */
export async function openPostgres(url: string): Promise<SqlDatabase> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'countersign',
    // One for appends, one for a search that takes long.
    max: 2,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + CONNECT_MS,
    keepAlive: true,
    allowExitOnIdle: true,
  })
  // A lost connection: its statement rejects, and the next one opens another or says why not.
  const onLost = () => {}
  pool.on('error', onLost)
  // The pool listens to idle connections alone: a loss during a statement would end the process.
  pool.on('connect', (client) => client.on('error', onLost))
  return {
    dialect: POSTGRES,
    async run(statements) {
      const client = await pool.connect()
      try {
        const rows = await inTransaction(client, statements)
        client.release()
        return rows
      } catch (error) {
        // Its transaction may be open: closed rather than used again.
        client.release(true)
        throw error
      }
    },
    close: () => pool.end(),
  }
}

async function inTransaction(
  client: PoolClient,
  statements: readonly Statement[],
): Promise<readonly (readonly SqlRow[])[]> {
  await client.query('BEGIN')
  const answers: (readonly SqlRow[])[] = []
  for (const { sql, values } of statements) {
    answers.push((await client.query<SqlRow>(sql, [...values])).rows)
  }
  await client.query('COMMIT')
  return answers
}
