import { type RecordEntry, type RecordStore, VolumeFull } from '#lib/journal/record-store.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'

export interface RecordState {
  /** Why entries cannot be kept now, and since when, milliseconds since the epoch; null if they can. */
  readonly trouble: { readonly since: number; readonly said: string } | null
  /** Entries that are not in the store yet. */
  readonly waiting: number
  /** Entries that this process could not keep. */
  readonly lost: number
  /** Since when the volume is known to be full, milliseconds since the epoch; null while it is not. */
  readonly fullSince: number | null
}

export interface RecordWriter {
  /** Queues the entries, in this order. Never throws, never waits. */
  add(entries: readonly RecordEntry[]): void
  state(): RecordState
  /** Whether everything added so far can be kept: the store was opened, and is not in trouble. */
  isKeeping(): boolean
  /** The open store; null before, and while it cannot be opened. */
  store(): RecordStore | null
  /** Writes what is queued until `patience` ends, and closes the store. */
  stop(patience: Promise<void>): Promise<void>
}

export interface RecordWriterOptions {
  readonly open: () => Promise<RecordStore>
  /** This machine's clock. */
  readonly clock: Clock
  /** Entries are kept for so many days, and so many bytes. */
  readonly days: number
  readonly bytes: number
  /** Called after entries are in the store. */
  readonly onKept?: (entries: readonly RecordEntry[]) => void
  /** Called when trouble begins or ends, and when entries are lost. */
  readonly onState?: (state: RecordState) => void
  /** Called when old entries could not be deleted: new ones are kept all the same. */
  readonly onUnretained?: ((error: unknown) => void) | undefined
  readonly most?: { readonly entries: number; readonly bytes: number }
}

const BATCH = 500
/** On a full volume, where each takes what was deleted before it. */
const FULL_BATCH = 50
/** Beyond either, an entry that comes is lost. */
const MOST_WAITING = { entries: 50_000, bytes: 64 * 1024 * 1024 }
const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 15_000
const RETAIN_EVERY_MS = 60 * 60_000
/** Bytes appended until the size is looked at: a share of the bound, and never more than this. */
const RETAIN_EVERY_BYTES = 8 * 2 ** 20
const RETAIN_EVERY_SHARE = 1 / 16
/** Longest that an append may wait: it is trouble then, and the append goes on. */
const LONGEST_APPEND_MS = 2_000
const DAY_MS = 86_400_000

/**
 * Moves entries into the store in batches, in order, again and again until it takes them. Its queue is
 * bounded; what does not fit is counted as lost.
 */
