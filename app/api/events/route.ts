import { guarded } from '#lib/web/door/route-handler.ts'

/** Changes as server-sent events, read by fetch, until the session ends. */
export const GET = guarded(({ streams }, { signal }, { principal, viewing }) =>
  streams.open(principal.displayName, ...(viewing === null ? [signal] : [signal, viewing])),
)
