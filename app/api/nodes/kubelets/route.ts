import { z } from 'zod'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded, noContent } from '#lib/web/door/route-handler.ts'
import { listRoute } from '#lib/web/door/view-route.ts'

/**
 * Every Node that matches, with the certificate that its kubelet presents: by need, then by name.
 */
export const GET = listRoute('kubelets', ({ kubelets }, asked, look) => kubelets.page(asked, look))

const body = z.strictObject({ again: z.boolean().default(false) })

/** A page shows this list: the server asks every kubelet in turn. */
export const POST = guarded(async ({ feed }, request) => {
  const reading = await readBody(request, body)
  if ('refusal' in reading) return reading.refusal
  feed.showKubelets(reading.body.again)
  return noContent()
})
