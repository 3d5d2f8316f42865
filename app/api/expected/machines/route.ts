import { listRoute } from '#lib/web/door/view-route.ts'

/** The list in force beside the machines that arrived: those that need a person first. */
export const GET = listRoute('expected', ({ expected }, asked, look, state) =>
  expected(state, asked, look),
)
