import { setImmediate } from 'node:timers/promises'

/** Milliseconds that a slice may take of the event loop; others then get their turn. */
const SLICE_MS = 8

/**
 * Does the work for each item, never longer than a slice without a pause. Rejects with the
 * signal's reason when whoever asked has left.
 */
export async function inSlices<Item>(
  items: Iterable<Item>,
  work: (item: Item) => void,
  signal?: AbortSignal,
): Promise<void> {
  await setImmediate()
  signal?.throwIfAborted()
  let until = performance.now() + SLICE_MS
  for (const item of items) {
    work(item)
    if (performance.now() < until) continue
    await setImmediate()
    signal?.throwIfAborted()
    until = performance.now() + SLICE_MS
  }
}
