import { z } from 'zod'
import { withBody } from '#app/api/with-body.ts'
import { noContent } from '#lib/web/door/route-handler.ts'
import { listRoute } from '#lib/web/door/view-route.ts'

/**
 * Every Node that matches, with the certificate that its kubelet presents: by need, then by name.
 */
export const GET = listRoute('kubelets', ({ kubelets }, asked, look) => kubelets.page(asked, look))

const body = z.strictObject({ again: z.boolean().default(false) })

/** A page shows this list: the server asks every kubelet in turn. */
export const POST = withBody(body, ({ feed }, { again }) => {
  feed.showKubelets(again)
  return noContent()
})
