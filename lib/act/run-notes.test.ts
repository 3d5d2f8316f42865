import { afterAll, beforeEach, expect, it } from 'vitest'
import { type Run, runItem } from '#lib/act/run.ts'
import { type EndedRun, keepRunNotes } from '#lib/act/run-notes.ts'
import { cause } from '#lib/csr/cause.ts'
import { NO_RECORD } from '#lib/journal/no-record.ts'
import type { RunningRecord } from '#lib/journal/running-record.ts'
import { openSqlStore, type RecordStore } from '#lib/journal/sql-store.ts'
import { openSqlite } from '#lib/journal/sqlite-database.ts'
import { makeRequest, NOW } from '#lib/wire/fixtures/cluster.ts'
import { makeRun } from '#lib/wire/fixtures/make-run.ts'
import type { RunLine } from '#lib/wire/run-answers.ts'

const SERVER = 'https://api.example.com:6443'
const ID = '3f0c2a52-6c1e-4d0a-9a36-0f3c9d1f7a11'

const store = await openSqlStore(openSqlite(':memory:'))
afterAll(() => store.close())

let problems: string[]
beforeEach(async () => {
  problems = []
  await store.retain(Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER)
})
/** The record of a process; null: while its store cannot be opened. */
const recordOf = (open: RecordStore | null): Pick<RunningRecord, 'untilRead' | 'write'> => ({
  untilRead: async (ask) => (open === null ? undefined : ask(open)),
  write: async (act) => (open === null ? Promise.reject(new Error('It is not open.')) : act(open)),
})
const keep = (server = SERVER, now = NOW, record = recordOf(store)) =>
  keepRunNotes(
    record,
    server,
    () => now,
    (said) => problems.push(said),
  )

const more = { machine: 'a', accept: 'verified', followed: false, at: NOW } as const
const run: Run = {
  ...{ id: ID, decision: 'approve', user: 'kim', note: 'rack 2', startedAt: NOW },
  ...{ status: 'running', pause: null, haltedBy: null, endedAt: null, followUntil: NOW + 900_000 },
  options: {
    ...{ verified: true, plausible: false, rebootstrapping: false },
    ...{ superseded: true, followMinutes: 15 },
  },
  agreed: { verified: 1, plausible: 0, rebootstrapping: 0, superseded: 1, heldBack: 2 },
  machines: [{ name: 'a', seen: ['old'] }],
  items: [
    runItem(makeRequest({ uid: 'a1', name: 'csr-a1' }), more),
    { ...runItem(makeRequest({ uid: 'a2', superseded: true }), more), state: 'sent' },
  ],
}

const kept = () => keep().keep(run)
const line = (name: string, fields: Partial<RunLine> = {}): RunLine => ({
  ...{ name, kind: 'ready', done: 0, of: 0, uid: null, outcome: null, reason: null, since: NOW },
  ...{ detail: null, causes: [] },
  ...fields,
})
const LINES: readonly RunLine[] = [
  line('gpu', {
    ...{ kind: 'heldBack', uid: 'g1', outcome: 'changed', detail: 'why' },
    reason: { code: 'node.new', finding: 'exists', values: { node: 'gpu' } },
    causes: [cause('filedAnew'), cause('decidedBy', { status: 'Denied', person: 'bo' })],
  }),
  line('a'),
]
const endedOf = (id: string, lines = LINES): EndedRun => ({
  run: makeRun({ id, status: 'finished', endedAt: NOW }),
  counts: { needsYou: 0, onTheirWay: 0, joined: lines.length },
  lines,
})
/** Replaces a part of the note. */
async function change(from: string, to: string): Promise<void> {
  const [note = ''] = await store.runNotes(0)
  await store.retain(Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER)
  await store.noteRun(ID, NOW, note.replace(from, to))
}

it('a run under way is shown as cut off by the next process, with what it had not decided', async () => {
  await kept()
  const [read] = await keep().read()
  const { items, ...rest } = run
  expect(read).toMatchObject({ ...rest, status: 'cutOff' })
  expect(read?.items).toMatchObject(
    items.map(({ uid, name, machine, signerName, superseded }) => {
      return { uid, name, machine, signerName, superseded, state: 'left', outcome: null }
    }),
  )
  expect(problems).toEqual([])
})

