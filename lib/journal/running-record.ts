import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { FeedViews, RunningFeed } from '#lib/cluster/feed.ts'
import type { KeptRequest } from '#lib/cluster/kept-requests.ts'
import type { RowNews } from '#lib/cluster/row-news.ts'
import { type Cause, cause } from '#lib/csr/cause.ts'
import type { RaisedAlarm } from '#lib/csr/world/alarms.ts'
import { restoredAlarm } from '#lib/journal/alarm-entries.ts'
import type { AuditLog } from '#lib/journal/audit.ts'
import { openPostgres } from '#lib/journal/postgres-database.ts'
import { DISMISSED_KEY, isSearchTooLong, type RecordEntry } from '#lib/journal/record-store.ts'
import { type RecordState, RecordWriter } from '#lib/journal/record-writer.ts'
import { recordedDay, shadowEntry } from '#lib/journal/recorded-day.ts'
import { createRecorder } from '#lib/journal/recorder.ts'
import type { SqlDatabase } from '#lib/journal/sql-database.ts'
import { openSqlStore, type RecordStore } from '#lib/journal/sql-store.ts'
import { openSqlite } from '#lib/journal/sqlite-database.ts'
import type { LogEntry } from '#lib/kube/log/process-log.ts'
import { type Clock, sleep, timestamp } from '#lib/kube/transport/clock.ts'
import type { RecordPlace, RecordSetting } from '#lib/settings/settings.ts'
import type { RecordStanding } from '#lib/wire/views.ts'
import type { FeedState } from '#lib/wire/wire.ts'

/** The record of this process: what goes into it, how it is doing, and its store to read. */
export interface RunningRecord {
  take(news: readonly RowNews[]): void
  feedIs(state: FeedState): void
  /** Takes an alarm that was raised. */
  alarm(alarm: RaisedAlarm): void
  line(entry: LogEntry): void
  /** Takes a request of the kept day. */
  kept(request: KeptRequest): void
  /** Wraps a log: each entry is recorded after its line is written. */
  audit(log: AuditLog): AuditLog
  /**
   * The reason why nothing may be decided, where the record is required; null if nothing speaks
   * against it.
   */
  unable(): Cause | null
  /** State of the record; null where none is kept. */
  standing(): RecordStanding | null
  /** The open store; null while it cannot be read, and where no record is kept. */
  store(): RecordStore | null
  /** Asks the store once; undefined where it is null or fails. Rejects with SearchTooLong alone. */
  read<Read>(ask: (store: RecordStore) => Promise<Read>): Promise<Read | undefined>
  /** Asks until the store answers; undefined where the record was stopped first. */
  untilRead<Read>(ask: (store: RecordStore) => Promise<Read>): Promise<Read | undefined>
  /**
   * Writes to the store. Rejects where it is not open or fails; does nothing where no record is
   * kept.
   */
  write(act: (store: RecordStore) => Promise<void>): Promise<void>
  stop(patience: Promise<void>): Promise<void>
}

/** Room that is kept beside a named file, and the most as a share of what the record may have. */
const RESERVE_BYTES = 8 * 2 ** 20
const RESERVE_SHARE = 1 / 16

