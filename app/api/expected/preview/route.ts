import { withBody } from '#app/api/with-body.ts'
import { documentDraft } from '#lib/web/documents/document-body.ts'
import { json } from '#lib/web/door/route-handler.ts'

/** The list of expected machines that a text would make. */
export const POST = withBody(
  documentDraft,
  async ({ expected, previews }, { text }, { principal }, { signal }) =>
    json(await previews.run(principal, signal, () => expected.preview(text, signal))),
)
