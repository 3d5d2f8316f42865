import { DAY_MS } from '#lib/csr/units-of-time.ts'
import { conditionsOf, earliestOf } from '#lib/journal/decision-filters.ts'
import type { DecisionTally, Part } from '#lib/journal/decision-tally.ts'
import type {
  DecisionPlace,
  DecisionsPage,
  DecisionsQuery,
  StoredDecision,
} from '#lib/journal/record-store.ts'
import { gramsOf } from '#lib/journal/record-tables.ts'
import {
  numberOf,
  type SqlDatabase,
  type SqlRow,
  type SqlValue,
  type Statement,
} from '#lib/journal/sql-database.ts'
import { storedDecision, storedName, storedText } from '#lib/journal/stored-rows.ts'

type Matches = Pick<DecisionsPage, 'total' | 'rows'>

export interface SearchBounds {
  /** Most matches of a search that one statement finds, counts and sorts. */
  readonly mostSorted: number
  /**
   * Most entries that one statement looks through for an export or a machine: pages come in
   * between.
   */
  readonly scannedAtOnce: number
}

/** Finds recorded decisions: pages of the list, and all of them for an export. */
export class DecisionSearch {
  readonly #database: SqlDatabase
  readonly #tally: DecisionTally
  readonly #bounds: SearchBounds

  constructor(database: SqlDatabase, tally: DecisionTally, bounds: SearchBounds) {
    this.#database = database
    this.#tally = tally
    this.#bounds = bounds
  }

  async page(query: DecisionsQuery, from: number, to: number): Promise<DecisionsPage> {
    const condition = this.#conditionOf(query)
    const within = timeOf(query)
    const counts = this.#tally.counts()
    const range = [to - from, from]
    const [earliest, matches] = await Promise.all([
      this.#earliest(),
      query.words.length === 0 ? null : this.#matchesOf(query, condition, range, within),
    ])
    if (matches !== null) return { ...matches, counts, earliest }
    const parts = await this.#partsOf(query, condition, within())
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
    const rows = await this.#read(page, [...values, to - from, from - skipped], within())
    return { total, counts, earliest, rows: rows.map(storedDecision) }
  }

