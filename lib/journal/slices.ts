import { setImmediate } from 'node:timers/promises'

/** Most milliseconds that a slice may take of the event loop; others then get their turn. */
const SLICE_MS = 8

let lastTurn: Promise<unknown> = Promise.resolve()

/** The next turn of the event loop in which no other work has its slice. */
function nextTurn(): Promise<unknown> {
  lastTurn = lastTurn.then(() => setImmediate())
  return lastTurn
}

/**
 * Does the work for each item, never longer than a slice without a pause, also when others ask at the
 * same time. Rejects with the signal's reason when the asker has left.
 */
export async function inSlices<Item>(
  items: Iterable<Item>,
  work: (item: Item) => void,
  signal?: AbortSignal,
): Promise<void> {
  await nextTurn()
  signal?.throwIfAborted()
  let until = performance.now() + SLICE_MS
  for (const item of items) {
    work(item)
    if (performance.now() < until) continue
    await nextTurn()
    signal?.throwIfAborted()
    until = performance.now() + SLICE_MS
  }
}
