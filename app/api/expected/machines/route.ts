import { viewRoute } from '#lib/web/door/view-route.ts'
import { createExpectedView } from '#lib/web/views/expected-view.ts'
import { expectedQuery } from '#lib/web/views/rows/view-query.ts'

const view = createExpectedView()

/** The list in force beside the machines that arrived: those that need a person first. */
export const GET = viewRoute({
  topic: 'expected',
  query: expectedQuery,
  read: (_views, asked, look, state) => view(state, asked, look),
})
