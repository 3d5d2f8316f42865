import { expectedDraft } from '#lib/server/expected-body.ts'
import { readBody } from '#lib/server/read-body.ts'
import { guarded, json } from '#lib/server/route-handler.ts'

/** What a text would be as the list of expected machines. */
export const POST = guarded(async ({ expected }, request) => {
  const reading = await readBody(request, expectedDraft)
  return 'refusal' in reading
    ? reading.refusal
    : json(await expected.preview(reading.body.text, request.signal))
})
