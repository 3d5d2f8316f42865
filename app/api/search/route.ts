import { viewRoute } from '#lib/web/door/view-route.ts'
import { searchQuery } from '#lib/web/views/rows/view-query.ts'
import { searchAll } from '#lib/web/views/search-view.ts'

/** The best hits among machines, requests and nodes. Each change of a row touches `machines`. */
export const GET = viewRoute({
  topic: 'machines',
  query: searchQuery,
  read: (views, { text }) => ({ groups: searchAll(views, text) }),
})