  async after(
    query: DecisionsQuery,
    place: DecisionPlace | null,
    limit: number,
  ): Promise<readonly StoredDecision[]> {
    const found: StoredDecision[] = []
    const { since = 0, before } = query
    for (let next = place ?? (before === undefined ? null : { at: before, id: 0 }); ; ) {
      const last = query.words.length === 0 ? null : await this.#endOfScan(next)
      found.push(...(await this.#between(query, next, last, limit - found.length)))
      if (last === null || last.at < since || found.length >= limit) return found
      next = last
    }
  }

  /** Condition of the query; its statuses are those that occur. */
  #conditionOf(query: DecisionsQuery): Statement {
    const { position, inTime } = this.#database.dialect
    const values: SqlValue[] = []
    const place = (value: SqlValue) => `$${values.push(value)}`
    const parts = query.words.map((word) => `${position}(text, ${place(storedText(word))}) > 0`)
    if (parts.length > 0 && inTime !== null) parts.unshift(inTime)
    for (const { sql, value } of conditionsOf(query)) {
      const statuses = sql === 'status IN' ? this.#tally.statuses(query.decision) : null
      if (statuses === null)
        parts.push(`${sql} ${place(typeof value === 'string' ? storedName(value) : value)}`)
      else parts.push(`${sql} (${["''", ...statuses.map(place)].join(', ')})`)
    }
    return { sql: parts.length === 0 ? '1 = 1' : parts.join(' AND '), values }
  }

  /**
   * Parts of the query's time and their numbers of matches, the latest first: what of a day lies at
   * either end, and whole days. For a search, or of one machine, only a scan of the condition tells.
   */
  async #partsOf(
    query: DecisionsQuery,
    condition: Statement,
    within: number | undefined,
  ): Promise<readonly Part[]> {
    const { before = Number.POSITIVE_INFINITY } = query
    const since = earliestOf(query) ?? Number.NEGATIVE_INFINITY
    const [first, end] = [Math.ceil(since / DAY_MS), Math.floor(before / DAY_MS)]
    if (query.words.length > 0 || query.machine !== undefined || first >= end) {
      return [{ before, rows: await this.#countOf(condition, within) }]
    }
    const partOf = async (part: DecisionsQuery) => [
      {
        before: part.before ?? before,
        rows: await this.#countOf(this.#conditionOf(part), within),
      },
    ]
    const [late, early] = await Promise.all([
      query.before === undefined ? [] : partOf({ ...query, since: end * DAY_MS }),
      since > 0 ? partOf({ ...query, before: first * DAY_MS }) : [],
    ])
    return [...late, ...this.#tally.days(query, first, end), ...early]
  }

  /** A page of a search with its total; null where there are more matches than are counted at once. */
  async #matchesOf(
    query: DecisionsQuery,
    { sql, values }: Statement,
    range: readonly SqlValue[],
    within: () => number | undefined,
  ): Promise<Matches | null> {
    const { mostSorted } = this.#bounds
    const matches = `SELECT at, entry FROM countersign_decision WHERE ${sql}`
    const limit = `LIMIT ${mostSorted + 1}`
    const { found, beforeScan } = this.#database.dialect
    const grams = found === null ? null : gramsOf(query.words.map(storedText))
    if (found !== null && grams !== null) {
      const few = found.replace('$1', `$${values.length + 1}`)
      // A cross join looks up each of the few, and never reads all decisions of a range of days.
      const looked = `SELECT at, entry FROM few CROSS JOIN countersign_decision ON entry = id`
      const indexed = `few AS MATERIALIZED (${few} ${limit}), matches AS MATERIALIZED
        (${looked} WHERE ${sql} AND (SELECT count(*) FROM few) <= ${mostSorted})`
      const some = { sql: indexed, values: [...values, grams] }
      const page = await this.#pageOf(some, '(SELECT count(*) FROM few)', range, within())
      if (page !== null) return page
    }
    const scanned = `matches AS MATERIALIZED (${matches} ${limit})`
    return this.#pageOf({ sql: scanned, values }, 'total', range, within(), beforeScan)
  }

  /** A page of the common table expression `matches`; null where more than may be are `bounded`. */
  async #pageOf(
    { sql, values }: Statement,
    bounded: '(SELECT count(*) FROM few)' | 'total',
    range: readonly SqlValue[],
    within: number | undefined,
    before: string | null = null,
  ): Promise<Matches | null> {
    // One row at least, for the total.
    const counted = `WITH ${sql} SELECT c.bounded, c.total, d.at, d.id, d.body
      FROM (SELECT total, ${bounded} AS bounded FROM (SELECT count(*) AS total FROM matches) t) c
      LEFT JOIN (${bodiesOf('matches', rangeAfter(values))}) d ON 1 = 1 ORDER BY d.at DESC, d.id DESC`
    const statements = [{ sql: counted, values: [...values, ...range] }]
    if (before !== null) statements.unshift({ sql: before, values: [] })
    const rows = (await this.#database.read(statements, within)).at(-1) ?? []
    if (numberOf(rows[0]?.bounded) > this.#bounds.mostSorted) return null
    const isRow = ({ id }: SqlRow) => id !== null
    return { total: numberOf(rows[0]?.total), rows: rows.filter(isRow).map(storedDecision) }
  }

  /** The last decision of a scan that begins after the place; null where none is left after it. */
  async #endOfScan(place: DecisionPlace | null): Promise<DecisionPlace | null> {
    const [end] = await this.#read(
      `SELECT at, entry AS id FROM countersign_decision
        ${place === null ? '' : 'WHERE (at, entry) < ($2, $3)'}
        ORDER BY at DESC, entry DESC LIMIT 1 OFFSET $1`,
      [this.#bounds.scannedAtOnce - 1, ...(place === null ? [] : [place.at, place.id])],
    )
    return end === undefined ? null : { at: numberOf(end.at), id: numberOf(end.id) }
  }

  /** Decisions that match, after a place and up to the other. */
  async #between(
    query: DecisionsQuery,
    after: DecisionPlace | null,
    last: DecisionPlace | null,
    limit: number,
  ): Promise<readonly StoredDecision[]> {
    const condition = this.#conditionOf(query)
    const values = [...condition.values]
    const put = (value: SqlValue) => `$${values.push(value)}`
    const parts = [condition.sql]
    if (after !== null) parts.push(`(at, entry) < (${put(after.at)}, ${put(after.id)})`)
    if (last !== null) parts.push(`(at, entry) >= (${put(last.at)}, ${put(last.id)})`)
    const some = `countersign_decision WHERE ${parts.join(' AND ')}`
    const rows = await this.#read(bodiesOf(some, `LIMIT ${put(limit)}`), values)
    return rows.map(storedDecision)
  }

  async #earliest(): Promise<number | null> {
    const sql = 'SELECT at FROM countersign_decision WHERE at > 0 ORDER BY at, entry LIMIT 1'
    const [end] = await this.#read(sql)
    return end === undefined ? null : numberOf(end.at)
  }

  async #countOf(
    { sql: condition, values }: Statement,
    within: number | undefined,
  ): Promise<number> {
    const sql = `SELECT count(*) AS rows FROM countersign_decision WHERE ${condition}`
    const [found] = await this.#read(sql, values, within)
    return numberOf(found?.rows)
  }

  async #read(sql: string, values: readonly SqlValue[] = [], within?: number) {
    const [rows = []] = await this.#database.read([{ sql, values }], within)
    return rows
  }
}

/** Decisions of a table, or of a part of it, with their bodies. */
function bodiesOf(from: string, range: string): string {
  return `SELECT d.at, d.entry AS id, e.body FROM (
      SELECT at, entry FROM ${from} ORDER BY at DESC, entry DESC ${range}
    ) d JOIN countersign_entry e ON e.id = d.entry ORDER BY d.at DESC, d.entry DESC`
}

/** Parameters after these values: a number of rows, and how many to skip. */
function rangeAfter({ length }: readonly SqlValue[]): string {
  return `LIMIT $${length + 1} OFFSET $${length + 2}`
}

/**
 * Milliseconds that are left of a search; no bound without words: an index has what is read then.
 */
function timeOf({ words }: DecisionsQuery): () => number | undefined {
  if (words.length === 0) return () => undefined
  const end = performance.now() + 2_000
  return () => Math.max(1, end - performance.now())
}
