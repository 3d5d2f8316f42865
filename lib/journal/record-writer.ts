import { DAY_MS, HOUR_MS } from '#lib/csr/units-of-time.ts'
import { type RecordEntry, VolumeFull } from '#lib/journal/record-store.ts'
import type { RecordStore } from '#lib/journal/sql-store.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'

export interface RecordState {
  /**
   * The reason why entries cannot be kept now, and the time since then, milliseconds since the
   * epoch; null if they can be kept.
   */
  readonly trouble: { readonly since: number; readonly said: string } | null
  /** Entries that are not in the store yet. */
  readonly waiting: number
  /** Entries that this process could not keep. */
  readonly lost: number
  /**
   * Time since which the volume is known to be full, milliseconds since the epoch; null while it is
   * not.
   */
  readonly fullSince: number | null
}

export interface RecordWriterOptions {
  readonly open: () => Promise<RecordStore>
  /** This machine's clock. */
  readonly clock: Clock
  /** Entries are kept for so many days, and so many bytes. */
  readonly days: number
  readonly bytes: number
  /** Takes entries once they are in the store. */
  readonly onKept?: (entries: readonly RecordEntry[]) => void
  /** Hears when trouble begins or ends, and when entries are lost. */
  readonly onState?: (state: RecordState) => void
  /** Reports that old entries could not be deleted: new ones are kept all the same. */
  readonly onUnretained?: ((error: unknown) => void) | undefined
  readonly most?: { readonly entries: number; readonly bytes: number }
}

const BATCH = 500
/** Most entries of one append on a full volume, where each takes what was deleted before it. */
const FULL_BATCH = 50
/** Most entries and bytes that wait; beyond either, an entry that comes is lost. */
const MOST_WAITING = { entries: 50_000, bytes: 64 * 1024 * 1024 }
const FIRST_RETRY_MS = 250
const RETAIN_EVERY_MS = HOUR_MS
/** Bytes appended until the size is looked at: a share of the bound, and never more than this. */
const RETAIN_EVERY_BYTES = 8 * 2 ** 20
const RETAIN_EVERY_SHARE = 1 / 16
/** Longest that an append may take before it counts as trouble; the append goes on. */
const LONGEST_APPEND_MS = 2_000

/**
 * Moves entries into the store in batches, in order, again and again until it takes them. Its queue is
 * bounded; what does not fit is counted as lost.
 */
export class RecordWriter {
  readonly #options: RecordWriterOptions
  readonly #most: { readonly entries: number; readonly bytes: number }
  /** Bytes appended until the size is looked at. */
  readonly #retainAfter: number
  #queue: RecordEntry[] = []
  #queuedBytes = 0
  #store: RecordStore | null = null
  #trouble: RecordState['trouble'] = null
  #lost = 0
  #isOverfull = false
  #fullSince: number | null = null
  #retainedAt = Number.NEGATIVE_INFINITY
  #appendedBytes = 0
  #retaining: Promise<void> | null = null
  #working: Promise<void> | null = null
  #retryMs = FIRST_RETRY_MS
  #cancelRetry = () => {}
  #isStopped = false

  /** Opens the store. */
  constructor(options: RecordWriterOptions) {
    this.#options = options
    this.#most = options.most ?? MOST_WAITING
    this.#retainAfter = Math.min(options.bytes * RETAIN_EVERY_SHARE, RETAIN_EVERY_BYTES)
    this.#wake()
  }

