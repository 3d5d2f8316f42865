type Pace = 'story' | 'wall'

interface Timer {
  readonly due: number
  readonly pace: Pace
  readonly act: () => void
  handle: NodeJS.Timeout | null
  undone: boolean
}

/** Longest wait that `setTimeout` accepts. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * The sandbox's time. It runs through the story from the past to now, so that every object has its
 * age, and continues with the wall clock.
 */
export class StoryClock {
  #now: number
  #live = false
  #speed = 1
  /** Timers before the clock is live: latest first, the next one at the end. */
  #queue: Timer[] = []
  readonly #running = new Set<Timer>()

  constructor(start: number) {
    this.#now = start
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#live ? Date.now() : this.#now
  }

  /**
   * Calls back once after `seconds`; returns the undo. Machines wait at the story's speed, the
   * control plane always by the wall clock.
   */
  after(seconds: number, act: () => void, pace: Pace = 'story'): () => void {
    const due = this.now() + seconds * 1000
    const timer: Timer = { due, pace, act, handle: null, undone: false }
    if (this.#live) this.#arm(timer, seconds * 1000)
    else this.#enqueue(timer)
    return () => {
      timer.undone = true
      this.#running.delete(timer)
      if (timer.handle !== null) clearTimeout(timer.handle)
    }
  }

  /** Advances a clock that is not live, running due timers in order. */
  windTo(time: number): void {
    for (let next = this.#queue.at(-1); next && next.due <= time; next = this.#queue.at(-1)) {
      this.#queue.pop()
      this.#now = Math.max(this.#now, next.due)
      if (!next.undone) next.act()
    }
    this.#now = Math.max(this.#now, time)
  }

  /** Continues with the wall clock; waits of the story are `speed` times shorter. */
  goLive(speed: number): void {
    this.#live = true
    this.#speed = speed
    for (const timer of this.#queue) if (!timer.undone) this.#arm(timer, timer.due - this.#now)
    this.#queue = []
  }

  stop(): void {
    for (const { handle } of this.#running) if (handle !== null) clearTimeout(handle)
    this.#running.clear()
    this.#queue = []
  }

  #arm(timer: Timer, waitMs: number): void {
    this.#running.add(timer)
    const paced = timer.pace === 'story' ? waitMs / this.#speed : waitMs
    timer.handle = setTimeout(
      () => {
        this.#running.delete(timer)
        timer.act()
      },
      Math.min(Math.max(0, paced), LONGEST_MS),
    )
  }

  /** Inserted after timers of the same time. */
  #enqueue(timer: Timer): void {
    let low = 0
    let high = this.#queue.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#queue[middle]?.due ?? 0) > timer.due) low = middle + 1
      else high = middle
    }
    this.#queue.splice(low, 0, timer)
  }
}

/** RFC 3339 in UTC, whole seconds, as the API server writes times. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
