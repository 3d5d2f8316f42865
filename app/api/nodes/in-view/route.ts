import { z } from 'zod'
import { readBody } from '#lib/web/door/read-body.ts'
import { guarded, noContent } from '#lib/web/door/route-handler.ts'
import { NODES_IN_VIEW_LIMIT } from '#lib/wire/wire.ts'

const body = z.strictObject({ nodes: z.array(z.string().max(253)).max(NODES_IN_VIEW_LIMIT) })

/** A page shows these Nodes: the server asks their kubelets for the certificates they present. */
export const POST = guarded(async ({ feed }, request) => {
  const reading = await readBody(request, body)
  if ('refusal' in reading) return reading.refusal
  feed.showNodes(reading.body.nodes)
  return noContent()
})
