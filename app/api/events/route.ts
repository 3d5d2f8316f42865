import { guarded } from '#lib/server/door/route-handler.ts'

/** Changes as server-sent events, read by fetch, until the session ends. */
export const GET = guarded(({ streams, sessions }, { signal, headers }) => {
  const ending = sessions.ending(headers.get('authorization') ?? undefined)
  return ending === null ? streams.open(signal) : streams.open(signal, ending)
})
