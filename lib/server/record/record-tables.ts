/** Differences between the SQL of SQLite and of PostgreSQL. */
export interface Dialect {
  readonly identity: string
  /** Function that answers the position of the second text in the first; 0 for none. */
  readonly position: 'instr' | 'strpos'
  /** Query of one row, `bytes`: the stored size. */
  readonly size: string
}

export const SQLITE: Dialect = {
  identity: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  position: 'instr',
  size: `SELECT (p.page_count - f.freelist_count) * s.page_size AS bytes
    FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s`,
}

export const POSTGRES: Dialect = {
  identity: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  position: 'strpos',
  // Deleted rows keep their space in the file, so its size would never shrink.
  size: 'SELECT coalesce(sum(pg_column_size(e.*)), 0)::bigint AS bytes FROM countersign_entry e',
}

/** Migrations in order: each runs once, and a released one never changes. */
export function migrations({ identity }: Dialect): readonly (readonly string[])[] {
  return [
    [
      `CREATE TABLE countersign_entry (
        id ${identity},
        key TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        at BIGINT NOT NULL,
        recorded_at BIGINT NOT NULL,
        uid TEXT,
        machine TEXT,
        person TEXT,
        status TEXT,
        origin TEXT,
        took BIGINT,
        text TEXT NOT NULL,
        body TEXT NOT NULL
      )`,
      'CREATE INDEX countersign_entry_kind ON countersign_entry (kind, at, machine, took)',
      // The latest decision entry of each request: entries stay as they were appended.
      `CREATE TABLE countersign_decision (
        uid TEXT NOT NULL PRIMARY KEY,
        entry BIGINT NOT NULL UNIQUE,
        at BIGINT NOT NULL,
        machine TEXT,
        status TEXT NOT NULL,
        origin TEXT NOT NULL,
        text TEXT NOT NULL
      )`,
      `CREATE INDEX countersign_decision_order
        ON countersign_decision (at DESC, entry DESC, status, origin)`,
      'CREATE INDEX countersign_decision_machine ON countersign_decision (machine, at DESC, entry DESC)',
    ],
  ]
}
