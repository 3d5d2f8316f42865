import { guarded } from '#lib/server/route-handler.ts'

/** What changes, as it changes: server-sent events, read by fetch. */
export const GET = guarded(({ streams }, request) => streams.open(request.signal))
