import { LONGEST_ROW_NAME } from '#lib/csr/reading/cut-text.ts'
import {
  type AlarmName,
  MOST_ALARMS,
  MOST_OF_MACHINE,
  MOST_WITHOUT_MACHINE,
} from '#lib/csr/world/alarms.ts'
import { DAY_MS, DecisionTally } from '#lib/journal/decision-tally.ts'
import { retention } from '#lib/journal/record-retention.ts'
import {
  ALARM_KEY,
  APPROVED_AGAINST_KEY,
  type DecisionPlace,
  type DecisionsPage,
  type DecisionsQuery,
  DISMISSED_KEY,
  type RecordEntry,
  type RecordStore,
  type StoredDecision,
  type StoredEntry,
} from '#lib/journal/record-store.ts'
import { ARRIVAL, gramsOf, migrations, rankOf } from '#lib/journal/record-tables.ts'
import {
  numberOf,
  type SqlDatabase,
  type SqlRow,
  type SqlValue,
  type Statement,
} from '#lib/journal/sql-database.ts'

/** Rows of one INSERT: far below either database's limit of parameters. */
const ROWS_AT_ONCE = 100
/** Milliseconds of one search. */
const SEARCH_MS = 2_000
/** Entries that one statement looks through for an export or a machine: pages come in between. */
const SCANNED_AT_ONCE = 20_000
/** Shadow entries of one SELECT, 6 KB each: parsing them takes 10 ms. */
const SHADOWS_AT_ONCE = 200
/** Joins and arrivals of one answer: more than a year of a large cluster has. */
const MOST_TIMES = 500_000
/** Notes of one answer. */
const MOST_NOTES = 50
const LATEST_ENDED = 'ORDER BY started_at DESC LIMIT 500'
/** Written lines of each request: the API server takes one decision of it. */
const MOST_WRITES = 4

/** Dismissals of one answer, 100 bytes each: a person made each of them. */
const MOST_DISMISSED = 100_000

/** 1 for an alarm `a` about an approval, and whether a person dismissed it. */
const IS_AGAINST = `CASE WHEN a.key LIKE '${ALARM_KEY}%' THEN 0 ELSE 1 END`
const DISMISSED = `EXISTS (SELECT 1 FROM countersign_entry d WHERE d.key = '${DISMISSED_KEY}' ||
  CASE WHEN a.key LIKE '${ALARM_KEY}%' THEN a.uid ELSE a.key END)`

const COLUMNS = 'key, kind, at, recorded_at, uid, machine, person, status, origin, took, text, body'
const COLUMN_COUNT = 12
/** Columns of a StoredEntry. */
const ENTRY = 'id, kind, at, recorded_at, uid, machine, person, body'

/** PostgreSQL's indexes take 2,700 bytes. */
const LONGEST_NAME = LONGEST_ROW_NAME
const LONGEST_TEXT = 20_000

/** Matches of a search that one statement finds, counts and sorts. */
const MOST_SORTED = 50_000

/** The first time that is known: 0 stands for an unknown one. */
const EARLIEST = 1

/** Part of a query's time. */
interface Part {
  /** Its end, in milliseconds since the epoch, exclusive. */
  readonly before: number
  /** Number of matches. */
  readonly rows: number
}

