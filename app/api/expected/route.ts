import { withBody } from '#app/api/with-body.ts'
import { documentBody } from '#lib/web/documents/document-body.ts'
import { guarded, json } from '#lib/web/door/route-handler.ts'

/** The list of expected machines, matched with the machines that arrived. */
export const GET = guarded(async ({ expected }, _request, { principal }) =>
  json(await expected.answer(principal.actor)),
)

/** Saves another list over the version that the caller read. */
export const POST = withBody(
  documentBody,
  async ({ expected, previews }, { text, version }, { principal }) => {
    const save = () => expected.save(text, version, principal.actor)
    // Long lists are read one at a time, for whoever sends them. A list is saved also where its page
    // was closed meanwhile.
    return json(await previews.run(principal, null, save))
  },
)
