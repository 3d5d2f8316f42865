import { documentDraft } from '#lib/server/documents/document-body.ts'
import { readBody } from '#lib/server/door/read-body.ts'
import { guarded, json } from '#lib/server/door/route-handler.ts'

/** What is wrong with a text, or what it would change of the last 24 hours. Nothing is written. */
export const POST = guarded(async ({ policy }, request) => {
  const reading = await readBody(request, documentDraft)
  if ('refusal' in reading) return reading.refusal
  return json(await policy.preview(reading.body.text, request.signal))
})
