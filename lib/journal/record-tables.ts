import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { DISMISSED_KEY, WRITTEN_OUTCOMES } from '#lib/journal/record-store.ts'

/** Differences between the SQL of SQLite and of PostgreSQL. */
export interface Dialect {
  readonly identity: string
  /** Function that answers the position of the second text in the first; 0 for none. */
  readonly position: 'instr' | 'strpos'
  /** Bytes of an entry, indexes included: an expression. */
  readonly entryBytes: string
  /** Query of one row: `bytes` stored, and bytes that are `free` for others in the same file. */
  readonly size: string
  /** Shortest time between two looks at the size, in milliseconds. */
  readonly sizeEveryMs: number
  /** Statements that make an index of the search texts, by three characters each; none without one. */
  readonly searchIndex: readonly string[]
  /** Entries that the index finds for `$1`, from `gramsOf`; null without an index. */
  readonly found: string | null
  /** Query that readies its transaction for a scan of the search texts; null where none helps. */
  readonly beforeScan: string | null
  /** Condition that ends a search after its time; null where the database does so by itself. */
  readonly inTime: string | null
  /** Statements by which an index answers alone for the latest rows, too; none where it always does. */
  readonly visibility: readonly string[]
}

/**
 * Classes of entries, the cheapest to lose first. A flood of requests or of refused tries must not
 * push out the deciders and their decisions. An index has the classes: it is made anew where one
 * changes.
 */
const CLASSES = ['shadow', 'try', 'visit', 'request', 'line', 'join', 'alarm', 'decision'] as const

/** Rank of an entry among the classes, as an expression. */
export function rankOf({ position }: Pick<Dialect, 'position'>): string {
  const says = (part: string) => `${position}(body, '"${part}') > 0`
  const cases: readonly (readonly [(typeof CLASSES)[number], string])[] = [
    ['shadow', "kind = 'shadow'"],
    ['request', "kind = 'request'"],
    ['join', "kind = 'join'"],
    ['alarm', `kind = 'alarm' OR ${position}(key, '${DISMISSED_KEY}') = 1`],
    ['decision', `kind = 'decision'`],
    // Lines of standard output.
    ['decision', WRITTEN_OUTCOMES.map((outcome) => says(`outcome":"${outcome}"`)).join(' OR ')],
    // A proposal that a try created.
    ['decision', says('proposal":"')],
    ['try', says('event":"decision.')],
    ['visit', `${says('event":"session.')} OR ${says('event":"refused')}`],
  ]
  const rows = cases.map(([name, when]) => `WHEN ${when} THEN ${CLASSES.indexOf(name)}`)
  return `(CASE ${rows.join(' ')} ELSE ${CLASSES.indexOf('line')} END)`
}

/**
 * Appends never merge the index by a little, which takes 20 ms at times: 256 small parts are merged
 * at once. A stored text is not in it twice: found entries are compared with theirs.
 */
const SEARCH_INDEX = [
  `CREATE VIRTUAL TABLE countersign_search USING fts5(
    text, tokenize='trigram case_sensitive 1', content='', contentless_delete=1, detail=none
  )`,
  "INSERT INTO countersign_search (countersign_search, rank) VALUES ('automerge', 0)",
  "INSERT INTO countersign_search (countersign_search, rank) VALUES ('crisismerge', 256)",
  'INSERT INTO countersign_search (rowid, text) SELECT entry, text FROM countersign_decision',
  `CREATE TRIGGER countersign_search_insert AFTER INSERT ON countersign_decision BEGIN
    INSERT INTO countersign_search (rowid, text) VALUES (new.entry, new.text);
  END`,
  `CREATE TRIGGER countersign_search_update AFTER UPDATE ON countersign_decision BEGIN
    DELETE FROM countersign_search WHERE rowid = old.entry;
    INSERT INTO countersign_search (rowid, text) VALUES (new.entry, new.text);
  END`,
  `CREATE TRIGGER countersign_search_delete AFTER DELETE ON countersign_decision BEGIN
    DELETE FROM countersign_search WHERE rowid = old.entry;
  END`,
]

