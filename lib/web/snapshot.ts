import type { Moment } from '#lib/cluster/feed.ts'
import { machineFor, requestFor } from '#lib/csr/verdict/viewer-overlay.ts'
import { clusterFor, type Principal } from '#lib/people/principal.ts'
import type { Snapshot } from '#lib/wire/wire.ts'

/** Rows of one piece: JSON.stringify takes a few milliseconds for them. */
const ROWS_A_PIECE = 200

/**
 * The JSON of a Snapshot for the viewer, in pieces, so that 10,000 requests neither are one text in
 * memory nor block the event loop. All pieces are of the moment of the question.
 */
export function streamSnapshot(
  moment: Moment,
  principal: Principal,
  now: number,
): ReadableStream<BufferSource> {
  const encoder = new TextEncoder()
  const pieces = piecesOf(moment, principal, now)
  return new ReadableStream<BufferSource>({
    async pull(controller) {
      // One turn of the event loop between pieces: a fast reader must not starve others.
      await new Promise((resolve) => setImmediate(resolve))
      const { value, done } = pieces.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
  })
}

function piecesOf({ rows, ...moment }: Moment, principal: Principal, now: number) {
  const { epoch, revision, feed } = moment
  const { viewer } = principal
  const cluster = clusterFor(moment.cluster, principal)
  const serverTime = new Date(now).toISOString()
  const head: Omit<Snapshot, 'machines' | 'others' | 'alarms'> = {
    epoch,
    revision,
    serverTime,
    cluster,
    feed,
  }
  // A copy, because rows may change while the pieces are read.
  const [machines, others] = [[...rows.machines.values()], [...rows.others.values()]]
  const alarms = [...rows.alarms.values()]
  return (function* () {
    yield `${JSON.stringify(head).slice(0, -1)},"machines":[`
    yield* rowsOf(machines, (row) => machineFor(row, viewer))
    yield '],"others":['
    yield* rowsOf(others, (row) => requestFor(row, viewer))
    yield '],"alarms":['
    yield* rowsOf(alarms, (alarm) => alarm)
    yield ']}'
  })()
}

function* rowsOf<Row>(rows: readonly Row[], rowOf: (row: Row) => object) {
  for (let at = 0; at < rows.length; at += ROWS_A_PIECE) {
    const piece = JSON.stringify(rows.slice(at, at + ROWS_A_PIECE).map(rowOf)).slice(1, -1)
    yield at === 0 ? piece : `,${piece}`
  }
}
