/** Sorted times in milliseconds, duplicates allowed. */
export class SortedTimes {
  #times: number[] = []

  get size(): number {
    return this.#times.length
  }

  add(at: number): void {
    // A literal has room for one time, an array that grows has room for 17. Most have one.
    if (this.#times.length === 0) this.#times = [at]
    else this.#times.splice(this.#firstAfter(at), 0, at)
  }

  delete(at: number): void {
    const index = this.#firstAfter(at) - 1
    if (this.#times[index] === at) this.#times.splice(index, 1)
  }

  /** Number of times later than `at`. */
  countAfter(at: number): number {
    return this.#times.length - this.#firstAfter(at)
  }

  /** The nth latest time, from 1; null when there are fewer. */
  latest(nth: number): number | null {
    return this.#times.at(-nth) ?? null
  }

  /** The latest time that is not later than `at`; null when all are. */
  latestUntil(at: number): number | null {
    return this.#times[this.#firstAfter(at) - 1] ?? null
  }

  /** The first time that is later than `at`; null when none is. */
  firstAfter(at: number): number | null {
    return this.#times[this.#firstAfter(at)] ?? null
  }

  #firstAfter(at: number): number {
    let low = 0
    let high = this.#times.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#times[middle] ?? 0) <= at) low = middle + 1
      else high = middle
    }
    return low
  }
}
