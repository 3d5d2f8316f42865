import { documentDraft } from '#lib/server/documents/document-body.ts'
import { readBody } from '#lib/server/door/read-body.ts'
import { guarded, json } from '#lib/server/door/route-handler.ts'

/** The list of expected machines that a text would be. */
export const POST = guarded(async ({ expected }, request) => {
  const reading = await readBody(request, documentDraft)
  return 'refusal' in reading
    ? reading.refusal
    : json(await expected.preview(reading.body.text, request.signal))
})