export function startRecord(options: {
  readonly setting: RecordSetting
  /** Address of the API server, by which the cluster's own file is named. */
  readonly server: string
  readonly feed: () => RunningFeed & { readonly views: Pick<FeedViews, 'touch'> }
  /** This machine's clock. */
  readonly clock: Clock
  /** Hears where the record begins or ceases to be kept, or has lost entries. */
  readonly onState: (state: RecordState) => void
  /** Reports that old entries could not be deleted. */
  readonly onUnretained?: ((error: unknown) => void) | undefined
}): RunningRecord {
  const { setting, server, feed, clock, onState, onUnretained } = options
  const { place, required, days, bytes } = setting
  const writer = new RecordWriter({
    async open() {
      const store = await openStore(place, server, bytes)
      // A page may have been read without it.
      feed().views.touch(['activity'])
      return store
    },
    clock,
    days,
    bytes,
    onKept(entries) {
      if (entries.some(isOfActivity)) feed().views.touch(['activity'])
    },
    onState(state) {
      feed().views.touch(['activity', 'summary'])
      onState(state)
    },
    onUnretained,
  })
  const recorder = createRecorder({
    add: (entries) => writer.add(entries),
    request: (uid) => feed().request(uid, { name: '' }),
    clock,
  })
  let isRestoring = false
  let isProbing = false
  let isStopped = false

  /**
   * Restores what the record has, once the store is open and the feed live: an alarm outlives its
   * request by far.
   */
  async function restore(): Promise<void> {
    isRestoring = true
    const alarms = await untilRead((store) => store.alarms())
    if (alarms !== undefined) {
      const raised = alarms.raised.flatMap((stored) => restoredAlarm(stored) ?? [])
      feed().restoreAlarms(raised, alarms.dismissed)
    }
    const day = await untilRead((store) => recordedDay(store, clock.now()))
    // Requests may no longer be read since: the past is forgotten then, too.
    if (day !== undefined && feed().isLive()) feed().day.restore(day)
  }

  /**
   * Has Activity read again after a loss of the store. A search that took too long would take as
   * long again.
   */
  async function findAgain(): Promise<void> {
    if (isProbing) return
    isProbing = true
    let tries = 0
    await untilRead((store) => {
      tries += 1
      return store.runNotes(clock.now())
    })
    isProbing = false
    if (tries > 1 && !isStopped) feed().views.touch(['activity'])
  }

  async function untilRead<Read>(ask: (store: RecordStore) => Promise<Read>) {
    while (!isStopped) {
      const store = writer.store()
      const read = store === null ? undefined : await ask(store).catch(() => undefined)
      if (read !== undefined) return read
      await sleep(clock, 1_000)
    }
    return undefined
  }

  return {
    take: recorder.take,
    feedIs(state) {
      if (state === 'live' && !isRestoring) void restore()
    },
    alarm: recorder.alarm,
    line: recorder.line,
    kept: (request) => writer.add([shadowEntry(request, clock.now())]),
    audit: (log) => ({
      async record(entry) {
        await log.record(entry)
        recorder.line({ time: timestamp(clock.now()), ...entry })
      },
    }),
    unable: () => (required && !writer.isKeeping() ? cause('recordSilent') : null),
    standing() {
      const { trouble, lost, fullSince } = writer.state()
      const since = (at: number | null = null) => (at === null ? null : timestamp(at))
      return {
        days,
        lost,
        troubleSince: since(trouble?.since),
        fullSince: since(fullSince),
        required,
      }
    },
    store: () => writer.store(),
    async read(ask) {
      const store = writer.store()
      if (store === null) return undefined
      try {
        return await ask(store)
      } catch (error) {
        if (isSearchTooLong(error)) throw error
        void findAgain()
        return undefined
      }
    },
    untilRead,
    async write(act) {
      const store = writer.store()
      if (store === null) throw new Error('The record is not open.')
      await act(store)
    },
    async stop(patience) {
      isStopped = true
      recorder.stop()
      await writer.stop(patience)
    },
  }
}

/**
 * Whether Activity or the record of a request shows something of the entry: a line has the Audit-Id
 * of a decision, or who dismissed an alarm.
 */
function isOfActivity({ kind, key, body }: RecordEntry): boolean {
  if (kind !== 'line') return kind === 'decision' || kind === 'alarm'
  return key.startsWith(DISMISSED_KEY) || body.includes('"auditId":"')
}

async function openStore(place: RecordPlace, server: string, bytes: number): Promise<RecordStore> {
  const database = await openDatabase(place, server, bytes)
  try {
    return await openSqlStore(database)
  } catch (error) {
    // The next try opens another.
    await database.close().catch(() => {})
    throw error
  }
}

async function openDatabase(
  place: RecordPlace,
  server: string,
  bytes: number,
): Promise<SqlDatabase> {
  switch (place.kind) {
    case 'postgres':
      return openPostgres(place.url)
    case 'memory':
      return openSqlite(':memory:')
    case 'file':
      return openSqlite(place.path, Math.min(RESERVE_BYTES, Math.floor(bytes * RESERVE_SHARE)))
    case 'folder':
      return openSqlite(join(place.path, fileOf(server)))
  }
}

/** The file of a cluster: one laptop has many clusters. */
export function fileOf(server: string): string {
  return `${createHash('sha256').update(server).digest('hex').slice(0, 16)}.sqlite`
}
