import { DOCUMENTED_WINDOW } from '#lib/csr/stage/deadlines.ts'
import { DAY_MS } from '#lib/csr/units-of-time.ts'
import {
  type AlarmName,
  MOST_ALARMS,
  MOST_OF_MACHINE,
  MOST_WITHOUT_MACHINE,
} from '#lib/csr/world/alarms.ts'
import { DecisionSearch, type SearchBounds } from '#lib/journal/decision-search.ts'
import { DecisionTally } from '#lib/journal/decision-tally.ts'
import { retention } from '#lib/journal/record-retention.ts'
import {
  ALARM_KEY,
  APPROVED_AGAINST_KEY,
  type DecisionPlace,
  type DecisionsPage,
  type DecisionsQuery,
  DISMISSED_KEY,
  type RecordEntry,
  type StoredAlarm,
  type StoredDecision,
  type StoredEntry,
} from '#lib/journal/record-store.ts'
import { ARRIVAL, migrations, rankOf } from '#lib/journal/record-tables.ts'
import {
  numberOf,
  type SqlDatabase,
  type SqlRow,
  type SqlValue,
} from '#lib/journal/sql-database.ts'
import {
  COLUMN_COUNT,
  COLUMNS,
  ENTRY,
  storedEntry,
  storedName,
  valuesOf,
} from '#lib/journal/stored-rows.ts'

/** Most rows of one INSERT: far below either database's limit of parameters. */
const ROWS_AT_ONCE = 100
const BOUNDS: SearchBounds = { mostSorted: 50_000, scannedAtOnce: 20_000 }
/** Most shadow entries of one SELECT, 6 KB each: parsing them takes 10 ms. */
const SHADOWS_AT_ONCE = 200
/** Most rows of joins of one answer: more than a year of a large cluster has. */
const MOST_TIMES = 500_000
/** Most notes of one answer. */
const MOST_NOTES = 50
const LATEST_ENDED = 'ORDER BY started_at DESC LIMIT 500'
const PUT_RUN = `INSERT INTO countersign_run (id, started_at, ended_at, body) VALUES ($1, $2, $3, $4)
  ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, body = excluded.body`
/** Most written lines of each request: the API server takes one decision of it. */
const MOST_WRITES = 4

/** Most dismissals of one answer, 100 bytes each: a person made each of them. */
const MOST_DISMISSED = 100_000

/** 1 for an alarm `a` about an approval, and whether a person dismissed it. */
const IS_AGAINST = `CASE WHEN a.key LIKE '${ALARM_KEY}%' THEN 0 ELSE 1 END`
const DISMISSED = `EXISTS (SELECT 1 FROM countersign_entry d WHERE d.key = '${DISMISSED_KEY}' ||
  CASE WHEN a.key LIKE '${ALARM_KEY}%' THEN a.uid ELSE a.key END)`

/** Columns of a decision by which it is counted, and its request. */
const TALLIED = 'uid, at, status, origin'

/** The public part of the store: tests have others. */
export type RecordStore = Pick<SqlStore, keyof SqlStore>

/** Opens the record: migrates first, and refuses the tables of a newer version. */
export async function openSqlStore(
  database: SqlDatabase,
  bounds: Partial<SearchBounds> = {},
): Promise<RecordStore> {
  await migrate(database)
  const tally = new DecisionTally()
  const groups = `SELECT at / ${DAY_MS} * ${DAY_MS} AS at, status, origin, count(*) AS rows
    FROM countersign_decision GROUP BY 1, status, origin`
  const [rows] = await database.read([{ sql: groups, values: [] }])
  tally.count(rows, 1)
  return new SqlStore(database, tally, { ...BOUNDS, ...bounds })
}

/** The record in a database. Every call rejects while that cannot be reached. */
class SqlStore {
  readonly #database: SqlDatabase
  readonly #tally: DecisionTally
  readonly #search: DecisionSearch
  /** Most entries of a machine that are looked at. */
  readonly #latestOfMachine: number
  readonly #rank: string
  /** Shortest time between two calls of `retain` for what was appended, in milliseconds. */
  readonly retainEveryMs: number
  readonly retain: ReturnType<typeof retention>