it('a run that was cut off is noted again once a message has said so', async () => {
  await kept()
  const own = keep()
  const [read] = await own.read()
  expect(read?.wasAnnounced).toBe(false)
  await own.keep({ ...(read as Run), wasAnnounced: true })
  expect(await keep().read()).toMatchObject([{ id: ID, status: 'cutOff', wasAnnounced: true }])
  expect(await store.runNotes(0)).toHaveLength(1)
})

it('the next process reads the report of a run that has ended, in the place of its note', async () => {
  const own = keep()
  await own.keep(run)
  const summary = makeRun({
    ...{ id: ID, note: 'rack 2', status: 'stopped', haltedBy: 'bo', endedAt: NOW, needsYou: 1 },
    agreed: run.agreed,
    progress: { rate: 3 },
  })
  const counts = { needsYou: 1, onTheirWay: 0, joined: 1 }
  await own.end({ run: summary, counts, lines: LINES })
  expect(await store.runNotes(0)).toEqual([])
  const { progress, revision } = summary
  const shown = { revision: revision + 1, dismissed: true, progress: { ...progress, rate: null } }
  expect(await keep().readEnded()).toEqual([
    { run: { ...summary, ...shown }, counts, lines: LINES },
  ])
  expect(await keep('https://other.example.com').readEnded()).toEqual([])
  expect(problems).toEqual([])
})

it('the report of a large run is kept with its first 500 machines, and counts them all', async () => {
  await keep().end(
    endedOf(
      ID,
      Array.from({ length: 501 }, (_, n) => line(`m${n}`)),
    ),
  )
  const [read] = await keep().readEnded()
  expect([read?.lines.length, read?.counts.joined]).toEqual([500, 501])
  expect(problems).toEqual([])
})

it('an ended run’s note with a field more is not read, which is said once', async () => {
  await keep().end(endedOf(ID))
  const [note = ''] = await store.endedRuns()
  await store.endRun(ID, NOW, note.replace('"user"', '"more":1,"user"'))
  expect(await keep().readEnded()).toEqual([])
  expect(problems).toEqual([expect.stringContaining('A restart will not show')])
})

it('a run of this process is not among those that were cut off, however late the notes are read', async () => {
  const own = keep()
  const reading = own.read()
  await own.keep(run)
  expect(await reading).toEqual([])
  expect(await store.runNotes(0)).toHaveLength(1)
})

it.each<[what: string, server: string, now: number]>([
  ['of another API server', 'https://other.example.com', NOW],
  ['of more than a day ago', SERVER, NOW + 24 * 3_600_000 + 1],
])('a run %s is not shown', async (_, server, now) => {
  await kept()
  expect(await keep(server, now).read()).toEqual([])
  expect(problems).toEqual([])
})

it('a run that another process has under way is not shown', async () => {
  await kept()
  // The parent of this process is alive; 1 is the first of all.
  await change(`"pid":${process.pid}`, `"pid":${process.ppid || 1}`)
  expect(await keep().read()).toEqual([])
  expect(problems).toEqual([])
})

it.each<[what: string, from: string, to: string]>([
  ['no JSON', '{', '['],
  ['a field more', '"user"', '"more":1,"user"'],
  ['an item without a uid', '"uid":"a1"', '"uid":""'],
])('a note with %s is not read, which is said once', async (_, from, to) => {
  await kept()
  await change(from, to)
  const own = keep()
  expect([...(await own.read()), ...(await own.read())]).toEqual([])
  expect(problems).toEqual([expect.stringContaining('A restart will not show')])
})

it('runs go on where no note can be written, which is said once', async () => {
  const own = keep(SERVER, NOW, recordOf(null))
  await own.keep(run)
  await own.keep(run)
  expect(problems).toHaveLength(1)
  expect(await own.read()).toEqual([])
})

it('no run is noted or read without a record', async () => {
  const own = keep(SERVER, NOW, NO_RECORD)
  await own.keep(run)
  await own.end(endedOf(ID))
  expect([await own.read(), await own.readEnded()]).toEqual([[], []])
  expect(problems).toEqual([])
})
