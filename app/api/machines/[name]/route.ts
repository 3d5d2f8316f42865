import { wordedMachine } from '#app/api/check-texts.ts'
import { notFound, notLive } from '#app/api/not-found.ts'
import { cause } from '#lib/csr/cause.ts'
import { type RecordedMachine, recordedMachine } from '#lib/journal/recorded-machine.ts'
import { guarded, taggedJson } from '#lib/web/door/route-handler.ts'
import type { Running } from '#lib/web/door/running.ts'
import { machinesAlike } from '#lib/web/views/board/alike-names.ts'
import { areRequestsKnown } from '#lib/wire/known-by-sources.ts'
import type { GoneMachine } from '#lib/wire/request-record.ts'

/** One machine with everything that its page shows; for a gone machine, what the record knows. */
export const GET = guarded<{ name: string }>(async (running, request, { principal }, { name }) => {
  const { feed, runs, record, recordReads } = running
  const machine = feed.machine(name, principal.viewer)
  if (machine === null) {
    const read = () => recordedMachine(record, name)
    const isLive = feed.moment().feed.state === 'live'
    const known = isLive ? await recordReads.run(principal, request.signal, read) : null
    const gone = known && goneMachine(feed, name, known)
    return gone === null ? notFound(feed, cause('noSuchMachine')) : taggedJson(request, gone)
  }
  const known = machine.requests.length > 0 || areRequestsKnown(feed.moment().feed)
  return known
    ? taggedJson(request, { ...wordedMachine(machine), followed: runs.followed(name) })
    : notLive(feed)
})

function goneMachine(
  { views }: Running['feed'],
  name: string,
  known: RecordedMachine,
): GoneMachine {
  return { gone: true, ...known, alike: machinesAlike(views.rows.board.lists.machines, name) }
}