  constructor(database: SqlDatabase, tally: DecisionTally, bounds: SearchBounds) {
    this.#database = database
    this.#tally = tally
    this.#search = new DecisionSearch(database, tally, bounds)
    this.#latestOfMachine = bounds.scannedAtOnce
    this.#rank = rankOf(database.dialect)
    this.retainEveryMs = database.dialect.sizeEveryMs
    this.retain = retention(database, (decisions) => tally.count(decisions, -1))
  }

  /** Appends all entries or none. */
  async append(entries: readonly RecordEntry[]): Promise<void> {
    const latest = new Map<string, RecordEntry>()
    for (const entry of entries) {
      if (entry.kind === 'decision' && entry.uid !== null) latest.set(entry.uid, entry)
    }
    const uids = [...latest.keys()]
    const keys = [...latest.values()].map(({ key }) => key)
    const standing = chunks(uids).map((some) => ({
      sql: `SELECT ${TALLIED} FROM countersign_decision WHERE uid IN (${places(some.length)})`,
      values: some,
    }))
    const inserts = chunks(entries).map((some) => ({
      sql: `INSERT INTO countersign_entry (${COLUMNS}) VALUES ${tuples(some.length)}
        ON CONFLICT (key) DO NOTHING`,
      values: some.flatMap(valuesOf),
    }))
    const latestRows = chunks(keys).map((some) => ({
      sql: `INSERT INTO countersign_decision (uid, entry, at, machine, status, origin, text)
        SELECT uid, id, at, machine, status, origin, text FROM countersign_entry
        WHERE key IN (${places(some.length)})
        ON CONFLICT (uid) DO UPDATE SET entry = excluded.entry, at = excluded.at,
          machine = excluded.machine, status = excluded.status, origin = excluded.origin,
          text = excluded.text
        WHERE excluded.entry > countersign_decision.entry
        RETURNING ${TALLIED}`,
      values: some,
    }))
    const answers = await this.#database.run([...standing, ...inserts, ...latestRows])
    const before = answers.slice(0, standing.length).flat()
    const after = answers.slice(standing.length + inserts.length).flat()
    const changed = new Set(after.map(({ uid }) => uid))
    const replaced = before.filter(({ uid }) => changed.has(uid))
    this.#tally.count(replaced, -1)
    this.#tally.count(after, 1)
  }

  /**
   * Rows `from` to `to` (exclusive) of the decisions that match, one for each request. Rejects with
   * SearchTooLong after two seconds.
   */
  page(query: DecisionsQuery, from: number, to: number): Promise<DecisionsPage> {
    return this.#search.page(query, from, to)
  }

  /** At most `limit` decisions that match and follow the place; null for the first ones. */
  after(
    query: DecisionsQuery,
    place: DecisionPlace | null,
    limit: number,
  ): Promise<readonly StoredDecision[]> {
    return this.#search.after(query, place, limit)
  }