/** Opens the record: migrates first, and refuses the tables of a newer version. */
export async function openSqlStore(
  database: SqlDatabase,
  mostSorted = MOST_SORTED,
  scannedAtOnce = SCANNED_AT_ONCE,
): Promise<RecordStore> {
  const { dialect } = database
  const rank = rankOf(dialect)
  const read = async (sql: string, values: readonly SqlValue[] = [], within?: number) => {
    const [rows = []] = await database.read([{ sql, values }], within)
    return rows
  }
  const write = (sql: string, values: readonly SqlValue[]) => database.run([{ sql, values }])
  await migrate(database)
  const tally = new DecisionTally()
  tally.count(await readGroups(), 1)

  function readGroups(): Promise<readonly SqlRow[]> {
    return read(`SELECT at / ${DAY_MS} * ${DAY_MS} AS at, status, origin, count(*) AS rows
      FROM countersign_decision GROUP BY 1, status, origin`)
  }

  async function append(entries: readonly RecordEntry[]): Promise<void> {
    const latest = new Map<string, RecordEntry>()
    for (const entry of entries) {
      if (entry.kind === 'decision' && entry.uid !== null) latest.set(entry.uid, entry)
    }
    const uids = [...latest.keys()]
    const keys = [...latest.values()].map(({ key }) => key)
    const standing = chunks(uids).map((some) => ({
      sql: `SELECT at, status, origin FROM countersign_decision WHERE uid IN (${places(some.length)})`,
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
        WHERE excluded.entry > countersign_decision.entry`,
      values: some,
    }))
    const answers = await database.run([...standing, ...inserts, ...latestRows, ...standing])
    for (let at = 0; at < standing.length; at += 1) {
      tally.count(answers[at], -1)
      tally.count(answers[answers.length - standing.length + at], 1)
    }
  }

  /**
   * Parts of the query's time and their numbers of matches, the latest first: what of a day lies at
   * either end, and whole days. For a search, or of one machine, only a scan of the condition tells.
   */
  async function partsOf(
    query: DecisionsQuery,
    condition: Statement,
    within: number | undefined,
  ): Promise<readonly Part[]> {
    const { before = Number.POSITIVE_INFINITY } = query
    const since = isTimed(query) ? sinceOf(query) : Number.NEGATIVE_INFINITY
    const [first, end] = [Math.ceil(since / DAY_MS), Math.floor(before / DAY_MS)]
    if (query.words.length > 0 || query.machine !== undefined || first >= end) {
      return [{ before, rows: await countOf(condition, within) }]
    }
    const partOf = async (part: DecisionsQuery) => [
      { before: part.before ?? before, rows: await countOf(conditionOf(part), within) },
    ]
    const [late, early] = await Promise.all([
      query.before === undefined ? [] : partOf({ ...query, since: end * DAY_MS }),
      isTimed(query) ? partOf({ ...query, before: first * DAY_MS }) : [],
    ])
    return [...late, ...tally.days(query, first, end), ...early]
  }

  /** Condition of the query; its statuses are those that occur. */
  function conditionOf(query: DecisionsQuery): Statement {
    const values: SqlValue[] = []
    const place = (value: SqlValue) => `$${values.push(value)}`
    const parts = wordsOf(query).map((word) => `${dialect.position}(text, ${place(word)}) > 0`)
    if (parts.length > 0 && dialect.inTime !== null) parts.unshift(dialect.inTime)
    if (query.machine !== undefined) {
      parts.push(`machine = ${place(storable(query.machine, LONGEST_NAME))}`)
    }
    if (isTimed(query)) {
      parts.push(`at >= ${place(sinceOf(query))}`)
      if (query.before !== undefined) parts.push(`at < ${place(query.before)}`)
    }
    if (query.origin !== undefined) parts.push(`origin = ${place(query.origin)}`)
    if (query.decision !== 'all') {
      const wanted = tally.statuses(query.decision)
      parts.push(wanted.length === 0 ? '1 = 0' : `status IN (${wanted.map(place).join(', ')})`)
    }
    return { sql: parts.length === 0 ? '1 = 1' : parts.join(' AND '), values }
  }

  /** Decisions of a table, or of a part of it, with their bodies. */
  function bodiesOf(from: string, range: string): string {
    return `SELECT d.at, d.entry AS id, e.body FROM (
        SELECT at, entry FROM ${from} ORDER BY at DESC, entry DESC ${range}
      ) d JOIN countersign_entry e ON e.id = d.entry ORDER BY d.at DESC, d.entry DESC`
  }

  return {
    append,
    async page(query, from, to) {
      const condition = conditionOf(query)
      const within = timeOf(query)
      const counts = tally.counts()
      const earliest = await earliestOf()
      const range = [to - from, from]
      const matches =
        query.words.length === 0 ? null : await matchesOf(query, condition, range, within)
      if (matches !== null) return { ...matches, counts, earliest }
      const parts = await partsOf(query, condition, within())
      const total = parts.reduce((sum, { rows }) => sum + rows, 0)
      // Rows are skipped by parts: the database would walk through half a million.
      let skipped = 0
      const begin = parts.find(({ rows }) => {
        const isWithin = from < skipped + rows
        if (!isWithin) skipped += rows
        return isWithin
      })
      if (begin === undefined) return { total, counts, earliest, rows: [] }
      const values = [...condition.values]
      const sql = Number.isFinite(begin.before)
        ? `${condition.sql} AND at < $${values.push(begin.before)}`
        : condition.sql
      const page = bodiesOf(`countersign_decision WHERE ${sql}`, rangeAfter(values))
      const rows = await read(page, [...values, to - from, from - skipped], within())
      return { total, counts, earliest, rows: rows.map(storedDecision) }
    },
    async after(query, place, limit) {
      const found: StoredDecision[] = []
      const { since = 0, before } = query
      for (let next = place ?? (before === undefined ? null : { at: before, id: 0 }); ; ) {
        const last = query.words.length === 0 ? null : await endOfScan(next)
        found.push(...(await between(query, next, last, limit - found.length)))
        if (last === null || last.at < since || found.length >= limit) return found
        next = last
      }
    },
    async writes(uids) {
      const answers = await database.read(
        chunks(uids).map((some) => ({
          sql: `SELECT uid, body FROM countersign_entry
            WHERE uid IN (${places(some.length)}) AND kind = 'line' AND body LIKE '%"auditId":"%'
            ORDER BY id LIMIT ${some.length * MOST_WRITES}`,
          values: some,
        })),
      )
      return answers.flat().map(({ uid, body }) => ({
        uid: String(uid),
        body: JSON.parse(String(body)),
      }))
    },
    async about(uid, most) {
      const rows = await read(
        `SELECT ${ENTRY} FROM countersign_entry WHERE uid = $1 AND kind <> 'shadow'
          ORDER BY ${rank} DESC, id LIMIT $2`,
        [storable(uid, LONGEST_NAME), most + 1],
      )
      const entries = rows.slice(0, most).map(storedEntry)
      return { entries: entries.sort((a, b) => a.id - b.id), isCut: rows.length > most }
    },
    async undecided(machine, most) {
      const name = storable(machine, LONGEST_NAME)
      // Without its end, a flood of decided requests of one name would be read whole. With an equal
      // kind, SQLite would read all requests of the record.
      const latest = `(SELECT id FROM countersign_entry
        WHERE machine = $1 AND kind IN ('request', 'node') ORDER BY id DESC LIMIT $3)`
      const rows = await database.read([
        {
          sql: `SELECT ${ENTRY} FROM countersign_entry WHERE kind = 'node' AND machine = $1
            ORDER BY at DESC LIMIT 1`,
          values: [name],
        },
        {
          sql: `SELECT ${ENTRY} FROM countersign_entry e WHERE id IN ${latest} AND kind <> 'node'
            AND NOT EXISTS (SELECT 1 FROM countersign_decision d WHERE d.uid = e.uid)
            ORDER BY id DESC LIMIT $2`,
          values: [name, most, scannedAtOnce],
        },
      ])
      return rows.flat().map(storedEntry)
    },
    async trail(machine, after, limit) {
      const name = machine === undefined ? [] : [storable(machine, LONGEST_NAME)]
      // A scan for a machine's few entries would keep other reads waiting.
      const next = (what: string) =>
        `(SELECT ${what} FROM countersign_entry WHERE id > $1 ORDER BY id LIMIT $2) e`
      const [ends = [], rows = []] = await database.read([
        { sql: `SELECT max(id) AS last FROM ${next('id')}`, values: [after, limit] },
        {
          sql: `SELECT ${ENTRY} FROM ${next('*')} WHERE kind <> 'shadow'
            ${machine === undefined ? '' : 'AND machine = $3'} ORDER BY id`,
          values: [after, limit, ...name],
        },
      ])
      const last = ends[0]?.last ?? null
      return { entries: rows.map(storedEntry), last: last === null ? null : numberOf(last) }
    },
    async joins(since) {
      const rows = await read(
        `SELECT at, took FROM countersign_entry WHERE kind = 'join' AND at >= $1
          ORDER BY at LIMIT ${MOST_TIMES}`,
        [since],
      )
      return rows.map(({ at, took }) => ({
        at: numberOf(at),
        took: took === null ? null : numberOf(took),
      }))
    },
    async arrivals(since) {
      const rows = await read(
        `SELECT min(at) AS at FROM countersign_entry
          WHERE ${ARRIVAL} AND at >= $1 GROUP BY machine LIMIT ${MOST_TIMES}`,
        [since],
      )
      return rows.map(({ at }) => numberOf(at))
    },
    async alarms() {
      const [raised = [], dismissed = []] = await database.read([
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
        raised: raised.map((row) => ({
          ...alarmName(row),
          machine: typeof row.machine === 'string' ? row.machine : null,
          at: numberOf(row.at),
          body: JSON.parse(String(row.body)),
        })),
        dismissed: dismissed.map(alarmName),
      }
    },
    async shadows(since, take) {
      let place: readonly SqlValue[] = []
      for (;;) {
        const next = place.length === 0 ? '' : ' AND (at, id) < ($2, $3)'
        const rows = await read(
          `SELECT id, at, body FROM countersign_entry WHERE kind = 'shadow' AND at >= $1${next}
            ORDER BY at DESC, id DESC LIMIT ${SHADOWS_AT_ONCE}`,
          [since, ...place],
        )
        const last = rows.at(-1)
        const isEnough = take(rows.map(({ body }) => String(body)))
        if (isEnough || last === undefined || rows.length < SHADOWS_AT_ONCE) return
        place = [numberOf(last.at), numberOf(last.id)]
      }
    },
    async runNotes(since) {
      const rows = await read(
        `SELECT body FROM countersign_run WHERE ended_at IS NULL AND started_at >= $1
          ORDER BY started_at LIMIT ${MOST_NOTES}`,
        [since],
      )
      return rows.map(({ body }) => String(body))
    },
    async endedRuns() {
      const rows = await read(
        `SELECT body FROM countersign_run WHERE ended_at IS NOT NULL ${LATEST_ENDED}`,
      )
      return rows.map(({ body }) => String(body))
    },
    async noteRun(id, startedAt, body) {
      await write(
        `INSERT INTO countersign_run (id, started_at, body) VALUES ($1, $2, $3)
          ON CONFLICT (id) DO UPDATE SET body = excluded.body
          WHERE countersign_run.ended_at IS NULL`,
        [id, startedAt, body],
      )
    },
    async endRun(id, startedAt, body) {
      await database.run([
        {
          sql: `INSERT INTO countersign_run (id, started_at, ended_at, body) VALUES ($1, $2, $2, $3)
            ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, body = excluded.body`,
          values: [id, startedAt, body],
        },
        {
          sql: `DELETE FROM countersign_run WHERE ended_at IS NOT NULL AND id NOT IN
            (SELECT id FROM countersign_run WHERE ended_at IS NOT NULL ${LATEST_ENDED})`,
          values: [],
        },
      ])
    },
    retainEveryMs: dialect.sizeEveryMs,
    retain: retention(database, (decisions) => tally.count(decisions, -1)),
    close: () => database.close(),
  }

  /** A page of a search with its total; null where there are more matches than are counted at once. */
  async function matchesOf(
    query: DecisionsQuery,
    { sql, values }: Statement,
    range: readonly SqlValue[],
    within: () => number | undefined,
  ): Promise<Pick<DecisionsPage, 'total' | 'rows'> | null> {
    const matches = `SELECT at, entry FROM countersign_decision WHERE ${sql}`
    const limit = `LIMIT ${mostSorted + 1}`
    const { found, beforeScan } = dialect
    const grams = found === null ? null : gramsOf(wordsOf(query))
    if (found !== null && grams !== null) {
      const few = found.replace('$1', `$${values.length + 1}`)
      // A cross join looks up each of the few, and never reads all decisions of a range of days.
      const looked = `SELECT at, entry FROM few CROSS JOIN countersign_decision ON entry = id`
      const indexed = `few AS MATERIALIZED (${few} ${limit}), matches AS MATERIALIZED
        (${looked} WHERE ${sql} AND (SELECT count(*) FROM few) <= ${mostSorted})`
      const some = { sql: indexed, values: [...values, grams] }
      const page = await pageOf(some, 'few', range, within())
      if (page !== null) return page
    }
    const scanned = `matches AS MATERIALIZED (${matches} ${limit})`
    return pageOf({ sql: scanned, values }, 'matches', range, within(), beforeScan)
  }

  /** A page of the common table expression `matches`; null where the bounded one is full. */
  async function pageOf(
    { sql, values }: Statement,
    bounded: 'few' | 'matches',
    range: readonly SqlValue[],
    within: number | undefined,
    before: string | null = null,
  ): Promise<Pick<DecisionsPage, 'total' | 'rows'> | null> {
    const count = (of: string) => `SELECT count(*) FROM ${of}`
    // One row at least, for the total.
    const counted = `WITH ${sql} SELECT c.bounded, c.total, d.at, d.id, d.body
      FROM (SELECT (${count(bounded)}) AS bounded, (${count('matches')}) AS total) c
      LEFT JOIN (${bodiesOf('matches', rangeAfter(values))}) d ON 1 = 1 ORDER BY d.at DESC, d.id DESC`
    const statements = [{ sql: counted, values: [...values, ...range] }]
    if (before !== null) statements.unshift({ sql: before, values: [] })
    const rows = (await database.read(statements, within)).at(-1) ?? []
    if (numberOf(rows[0]?.bounded) > mostSorted) return null
    const isRow = ({ id }: SqlRow) => id !== null
    return { total: numberOf(rows[0]?.total), rows: rows.filter(isRow).map(storedDecision) }
  }

  /** The last decision of a scan that begins after the place; null where none is left after it. */
  async function endOfScan(place: DecisionPlace | null): Promise<DecisionPlace | null> {
    const [end] = await read(
      `SELECT at, entry AS id FROM countersign_decision
        ${place === null ? '' : 'WHERE (at, entry) < ($2, $3)'}
        ORDER BY at DESC, entry DESC LIMIT 1 OFFSET $1`,
      [scannedAtOnce - 1, ...(place === null ? [] : [place.at, place.id])],
    )
    return end === undefined ? null : { at: numberOf(end.at), id: numberOf(end.id) }
  }

  /** Decisions that match, after a place and up to the other. */
  async function between(
    query: DecisionsQuery,
    after: DecisionPlace | null,
    last: DecisionPlace | null,
    limit: number,
  ): Promise<readonly StoredDecision[]> {
    const condition = conditionOf(query)
    const values = [...condition.values]
    const put = (value: SqlValue) => `$${values.push(value)}`
    const parts = [condition.sql]
    if (after !== null) parts.push(`(at, entry) < (${put(after.at)}, ${put(after.id)})`)
    if (last !== null) parts.push(`(at, entry) >= (${put(last.at)}, ${put(last.id)})`)
    const some = `countersign_decision WHERE ${parts.join(' AND ')}`
    const rows = await read(bodiesOf(some, `LIMIT ${put(limit)}`), values)
    return rows.map(storedDecision)
  }

  async function earliestOf(): Promise<number | null> {
    const sql = 'SELECT at FROM countersign_decision WHERE at > 0 ORDER BY at, entry LIMIT 1'
    const [end] = await read(sql)
    return end === undefined ? null : numberOf(end.at)
  }

  async function countOf(
    { sql: condition, values }: Statement,
    within: number | undefined,
  ): Promise<number> {
    const sql = `SELECT count(*) AS rows FROM countersign_decision WHERE ${condition}`
    const [found] = await read(sql, values, within)
    return numberOf(found?.rows)
  }
}

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

function valuesOf(entry: RecordEntry): readonly SqlValue[] {
  const { kind, at, recordedAt, status, origin, took, text, body } = entry
  return [
    ...[storable(entry.key, LONGEST_NAME), kind, at, recordedAt],
    ...[entry.uid, entry.machine, entry.person].map((name) => name && storable(name, LONGEST_NAME)),
    ...[status, origin, took, storable(text, LONGEST_TEXT), body],
  ]
}

function isTimed({ since, before }: Pick<DecisionsQuery, 'since' | 'before'>): boolean {
  return since !== undefined || before !== undefined
}

function sinceOf({ since = EARLIEST }: DecisionsQuery): number {
  return Math.max(EARLIEST, since)
}

/** Milliseconds that are left of a search; no bound without words: an index has what is read then. */
function timeOf({ words }: DecisionsQuery): () => number | undefined {
  if (words.length === 0) return () => undefined
  const end = performance.now() + SEARCH_MS
  return () => Math.max(1, end - performance.now())
}

/** The words as texts are stored. */
function wordsOf({ words }: DecisionsQuery): readonly string[] {
  return words.map((word) => storable(word, LONGEST_TEXT))
}

/** Text without NUL and lone surrogates, which PostgreSQL refuses. */
function storable(text: string, longest: number): string {
  return text.slice(0, longest).toWellFormed().replaceAll('\0', '\ufffd')
}

function alarmName({ key, uid }: SqlRow): AlarmName {
  const isAgainst = String(key).startsWith(APPROVED_AGAINST_KEY)
  return { kind: isAgainst ? 'approvedAgainst' : 'issuedOtherwise', uid: String(uid) }
}

function storedDecision({ at, id, body }: SqlRow): StoredDecision {
  return { at: numberOf(at), id: numberOf(id), body: JSON.parse(String(body)) }
}

function storedEntry({ id, kind, at, recorded_at, body, ...names }: SqlRow): StoredEntry {
  const textOf = (value: unknown) => (typeof value === 'string' ? value : null)
  return {
    id: numberOf(id),
    kind: String(kind) as StoredEntry['kind'],
    at: numberOf(at),
    recordedAt: numberOf(recorded_at),
    uid: textOf(names.uid),
    machine: textOf(names.machine),
    person: textOf(names.person),
    body: JSON.parse(String(body)),
  }
}

/** Parameters after these values: a number of rows, and how many to skip. */
function rangeAfter({ length }: readonly SqlValue[]): string {
  return `LIMIT $${length + 1} OFFSET $${length + 2}`
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
