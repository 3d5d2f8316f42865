import { listRoute } from '#lib/web/door/view-route.ts'

/** Every listed request that matches: pending first, then newest first. */
export const GET = listRoute('requests', ({ requests }, asked, look) => requests.page(asked, look))
