import { packInSteps } from '#lib/live/pack.ts'
import type { Snapshot } from '#lib/live/wire.ts'

/** The browser's form of a snapshot as JSON; see lib/live/pack.ts. */
export type PackedRows = (snapshot: Snapshot) => Promise<string>

/**
 * Packing 10,000 requests takes a good part of a second: it is done once a revision, however many
 * ask. What is not rows (the time, the feed, the cluster) is told anew to each of them.
 */
export function createPackedRows(): PackedRows {
  let latest: { readonly key: string; readonly rows: Promise<string> } | null = null
  return async (snapshot) => {
    const { machines: _machines, others: _others, ...head } = snapshot
    const key = `${snapshot.epoch} ${snapshot.revision}`
    if (latest?.key !== key) latest = { key, rows: rowsOf(snapshot) }
    const rows = await latest.rows
    return `${JSON.stringify(head).slice(0, -1)},${rows}`
  }
}

/** The rows' part of the JSON, without the brace before it. */
async function rowsOf(snapshot: Snapshot): Promise<string> {
  const { form, machines, requests } = await inTurns(packInSteps(snapshot))
  return JSON.stringify({ form, machines, requests }).slice(1)
}

/** Takes the steps with a turn of the event loop between them; rows do not change meanwhile. */
async function inTurns<T>(steps: Generator<unknown, T, undefined>): Promise<T> {
  for (;;) {
    const { value, done } = steps.next()
    if (done === true) return value
    await new Promise((resolve) => setImmediate(resolve))
  }
}
