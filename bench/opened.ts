/** Processes, connections and tabs, which end in the reverse of their order. */
export class Opened {
  #ends: (() => Promise<void>)[] = []

  /**
   * Adds what `starting` starts. It ends with `await using`, or with all the others, also if it is
   * still starting then.
   */
  async add<T extends object>(
    starting: Promise<T>,
    end: (it: T) => unknown,
  ): Promise<T & AsyncDisposable> {
    let ended: Promise<void> | null = null
    const endOnce = () => {
      ended ??= starting.then(
        async (it) => void (await end(it)),
        () => {},
      )
      return ended
    }
    this.#ends.push(endOnce)
    return Object.assign(await starting, { [Symbol.asyncDispose]: endOnce })
  }

  async end(onError: (error: string) => void): Promise<void> {
    for (let end = this.#ends.pop(); end !== undefined; end = this.#ends.pop()) {
      await end().catch((error: unknown) => onError(String(error)))
    }
  }
}