export function createRecordWriter(options: RecordWriterOptions): RecordWriter {
  const { open, clock, days, bytes, onKept, onState, onUnretained, most = MOST_WAITING } = options
  let queue: RecordEntry[] = []
  let queuedBytes = 0
  let store: RecordStore | null = null
  let trouble: RecordState['trouble'] = null
  let lost = 0
  let retryMs = FIRST_RETRY_MS
  let retainedAt = Number.NEGATIVE_INFINITY
  let appendedBytes = 0
  let retaining: Promise<void> | null = null
  let fullSince: number | null = null
  let isOverfull = false
  let working: Promise<void> | null = null
  let cancelRetry = () => {}
  let stopped = false
  const retainAfter = Math.min(bytes * RETAIN_EVERY_SHARE, RETAIN_EVERY_BYTES)

  const state = (): RecordState => ({ trouble, waiting: queue.length, lost, fullSince })

  function wake(): void {
    if (stopped) return
    working ??= work().finally(() => {
      working = null
      if (trouble !== null && !stopped) plan()
      else if (queue.length > 0) wake()
    })
  }

  function plan(): void {
    cancelRetry()
    cancelRetry = clock.after(retryMs, wake)
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
  }

  async function work(): Promise<void> {
    try {
      store ??= await open()
      void retain(store)
      while (queue.length > 0) {
        // On a full volume nothing can be appended before something is deleted.
        if (fullSince !== null) await retain(store)
        const batch = queue.slice(0, fullSince === null ? BATCH : FULL_BATCH)
        const bytesOfBatch = batch.reduce((sum, entry) => sum + sizeOf(entry), 0)
        await inTime(store.append(batch))
        // Only `add` has touched the queue meanwhile, at its end.
        queue = queue.slice(batch.length)
        queuedBytes -= bytesOfBatch
        appendedBytes += bytesOfBatch
        recovered()
        onKept?.(batch)
        const retained = retain(store)
        // Deleting has fallen behind: without a wait, SQLite would outgrow its bytes.
        const isBehind = retaining !== null && appendedBytes >= retainAfter
        if (isBehind && store.retainEveryMs === 0) await inTime(retained)
      }
      recovered()
    } catch (error) {
      const isFull = error instanceof VolumeFull
      if (isFull) fullSince ??= clock.now()
      beginTrouble(error instanceof Error ? error.message : String(error))
      if (!isFull) await reopen()
    }
  }

  function beginTrouble(said: string): void {
    const isNew = trouble === null
    trouble = { since: trouble?.since ?? clock.now(), said }
    if (isNew) onState?.(state())
  }

  async function inTime(append: Promise<void>): Promise<void> {
    const cancel = clock.after(LONGEST_APPEND_MS, () =>
      beginTrouble(`not written within ${LONGEST_APPEND_MS / 1_000} s`),
    )
    await append.finally(cancel)
  }

  /** Another connection may do what this one could not: its thread has ended, or its file was moved. */
  async function reopen(): Promise<void> {
    if (store === null) return
    store.close().catch(() => {})
    store = await open().catch(() => null)
  }

  function recovered(): void {
    retryMs = FIRST_RETRY_MS
    isOverfull &&= queue.length > most.entries / 2 || queuedBytes > most.bytes / 2
    if (trouble === null || isOverfull) return
    trouble = null
    onState?.(state())
  }

  /** Deletes beside appends what is too old or too much, where it is time to look. Never rejects. */
  function retain(from: RecordStore): Promise<void> {
    const now = clock.now()
    const isLate = now - retainedAt >= RETAIN_EVERY_MS || now < retainedAt
    const isMuch = appendedBytes >= retainAfter && now - retainedAt >= from.retainEveryMs
    if (retaining === null && (isLate || isMuch || fullSince !== null)) {
      retainedAt = now
      appendedBytes = 0
      retaining = from
        .retain(now - days * DAY_MS, now - DAY_MS, bytes)
        .then(({ isFull }) => {
          const before = fullSince
          if (isFull) fullSince ??= now
          else if (trouble === null) fullSince = null
          if (fullSince !== before) onState?.(state())
        })
        .catch((error) => {
          if (!stopped) onUnretained?.(error)
        })
        .finally(() => {
          retaining = null
        })
    }
    return retaining ?? Promise.resolve()
  }

  wake()
  return {
    add(entries) {
      const before = lost
      for (const entry of entries) {
        const size = sizeOf(entry)
        if (stopped || queue.length >= most.entries || queuedBytes + size > most.bytes) {
          lost += 1
          isOverfull ||= !stopped
          continue
        }
        queue.push(entry)
        queuedBytes += size
      }
      // The first loss is told at once; `state` has the number.
      if (before === 0 && lost > 0) onState?.(state())
      // In trouble, the next try is planned already.
      if (trouble === null) wake()
      if (isOverfull) beginTrouble('more than can be written')
    },
    state,
    isKeeping: () => store !== null && trouble === null,
    store: () => store,
    async stop(patience) {
      const drained = async () => {
        await working
        if (queue.length === 0) return
        // A store in trouble may be well again: it is tried once more.
        do {
          wake()
          await working
        } while (queue.length > 0 && trouble === null)
      }
      await Promise.race([drained(), patience])
      stopped = true
      cancelRetry()
      lost += queue.length
      queue = []
      if (lost > 0) onState?.(state())
      await Promise.race([store?.close().catch(() => {}), patience])
    },
  }
}

function sizeOf({ key, text, body }: RecordEntry): number {
  return 400 + 2 * (key.length + text.length + body.length)
}
