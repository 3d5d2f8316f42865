import { documentDraft } from '#lib/web/documents/document-body.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded, json } from '#lib/web/door/route-handler.ts'

/** The list of expected machines that a text would make. */
export const POST = guarded(async ({ expected, previews }, request, { principal }) => {
  const reading = await readBody(request, documentDraft)
  if ('refusal' in reading) return reading.refusal
  const { body } = reading
  const { signal } = request
  const preview = () => expected.preview(body.text, signal)
  return json(await previews.run(principal, signal, preview))
})
