import { documentDraft } from '#lib/server/documents/document-body.ts'
import { readBody } from '#lib/server/door/read-body.ts'
import { guarded, json } from '#lib/server/door/route-handler.ts'

/** Problems of a text, or its changes in the last 24 hours. Nothing is written. */
export const POST = guarded(async ({ policy }, request) => {
  const reading = await readBody(request, documentDraft)
  if ('refusal' in reading) return reading.refusal
  return json(await policy.preview(reading.body.text, request.signal))
})
