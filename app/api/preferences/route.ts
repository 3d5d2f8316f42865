import { browserPreferences, cookieWith, preferencesBody } from '#lib/people/preference-store.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { authorized, json } from '#lib/web/door/route-handler.ts'

/** Preferences of the person, for every page. */
export const GET = authorized(({ preferences }, { headers }) =>
  json(preferences?.current() ?? browserPreferences(headers.get('cookie') ?? undefined)),
)

/** Changes some preferences; answers with all of them. In team mode the browser keeps them. */
export const POST = authorized(async ({ preferences }, request) => {
  const reading = await readBody(request, preferencesBody)
  if ('refusal' in reading) return reading.refusal
  if (preferences !== null) {
    await preferences.change(reading.body)
    return json(preferences.current())
  }
  const before = browserPreferences(request.headers.get('cookie') ?? undefined)
  const kept = { ...before, ...reading.body }
  return json(kept, 200, { 'set-cookie': cookieWith(kept) })
})
