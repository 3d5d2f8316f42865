import { toldMachine } from '#app/api/check-texts.ts'
import { notFound, notLive } from '#app/api/not-found.ts'
import { cause } from '#lib/csr/cause.ts'
import { guarded, taggedJson } from '#lib/server/door/route-handler.ts'
import { areRequestsKnown } from '#lib/wire/requests-known.ts'

/** One machine with everything its page shows. */
export const GET = guarded<{ name: string }>(({ feed, runs }, request, { principal }, { name }) => {
  const machine = feed.machine(name, principal.viewer)
  if (machine === null) return notFound(feed, cause('noSuchMachine'))
  const known = machine.requests.length > 0 || areRequestsKnown(feed.moment().feed)
  return known
    ? taggedJson(request, { ...toldMachine(machine), followed: runs.followed(name) })
    : notLive(feed)
})
