import { listRoute } from '#lib/web/door/view-route.ts'

/** Every Node that matches: by need, then by name. */
export const GET = listRoute('nodes', ({ nodes }, asked, look) => nodes.page(asked, look))
