import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY_MS } from '#lib/csr/units-of-time.ts'
import { makeEntry, RECORDED_AT } from '#lib/journal/fixtures/record-entries.ts'
import { openPostgres } from '#lib/journal/postgres-database.ts'
import type { DecisionsQuery, RecordEntry } from '#lib/journal/record-store.ts'
import { openSqlStore, type RecordStore } from '#lib/journal/sql-store.ts'
import { openSqlite } from '#lib/journal/sqlite-database.ts'
import { postgresFolder, startPostgres } from '#sandbox/postgres/own-postgres.ts'
import { atMost, type Figure, type Measured } from '../figure.ts'
import { quantile, spread } from '../quantiles.ts'

const APPENDS = 500
const ROWS = 1_000_000
const BATCH = 5_000
const MACHINES = 50_000
const ALL: DecisionsQuery = { words: [], decision: 'all' }

function daysAgo(days: number): number {
  return RECORDED_AT - days * DAY_MS
}

/** Pages of Activity that people open, including the costly ones. */
const PAGES: readonly (readonly [string, DecisionsQuery, number])[] = [
  ['first', ALL, 0],
  ['in the middle', ALL, ROWS / 2],
  ['denied', { ...ALL, decision: 'denied' }, 0],
  ['automatic, in the middle', { ...ALL, origin: 'automatic' }, ROWS / 5],
  ['of a rare origin', { ...ALL, origin: 'elsewhere' }, 0],
  ['against the checks', { ...ALL, decision: 'against' }, 0],
  [
    'of nearly all days, in the middle',
    { ...ALL, since: daysAgo(11), before: daysAgo(1) },
    ROWS / 4,
  ],
  ['of one day by people', { ...ALL, origin: 'people', since: daysAgo(6), before: daysAgo(5) }, 0],
  ['of ten days by two words', { ...ALL, words: ['kim.osei', 'rack2'], since: daysAgo(10) }, 0],
  ['of one machine', { ...ALL, machine: 'worker-4711.rack11.example.com' }, 0],
  ['by a word of one', { ...ALL, words: ['csr-777777'] }, 0],
  ['by two words of many', { ...ALL, words: ['kim.osei', 'rack2'] }, 0],
]

/** The record's own figures, in this process. */
export const record: Figure = {
  name: 'record',
  rare: true,
  appless: true,
  method:
    `In process, on SQLite (a file in the temporary folder, WAL, synchronous=full, in its thread) and on ` +
    `Debian's PostgreSQL as it is installed, over its socket. Append: ${APPENDS} decisions of 1 kB, ` +
    'one after the other, each kept before the next; p99 counts. Page: a million decisions of 50,000 ' +
    'machines, then a page of 100 with its counts and total: the first, one in the middle, of a filter, ' +
    'of an origin that a third has, of one that 20 have, of 20 against the checks, of days, of a machine, by a word that one decision has, by ' +
    'two words that a third has. Picture of joins: both queries of its panel, with a join and two ' +
    'requests of each machine in the last 30 days. Each five times, the slowest of each second to fifth ' +
    'counts.',
  async measure(rig) {
    const temporary = mkdtempSync(join(tmpdir(), 'countersign-bench-record-'))
    const folder = await rig.own({ path: temporary }, ({ path }) =>
      rmSync(path, { recursive: true, force: true }),
    )
    const sqlite = await openSqlStore(openSqlite(join(folder.path, 'record.sqlite')))
    const rows = await measureStore('SQLite', sqlite, 5)
    const binaries = postgresFolder()
    if (binaries === null) return rows
    const postgres = await rig.own(startPostgres(binaries), (it) => it.stop())
    const other = await openSqlStore(await openPostgres(postgres.url))
    return [...rows, ...(await measureStore('PostgreSQL', other, 20))]
  },
}

async function measureStore(
  name: string,
  store: RecordStore,
  mostMs: number,
): Promise<readonly Measured[]> {
  const appends: number[] = []
  for (let at = 0; at < APPENDS; at += 1) {
    appends.push(await took(() => store.append([decision(ROWS + at)])))
  }
  for (let from = 0; from < ROWS; from += BATCH) {
    await store.append(Array.from({ length: BATCH }, (_, at) => decision(from + at)))
  }
  for (let from = 0; from < MACHINES; from += BATCH) {
    await store.append(Array.from({ length: BATCH }, (_, at) => arrivalAndJoin(from + at)).flat())
  }
  const pages: (readonly [string, number])[] = []
  for (const [title, query, from] of PAGES) {
    pages.push([title, await slowestOf(() => store.page(query, from, from + 100))])
  }
  const since = RECORDED_AT - 30 * DAY_MS
  const joins = await slowestOf(() => Promise.all([store.joins(since), store.arrivals(since)]))
  await store.close()
  const slowest = Math.max(...pages.map(([, ms]) => ms))
  return [
    atMost(`record in ${name}: append, p99`, mostMs, quantile(appends, 0.99), {
      unit: 'ms',
      digits: 1,
      more: spread(appends, [0.5], 1),
    }),
    atMost(`record in ${name}: a page of Activity at 1,000,000 rows, slowest`, 200, slowest, {
      unit: 'ms',
      more: pages.map(([title, ms]) => `${title} ${ms.toFixed(0)}`).join(', '),
    }),
    atMost(`record in ${name}: the picture of 50,000 joins beside them`, 200, joins, {
      unit: 'ms',
    }),
  ]
}

/** Milliseconds of the slowest of five, without the first. */
async function slowestOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 5; round += 1) times.push(await took(work))
  return Math.max(...times.slice(1))
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

function machineOf(n: number): string {
  return `worker-${n % MACHINES}.rack${n % 20}.example.com`
}

/** Two entries of a machine's requests when first seen, and one of its joining. */
function arrivalAndJoin(n: number): readonly RecordEntry[] {
  const machine = machineOf(n)
  const at = RECORDED_AT - n * 50_000
  const seen = { at, machine, kind: 'request', status: null, origin: null } as const
  return [
    makeEntry(`client-${n}`, seen),
    makeEntry(`serving-${n}`, { ...seen, at: at + 60_000 }),
    makeEntry(`node-${n}`, { ...seen, kind: 'join', at: at + 120_000, took: 120_000 }),
  ]
}

function decision(n: number): RecordEntry {
  const machine = machineOf(n)
  const person = ['kim.osei', 'ana.ruiz', 'policy rack2@built-in'][n % 3] ?? ''
  const note = 'Rack after power work, CHG-'
  return makeEntry(`u-${n}`, {
    at: RECORDED_AT - (ROWS - n) * 1_000,
    machine,
    status: n % 100 === 0 ? 'denied' : n % 50_000 === 7 ? 'approved+against' : 'approved',
    origin: n % 50_000 === 0 ? 'elsewhere' : n % 3 === 2 ? 'automatic' : 'people',
    text: `csr-${n}\n${machine}\nkubernetes.io/kubelet-serving\n${person}\n\n${note}${n}\n`,
    body: { uid: `u-${n}`, machine, person, note, filler: 'x'.repeat(800) },
  })
}
