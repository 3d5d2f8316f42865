import { documentBody } from '#lib/web/documents/document-body.ts'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded, json } from '#lib/web/door/route-handler.ts'

/** The list of expected machines, matched with the machines that arrived. */
export const GET = guarded(async ({ expected }, _request, { principal }) =>
  json(await expected.answer(principal.actor)),
)

/** Saves another list over the version that the caller read. */
export const POST = guarded(async ({ expected }, request, { principal }) => {
  const reading = await readBody(request, documentBody)
  if ('refusal' in reading) return reading.refusal
  const { text, version } = reading.body
  return json(await expected.save(text, version, principal.actor))
})
