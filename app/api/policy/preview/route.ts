import { documentDraft } from '#lib/web/documents/document-body.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded, json } from '#lib/web/door/route-handler.ts'

/** Problems of a text, or its changes in the last 24 hours. Nothing is written. */
export const POST = guarded(async ({ policy, previews }, request, { principal }) => {
  const reading = await readBody(request, documentDraft)
  if ('refusal' in reading) return reading.refusal
  const { body } = reading
  const { signal } = request
  const preview = () => policy.preview(body.text, signal)
  return json(await previews.run(principal, signal, preview))
})
