import { withBody } from '#app/api/with-body.ts'
import { documentDraft } from '#lib/web/documents/document-body.ts'
import { json } from '#lib/web/door/route-handler.ts'

/** Problems of a text, or its changes in the last 24 hours. Nothing is written. */
export const POST = withBody(
  documentDraft,
  async ({ policy, previews }, { text }, { principal }, { signal }) =>
    json(await previews.run(principal, signal, () => policy.preview(text, signal))),
)
