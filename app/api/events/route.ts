import { personKey } from '#lib/people/person-key.ts'
import { guarded } from '#lib/web/door/route-handler.ts'

/** Changes as server-sent events, read by fetch, until the session ends. */
export const GET = guarded(({ streams }, { signal }, { principal, viewing }) =>
  streams.open(personKey(principal.viewer), ...(viewing === null ? [signal] : [signal, viewing])),
)
