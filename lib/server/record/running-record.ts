import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { type Cause, cause } from '#lib/csr/cause.ts'
import { type Clock, sleep, timestamp } from '#lib/kube/transport/clock.ts'
import type { AuditLog } from '#lib/server/decide/audit.ts'
import type { RowChange } from '#lib/server/feed/board.ts'
import type { RunningFeed } from '#lib/server/feed/feed.ts'
import { openPostgres } from '#lib/server/record/postgres-database.ts'
import type { RecordPlace, RecordSetting } from '#lib/server/record/record-setting.ts'
import type { RecordStore, StoredAlarm } from '#lib/server/record/record-store.ts'
import { createRecordWriter, type RecordState } from '#lib/server/record/record-writer.ts'
import { createRecorder } from '#lib/server/record/recorder.ts'
import { openSqlStore, type SqlDatabase } from '#lib/server/record/sql-store.ts'
import { openSqlite } from '#lib/server/record/sqlite-database.ts'
import type { RecordStanding } from '#lib/wire/views.ts'
import type { FeedState } from '#lib/wire/wire.ts'

/** The record of this process: what goes into it, how it is doing, and its store to read. */
export interface RunningRecord {
  take(changes: readonly RowChange[]): void
  feedIs(state: FeedState): void
  line(entry: Readonly<Record<string, unknown>>): void
  /** The same log; each entry is recorded after its line is written. */
  audit(log: AuditLog): AuditLog
  /** Why nothing may be decided, where the record is required; null if nothing speaks against it. */
  unable(): Cause | null
  standing(): RecordStanding
  /** Null while it cannot be read. */
  store(): RecordStore | null
  stop(patience: Promise<void>): Promise<void>
}

export interface RunningRecordOptions {
  readonly setting: RecordSetting
  /** Address of the API server: names the cluster's own file. */
  readonly server: string
  readonly feed: () => RunningFeed
  /** This machine's clock. */
  readonly clock: Clock
  readonly onApprovedAgainst: (verdict: string) => void
  /** Called where the record begins or ceases to be kept, or has lost entries. */
  readonly onState: (state: RecordState) => void
}

/** While the store cannot be read, its alarms are asked for again after so long, milliseconds. */
const RESTORE_AGAIN_MS = 1_000

/** Body of the entry of an alarm: lib/server/record/recorder.ts writes it. */
const alarmBody = z.object({
  request: z.string(),
  differences: z.array(
    z.object({ what: z.string(), asked: z.array(z.string()), issued: z.array(z.string()) }),
  ),
})

function restoredAlarm({ uid, machine, at, body }: StoredAlarm) {
  const reading = alarmBody.safeParse(body)
  return reading.success ? [{ uid, machine, since: at, ...reading.data }] : []
}

export function startRecord(options: RunningRecordOptions): RunningRecord {
  const { setting, server, feed, clock, onApprovedAgainst, onState } = options
  const { place, required, days, bytes } = setting
  const writer = createRecordWriter({
    open: () => openStore(place, server),
    clock,
    days,
    bytes,
    onKept(entries) {
      if (entries.some(({ kind }) => kind === 'decision')) feed().views.touch('activity')
    },
    onState(state) {
      feed().views.touch('activity')
      onState(state)
    },
  })
  const recorder = createRecorder({
    add: writer.add,
    isLive: () => feed().isLive(),
    rows: () => feed().moment().rows,
    request: (uid) => feed().request(uid, { name: '' }),
    alarm: (machine) => feed().alarm(machine),
    clock,
    onApprovedAgainst,
  })
  let isRestoring = false
  let isStopped = false

  /** Once, when the store is open and the feed live: an alarm outlives its request by far. */
  async function restoreAlarms(): Promise<void> {
    isRestoring = true
    let alarms: readonly StoredAlarm[] | undefined
    while (alarms === undefined && !isStopped) {
      alarms = await writer
        .store()
        ?.alarms()
        .catch(() => undefined)
      if (alarms === undefined) await sleep(clock, RESTORE_AGAIN_MS)
    }
    feed().restoreAlarms((alarms ?? []).flatMap(restoredAlarm))
  }

  return {
    take: recorder.take,
    feedIs(state) {
      recorder.feedIs(state)
      if (state === 'live' && !isRestoring) void restoreAlarms()
    },
    line: recorder.line,
    audit: (log) => ({
      async record(entry) {
        await log.record(entry)
        recorder.line({ time: timestamp(clock.now()), ...entry })
      },
    }),
    unable: () => (required && !writer.isKeeping() ? cause('recordSilent') : null),
    standing() {
      const { trouble, lost } = writer.state()
      return { days, lost, troubleSince: trouble === null ? null : timestamp(trouble.since) }
    },
    store: writer.store,
    async stop(patience) {
      isStopped = true
      recorder.stop()
      await writer.stop(patience)
    },
  }
}

async function openStore(place: RecordPlace, server: string): Promise<RecordStore> {
  const database = await openDatabase(place, server)
  try {
    return await openSqlStore(database)
  } catch (error) {
    // The next try opens another.
    await database.close().catch(() => {})
    throw error
  }
}

async function openDatabase(place: RecordPlace, server: string): Promise<SqlDatabase> {
  switch (place.kind) {
    case 'postgres':
      return openPostgres(place.url)
    case 'memory':
      return openSqlite(':memory:')
    case 'file':
      return openSqlite(place.path)
    case 'folder':
      return openSqlite(join(place.path, fileOf(server)))
  }
}

/** A file for each cluster: one laptop has many. */
export function fileOf(server: string): string {
  return `${createHash('sha256').update(server).digest('hex').slice(0, 16)}.sqlite`
}
