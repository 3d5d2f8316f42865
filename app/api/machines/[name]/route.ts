import { toldMachine } from '#app/api/check-texts.ts'
import { notFound } from '#app/api/not-found.ts'
import { cause } from '#lib/csr/cause.ts'
import { guarded, json } from '#lib/server/route-handler.ts'

/** One machine with everything its page shows. */
export const GET = guarded<{ name: string }>(({ feed }, _request, { name }) => {
  const machine = feed.machine(name)
  return machine === null ? notFound(feed, cause('noSuchMachine')) : json(toldMachine(machine))
})
