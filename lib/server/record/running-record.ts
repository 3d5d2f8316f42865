import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type Cause, cause } from '#lib/csr/cause.ts'
import { type Clock, timestamp } from '#lib/kube/transport/clock.ts'
import type { AuditLog } from '#lib/server/decide/audit.ts'
import type { RowChange } from '#lib/server/feed/board.ts'
import type { RunningFeed } from '#lib/server/feed/feed.ts'
import { openPostgres } from '#lib/server/record/postgres-database.ts'
import type { RecordPlace, RecordSetting } from '#lib/server/record/record-setting.ts'
import type { RecordStore } from '#lib/server/record/record-store.ts'
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
    clock,
    onApprovedAgainst,
  })
  return {
    take: recorder.take,
    feedIs: recorder.feedIs,
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
