import { z } from 'zod'
import { withBody } from '#app/api/with-body.ts'
import { personKey } from '#lib/people/person-key.ts'
import { noContent } from '#lib/web/door/route-handler.ts'
import { NODES_IN_VIEW_LIMIT } from '#lib/wire/wire.ts'

const body = z.strictObject({ nodes: z.array(z.string().max(253)).max(NODES_IN_VIEW_LIMIT) })

/** A page shows these Nodes: the server asks their kubelets for the certificates they present. */
export const POST = withBody(body, ({ feed }, { nodes }, { principal }) => {
  feed.showNodes(nodes, personKey(principal.viewer))
  return noContent()
})
