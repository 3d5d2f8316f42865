import type { Moment } from '#lib/server/feed/feed.ts'
import type { Snapshot } from '#lib/wire/wire.ts'

/** Rows in one piece of text: what JSON.stringify does with them stays within a few milliseconds. */
const ROWS_A_PIECE = 200

/** The snapshot of a moment, for whoever wants all of it at once. */
export function toSnapshot(moment: Moment, now: number): Snapshot {
  return {
    epoch: moment.epoch,
    revision: moment.revision,
    serverTime: new Date(now).toISOString(),
    cluster: moment.cluster,
    feed: moment.feed,
    machines: [...moment.rows.machines.values()],
    others: [...moment.rows.others.values()],
  }
}

/**
 * The snapshot's JSON in pieces, so that 10,000 requests neither stand in memory as one text nor
 * hold up the event loop. All of it is of the moment at which it was asked for.
 */
export function streamSnapshot(snapshot: Snapshot): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const pieces = piecesOf(snapshot)
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      // A turn of the event loop between the pieces: a reader that is fast must not starve others.
      await new Promise((resolve) => setImmediate(resolve))
      const { value, done } = pieces.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
  })
}

function* piecesOf(snapshot: Snapshot): Generator<string, void, undefined> {
  const { machines, others, ...head } = snapshot
  yield `${JSON.stringify(head).slice(0, -1)},"machines":[`
  yield* rowsOf(machines)
  yield '],"others":['
  yield* rowsOf(others)
  yield ']}'
}

function* rowsOf(rows: readonly unknown[]): Generator<string, void, undefined> {
  for (let at = 0; at < rows.length; at += ROWS_A_PIECE) {
    const piece = JSON.stringify(rows.slice(at, at + ROWS_A_PIECE)).slice(1, -1)
    yield at === 0 ? piece : `,${piece}`
  }
}
