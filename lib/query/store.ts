/** A value whose listeners are called when it changed, and not when it stayed the same. */
export interface Store<State> {
  get(): State
  change(next: State | ((state: State) => State)): void
  /** The returned function ends the subscription. */
  subscribe(listener: () => void): () => void
}

export function createStore<State extends object | string | number | null>(
  initial: State,
): Store<State> {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    change(next) {
      const value = typeof next === 'function' ? next(state) : next
      if (Object.is(value, state)) return
      state = value
      for (const listener of [...listeners]) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}
