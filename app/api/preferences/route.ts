import { readBody } from '#lib/server/door/read-body.ts'
import { guarded, json } from '#lib/server/door/route-handler.ts'
import { preferencesBody } from '#lib/server/preference-store.ts'

/** Preferences of the person, for every page. */
export const GET = guarded((_running, _request, { principal }) =>
  json(principal.preferences.current()),
)

/** Some of it set to something else; answers all of it. */
export const POST = guarded(async (_running, request, { principal }) => {
  const { preferences } = principal
  const reading = await readBody(request, preferencesBody)
  if ('refusal' in reading) return reading.refusal
  await preferences.change(reading.body)
  return json(preferences.current())
})
