import { toldMachine } from '#app/api/check-texts.ts'
import { notFound, notLive } from '#app/api/not-found.ts'
import { cause } from '#lib/csr/cause.ts'
import { guarded, taggedJson } from '#lib/server/door/route-handler.ts'
import { recordedMachine } from '#lib/server/record/recorded-machine.ts'
import type { Running } from '#lib/server/running.ts'
import { machinesAlike } from '#lib/server/views/board/alike-names.ts'
import type { GoneMachine } from '#lib/wire/request-record.ts'
import { areRequestsKnown } from '#lib/wire/requests-known.ts'

/** One machine with everything its page shows; of one that is gone, what the record knows. */
export const GET = guarded<{ name: string }>(async (running, request, { principal }, { name }) => {
  const { feed, runs } = running
  const machine = feed.machine(name, principal.viewer)
  if (machine === null) {
    const gone = feed.moment().feed.state === 'live' ? await goneMachine(running, name) : null
    return gone === null ? notFound(feed, cause('noSuchMachine')) : taggedJson(request, gone)
  }
  const known = machine.requests.length > 0 || areRequestsKnown(feed.moment().feed)
  return known
    ? taggedJson(request, { ...toldMachine(machine), followed: runs.followed(name) })
    : notLive(feed)
})

async function goneMachine(
  { feed, record }: Pick<Running, 'feed' | 'record'>,
  name: string,
): Promise<GoneMachine | null> {
  const known = await recordedMachine(record, name)
  const machines = feed.views.rows.board.machines()
  return known && { gone: true, ...known, alike: machinesAlike(machines, name) }
}