  /** Queues the entries, in this order. Never throws, never waits. */
  add(entries: readonly RecordEntry[]): void {
    const before = this.#lost
    for (const entry of entries) {
      const size = sizeOf(entry)
      if (this.#isStopped || !this.#hasRoomFor(size)) {
        this.#lost += 1
        this.#isOverfull ||= !this.#isStopped
        continue
      }
      this.#queue.push(entry)
      this.#queuedBytes += size
    }
    // The first loss is told at once; `state` has the number.
    if (before === 0 && this.#lost > 0) this.#tell()
    // In trouble, the next try is planned already.
    if (this.#trouble === null) this.#wake()
    if (this.#isOverfull) this.#beginTrouble('more than can be written')
  }

  state(): RecordState {
    const [trouble, waiting] = [this.#trouble, this.#queue.length]
    return { trouble, waiting, lost: this.#lost, fullSince: this.#fullSince }
  }

  /** Whether everything added so far can be kept: the store was opened, and is not in trouble. */
  isKeeping(): boolean {
    return this.#store !== null && this.#trouble === null
  }

  /** The open store; null before, and while it cannot be opened. */
  store(): RecordStore | null {
    return this.#store
  }

  /** Writes what is queued until `patience` ends, and closes the store. */
  async stop(patience: Promise<void>): Promise<void> {
    await Promise.race([this.#drained(), patience])
    this.#isStopped = true
    this.#cancelRetry()
    this.#lost += this.#queue.length
    this.#queue = []
    if (this.#lost > 0) this.#tell()
    await Promise.race([this.#store?.close().catch(() => {}), patience])
  }

  #hasRoomFor(size: number): boolean {
    const { entries, bytes } = this.#most
    return this.#queue.length < entries && this.#queuedBytes + size <= bytes
  }

  #tell(): void {
    this.#options.onState?.(this.state())
  }

  #wake(): void {
    if (this.#isStopped) return
    this.#working ??= this.#work().finally(() => {
      this.#working = null
      if (this.#trouble !== null && !this.#isStopped) this.#plan()
      else if (this.#queue.length > 0) this.#wake()
    })
  }

  #plan(): void {
    this.#cancelRetry()
    this.#cancelRetry = this.#options.clock.after(this.#retryMs, () => this.#wake())
    this.#retryMs = Math.min(this.#retryMs * 2, 15_000)
  }

  async #work(): Promise<void> {
    const { open, clock, onKept } = this.#options
    try {
      this.#store ??= await open()
      void this.#retain(this.#store)
      while (this.#queue.length > 0) {
        // On a full volume nothing can be appended before something is deleted.
        if (this.#fullSince !== null) await this.#retain(this.#store)
        const batch = this.#queue.slice(0, this.#fullSince === null ? BATCH : FULL_BATCH)
        const bytesOfBatch = batch.reduce((sum, entry) => sum + sizeOf(entry), 0)
        await this.#inTime(this.#store.append(batch))
        // Only `add` has touched the queue meanwhile, at its end.
        this.#queue = this.#queue.slice(batch.length)
        this.#queuedBytes -= bytesOfBatch
        this.#appendedBytes += bytesOfBatch
        this.#recovered()
        onKept?.(batch)
        const retained = this.#retain(this.#store)
        // Deleting has fallen behind: without a wait, SQLite would outgrow its bytes.
        const isBehind = this.#retaining !== null && this.#appendedBytes >= this.#retainAfter
        if (isBehind && this.#store.retainEveryMs === 0) await retained
      }
      this.#recovered()
    } catch (error) {
      const isFull = error instanceof VolumeFull
      if (isFull) this.#fullSince ??= clock.now()
      this.#beginTrouble(error instanceof Error ? error.message : String(error))
      if (!isFull) await this.#reopen()
    }
  }

  #beginTrouble(said: string): void {
    const before = this.#trouble
    this.#trouble = { since: before?.since ?? this.#options.clock.now(), said }
    if (before === null) this.#tell()
  }

  async #inTime(append: Promise<void>): Promise<void> {
    const cancel = this.#options.clock.after(LONGEST_APPEND_MS, () =>
      this.#beginTrouble(`not written within ${LONGEST_APPEND_MS / 1_000} s`),
    )
    await append.finally(cancel)
  }

  /** Another connection may do what this one could not: its thread has ended, or its file was moved. */
  async #reopen(): Promise<void> {
    if (this.#store === null) return
    this.#store.close().catch(() => {})
    this.#store = await this.#options.open().catch(() => null)
  }

  #recovered(): void {
    const { entries, bytes } = this.#most
    this.#retryMs = FIRST_RETRY_MS
    this.#isOverfull &&= this.#queue.length > entries / 2 || this.#queuedBytes > bytes / 2
    if (this.#trouble === null || this.#isOverfull) return
    this.#trouble = null
    this.#tell()
  }

  /** Deletes beside appends what is too old or too much, where it is time to look. Never rejects. */
  #retain(from: RecordStore): Promise<void> {
    const now = this.#options.clock.now()
    const age = now - this.#retainedAt
    const isLate = age >= RETAIN_EVERY_MS || age < 0
    const isMuch = this.#appendedBytes >= this.#retainAfter && age >= from.retainEveryMs
    if (this.#retaining === null && (isLate || isMuch || this.#fullSince !== null)) {
      this.#retainedAt = now
      this.#appendedBytes = 0
      this.#retaining = this.#deleteFrom(from, now).finally(() => {
        this.#retaining = null
      })
    }
    return this.#retaining ?? Promise.resolve()
  }

  async #deleteFrom(from: RecordStore, now: number): Promise<void> {
    const { days, bytes, onUnretained } = this.#options
    try {
      const { isFull } = await from.retain(now - days * DAY_MS, now - DAY_MS, bytes)
      const before = this.#fullSince
      if (isFull) this.#fullSince ??= now
      else if (this.#trouble === null) this.#fullSince = null
      if (this.#fullSince !== before) this.#tell()
    } catch (error) {
      if (!this.#isStopped) onUnretained?.(error)
    }
  }

  async #drained(): Promise<void> {
    await this.#working
    if (this.#queue.length === 0) return
    // A store in trouble may be well again: it is tried once more.
    do {
      this.#wake()
      await this.#working
    } while (this.#queue.length > 0 && this.#trouble === null)
  }
}

function sizeOf({ key, text, body }: RecordEntry): number {
  return 400 + 2 * (key.length + text.length + body.length)
}