  /** Lines with an Audit-Id about these requests, the first recorded first. */
  async writes(uids: readonly string[]) {
    const answers = await this.#database.read(
      chunks(uids).map((some) => ({
        sql: `SELECT uid, body FROM countersign_entry
          WHERE uid IN (${places(some.length)}) AND kind = 'line' AND body LIKE '%"auditId":"%'
          ORDER BY id LIMIT ${some.length * MOST_WRITES}`,
        values: some,
      })),
    )
    return answers.flat().map(({ uid, body }) => {
      const line: unknown = JSON.parse(String(body))
      return { uid: String(uid), body: line }
    })
  }

  /** At most `most` entries about a request, in the order of their recording: the cheapest are left out. */
  async about(uid: string, most: number) {
    const rows = await this.#read(
      `SELECT ${ENTRY} FROM countersign_entry WHERE uid = $1 AND kind <> 'shadow'
        ORDER BY ${this.#rank} DESC, id LIMIT $2`,
      [storedName(uid), most + 1],
    )
    const entries = rows.slice(0, most).map(storedEntry)
    return { entries: entries.sort((a, b) => a.id - b.id), isCut: rows.length > most }
  }

  /**
   * The last deletion of a machine's Node, then at most `most` requests of it that were never decided,
   * the latest first. Of a machine with very many requests it looks at the latest.
   */
  async undecided(machine: string, most: number): Promise<readonly StoredEntry[]> {
    const name = storedName(machine)
    // Without its end, a flood of decided requests of one name would be read whole. With an equal
    // kind, SQLite would read all requests of the record.
    const latest = `(SELECT id FROM countersign_entry
      WHERE machine = $1 AND kind IN ('request', 'node') ORDER BY id DESC LIMIT $3)`
    const rows = await this.#database.read([
      {
        sql: `SELECT ${ENTRY} FROM countersign_entry WHERE kind = 'node' AND machine = $1
          ORDER BY at DESC LIMIT 1`,
        values: [name],
      },
      {
        sql: `SELECT ${ENTRY} FROM countersign_entry e WHERE id IN ${latest} AND kind <> 'node'
          AND NOT EXISTS (SELECT 1 FROM countersign_decision d WHERE d.uid = e.uid)
          ORDER BY id DESC LIMIT $2`,
        values: [name, most, this.#latestOfMachine],
      },
    ])
    return rows.flat().map(storedEntry)
  }

  /**
   * Reads the `limit` entries recorded after that one (0: the first ones): those of the trail, of one
   * machine where named, and the last that was read; null at the end.
   */
  async trail(machine: string | undefined, after: number, limit: number) {
    const name = machine === undefined ? [] : [storedName(machine)]
    // A scan for a machine's few entries would keep other reads waiting.
    const next = (what: string) =>
      `(SELECT ${what} FROM countersign_entry WHERE id > $1 ORDER BY id LIMIT $2) e`
    const [ends = [], rows = []] = await this.#database.read([
      { sql: `SELECT max(id) AS last FROM ${next('id')}`, values: [after, limit] },
      {
        sql: `SELECT ${ENTRY} FROM ${next('*')} WHERE kind <> 'shadow'
          ${machine === undefined ? '' : 'AND machine = $3'} ORDER BY id`,
        values: [after, limit, ...name],
      },
    ])
    const last = ends[0]?.last ?? null
    return { entries: rows.map(storedEntry), last: last === null ? null : numberOf(last) }
  }

  /**
   * Numbers of joins since that time by day and the seconds that they took, and how many took longer
   * than the documented hour. `ahead`: milliseconds that the days are ahead of UTC.
   */
  async joins(since: number, ahead = 0) {
    const rows = await this.#read(
      `SELECT ${dayOf('at')} AS day, (took + 500) / 1000 AS seconds, count(*) AS rows,
          sum(CASE WHEN took > ${DOCUMENTED_WINDOW} THEN 1 ELSE 0 END) AS late
        FROM countersign_entry WHERE kind = 'join' AND at >= $1
        GROUP BY 1, 2 LIMIT ${MOST_TIMES}`,
      [since, ahead],
    )
    return rows.map(({ day, seconds, rows: joined, late }) => ({
      day: numberOf(day),
      seconds: seconds === null ? null : numberOf(seconds),
      joined: numberOf(joined),
      late: numberOf(late),
    }))
  }

  /** Numbers of machines by the day since then on which their first request was filed that is no renewal. */
  async arrivals(since: number, ahead = 0): Promise<ReadonlyMap<number, number>> {
    const rows = await this.#read(
      `SELECT ${dayOf('filed')} AS day, count(*) AS rows FROM (
          SELECT min(at) AS filed FROM countersign_entry WHERE ${ARRIVAL} AND at >= $1 GROUP BY machine
        ) arrived GROUP BY 1`,
      [since, ahead],
    )
    return new Map(rows.map(({ day, rows: machines }) => [numberOf(day), numberOf(machines)]))
  }

  /**
   * The latest alarms of each machine and of requests without one, those about certificates first,
   * and the names of alarms that a person dismissed.
   */
  async alarms() {
    const [raised = [], dismissed = []] = await this.#database.read([
      {
        sql: `WITH placed AS (
            SELECT id, key, uid, machine, at, row_number() OVER (
              PARTITION BY machine, ${IS_AGAINST} ORDER BY at DESC, id DESC
            ) AS place FROM countersign_entry a WHERE kind = 'alarm' AND NOT ${DISMISSED}
          )
          SELECT a.key, a.uid, a.machine, a.at, e.body
            FROM placed a JOIN countersign_entry e ON e.id = a.id
            WHERE place <= CASE WHEN a.machine IS NULL
              THEN ${MOST_WITHOUT_MACHINE} ELSE ${MOST_OF_MACHINE} END
            ORDER BY ${IS_AGAINST}, a.at DESC, a.id DESC LIMIT ${2 * MOST_ALARMS}`,
        values: [],
      },
      {
        sql: `SELECT key, uid FROM countersign_entry a WHERE kind = 'alarm' AND ${DISMISSED}
          ORDER BY id DESC LIMIT ${MOST_DISMISSED}`,
        values: [],
      },
    ])
    return {
      raised: raised.map(
        (row): StoredAlarm => ({
          ...alarmName(row),
          machine: typeof row.machine === 'string' ? row.machine : null,
          at: numberOf(row.at),
          body: JSON.parse(String(row.body)),
        }),
      ),
      dismissed: dismissed.map(alarmName),
    }
  }

  /** Reads JSON of the shadow entries since that time, the latest first, until `take` has enough. */
  async shadows(since: number, take: (bodies: readonly string[]) => boolean): Promise<void> {
    let place: readonly SqlValue[] = []
    for (;;) {
      const next = place.length === 0 ? '' : ' AND (at, id) < ($2, $3)'
      const rows = await this.#read(
        `SELECT id, at, body FROM countersign_entry WHERE kind = 'shadow' AND at >= $1${next}
          ORDER BY at DESC, id DESC LIMIT ${SHADOWS_AT_ONCE}`,
        [since, ...place],
      )
      const last = rows.at(-1)
      const isEnough = take(rows.map(({ body }) => String(body)))
      if (isEnough || last === undefined || rows.length < SHADOWS_AT_ONCE) return
      place = [numberOf(last.at), numberOf(last.id)]
    }
  }

  /** JSON of the notes of runs under way that began since that time, the earliest first: at most 50. */
  runNotes(since: number): Promise<readonly string[]> {
    const some = `ended_at IS NULL AND started_at >= $1 ORDER BY started_at LIMIT ${MOST_NOTES}`
    return this.#runs(some, [since])
  }

  /** JSON of the runs that have ended, the latest first: at most 500. */
  endedRuns(): Promise<readonly string[]> {
    return this.#runs(`ended_at IS NOT NULL ${LATEST_ENDED}`)
  }

  /** Writes a note of a run under way anew, which is no entry of the trail. One that has ended stays. */
  async noteRun(id: string, startedAt: number, body: string): Promise<void> {
    const sql = `${PUT_RUN} WHERE countersign_run.ended_at IS NULL`
    await this.#database.run([{ sql, values: [id, startedAt, null, body] }])
  }

  /** Writes an ended run in the place of its note. Only the latest 500 stay. */
  async endRun(id: string, startedAt: number, body: string): Promise<void> {
    const older = `DELETE FROM countersign_run WHERE ended_at IS NOT NULL AND id NOT IN
      (SELECT id FROM countersign_run WHERE ended_at IS NOT NULL ${LATEST_ENDED})`
    await this.#database.run([
      { sql: PUT_RUN, values: [id, startedAt, startedAt, body] },
      { sql: older, values: [] },
    ])
  }

  close(): Promise<void> {
    return this.#database.close()
  }

  async #runs(some: string, values: readonly SqlValue[] = []): Promise<readonly string[]> {
    const rows = await this.#read(`SELECT body FROM countersign_run WHERE ${some}`, values)
    return rows.map(({ body }) => String(body))
  }

  async #read(sql: string, values: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    const [rows = []] = await this.#database.read([{ sql, values }])
    return rows
  }
}

/** Number of the day of a time, where `$2` is how many milliseconds the days are ahead of UTC. */
function dayOf(time: string): string {
  return `(${time} + CAST($2 AS BIGINT)) / ${DAY_MS}`
}

function alarmName({ key, uid }: SqlRow): AlarmName {
  const isAgainst = String(key).startsWith(APPROVED_AGAINST_KEY)
  return { kind: isAgainst ? 'approvedAgainst' : 'issuedOtherwise', uid: String(uid) }
}

function chunks<T>(all: readonly T[]): readonly (readonly T[])[] {
  const some: (readonly T[])[] = []
  for (let at = 0; at < all.length; at += ROWS_AT_ONCE) some.push(all.slice(at, at + ROWS_AT_ONCE))
  return some
}

function places(count: number, from = 1): string {
  return Array.from({ length: count }, (_, at) => `$${from + at}`).join(', ')
}

function tuples(rows: number): string {
  const one = (_: unknown, row: number) => `(${places(COLUMN_COUNT, row * COLUMN_COUNT + 1)})`
  return Array.from({ length: rows }, one).join(', ')
}

/** Brings the tables of the record up to date; rejects for those of a newer version. */
async function migrate(database: SqlDatabase): Promise<void> {
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