/** Groups of three characters that cover those words; null where no word is that long. */
export function gramsOf(words: readonly string[]): string | null {
  const grams = words.flatMap((word) => {
    const letters = [...word]
    const last = letters.length - 3
    const begins = letters.map((_, at) => at).filter((at) => at <= last && at % 3 === 0)
    return [...begins, ...(last < 0 ? [] : [last])].map((at) => letters.slice(at, at + 3).join(''))
  })
  // Most groups of one search: any part of the words' characters finds candidates.
  const some = [...new Set(grams)].slice(0, 32)
  if (some.length === 0) return null
  return some.map((gram) => `"${gram.replaceAll('"', '""')}"`).join(' AND ')
}

export const SQLITE: Dialect = {
  identity: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  position: 'instr',
  entryBytes: 'length(body) + length(text) + 400',
  size: `SELECT (p.page_count - f.freelist_count) * s.page_size AS bytes,
      f.freelist_count * s.page_size AS free
    FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s`,
  sizeEveryMs: 0,
  searchIndex: SEARCH_INDEX,
  found: `SELECT rowid AS id FROM countersign_search
    WHERE countersign_search MATCH $1 AND (rowid % 64 > 0 OR in_time() = 1)`,
  beforeScan: null,
  // lib/journal/sqlite-thread.ts has the function; each 64th row costs no time.
  inTime: '(entry % 64 > 0 OR in_time() = 1)',
  visibility: [],
}

export const POSTGRES: Dialect = {
  identity: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  position: 'strpos',
  entryBytes: 'pg_column_size(countersign_entry.*)',
  // Deleted rows keep their space in the file, so its size would never shrink.
  size: 'SELECT coalesce(sum(pg_column_size(e.*)), 0)::bigint AS bytes, 0 AS free FROM countersign_entry e',
  // The sum reads the whole table.
  sizeEveryMs: 10 * 60_000,
  // Its trigrams are an extension, which may be absent and takes an owner's right to add.
  searchIndex: [],
  found: null,
  // PostgreSQL takes each word to be in a third of the texts, and would scan with one process.
  beforeScan: `SELECT set_config('parallel_setup_cost', '0', true),
    set_config('parallel_tuple_cost', '0', true)`,
  inTime: null,
  // PostgreSQL vacuums a table once a fifth was inserted: the last weeks would be read row by row.
  visibility: ['entry', 'decision'].map(
    (table) =>
      `ALTER TABLE countersign_${table} SET (autovacuum_vacuum_insert_scale_factor = 0.01)`,
  ),
}

/** Condition of decisions about a kubelet's request whose recorded verdict held it back. */
function heldBack({ position }: Pick<Dialect, 'position'>): string {
  const says = (field: string, values: readonly string[]) =>
    values.map((value) => `${position}(body, '"${field}":"${value}"') > 0`).join(' OR ')
  const signers = [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING]
  const verdict = says('judged":{"verdict', ['suspicious', 'refused'])
  return `(${verdict}) AND (${says('signerName', signers)})`
}

/** Condition of requests by which a machine begins to wait: its own node files all others. */
export const ARRIVAL = "kind = 'request' AND person <> 'system:node:' || machine"

/** Migrations in order: each runs once, and a released one never changes. */
export function migrations(dialect: Dialect): readonly (readonly string[])[] {
  const { identity, searchIndex, visibility } = dialect
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
    searchIndex,
    [
      // Notes of runs: no part of the trail.
      `CREATE TABLE countersign_run (
        id TEXT NOT NULL PRIMARY KEY,
        started_at BIGINT NOT NULL,
        body TEXT NOT NULL
      )`,
    ],
    [
      // With all columns of the query: SQLite would take the index of kinds, and read each request.
      `CREATE INDEX countersign_entry_arrival ON countersign_entry (kind, at, machine, person)
        WHERE ${ARRIVAL}`,
    ],
    ['CREATE INDEX countersign_entry_uid ON countersign_entry (uid)'],
    [`CREATE INDEX countersign_entry_rank ON countersign_entry (${rankOf(dialect)}, id)`],
    // Approvals against the checks that were recorded before the filter of that name.
    [
      `UPDATE countersign_decision SET status = status || '+against'
        WHERE status = 'approved' AND entry IN (
          SELECT id FROM countersign_entry WHERE kind = 'decision' AND ${heldBack(dialect)}
        )`,
    ],
    // Set for a run that has ended: its body is its last summary.
    ['ALTER TABLE countersign_run ADD COLUMN ended_at BIGINT'],
    [
      `CREATE INDEX countersign_entry_machine ON countersign_entry (machine, id)
        WHERE kind IN ('request', 'node')`,
    ],
    visibility,
  ]
}
