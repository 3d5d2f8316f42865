import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** A value that only the browser has, and that never changes; `before` until React has hydrated. */
export function useInBrowser<Value>(read: () => Value, before: Value): Value {
  return useSyncExternalStore(never, read, () => before)
}
