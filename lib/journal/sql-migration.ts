import { migrations } from '#lib/journal/record-tables.ts'
import { numberOf, type SqlDatabase } from '#lib/journal/sql-database.ts'

/** Brings the tables of the record up to date; rejects for those of a newer version. */
export async function migrate(database: SqlDatabase): Promise<void> {
  const steps = migrations(database.dialect)
  const table = 'countersign_migration'
  const [, found = []] = await database.run([
    {
      sql: `CREATE TABLE IF NOT EXISTS ${table} (version INTEGER NOT NULL PRIMARY KEY)`,
      values: [],
    },
    { sql: `SELECT max(version) AS version FROM ${table}`, values: [] },
  ])
  const done = numberOf(found[0]?.version ?? 0)
  if (done > steps.length) {
    throw new Error(`The record has tables of version ${done}; this program knows ${steps.length}.`)
  }
  for (const [at, step] of steps.entries()) {
    if (at < done) continue
    await database.migrate([
      ...step.map((sql) => ({ sql, values: [] })),
      { sql: `INSERT INTO ${table} (version) VALUES ($1)`, values: [at + 1] },
    ])
  }
}
