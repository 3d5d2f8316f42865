import { guarded } from '#lib/server/door/route-handler.ts'

/** What changes, as it changes: server-sent events, read by fetch, for as long as the session is. */
export const GET = guarded(({ streams, sessions }, { signal, headers }) => {
  const ending = sessions.ending(headers.get('authorization') ?? undefined)
  return ending === null ? streams.open(signal) : streams.open(signal, ending)
})
