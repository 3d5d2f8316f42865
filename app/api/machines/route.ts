import { viewRoute } from '#lib/web/door/view-route.ts'
import { machinesPage } from '#lib/web/views/board/machines-view.ts'
import { machinesQuery } from '#lib/web/views/rows/view-query.ts'

/** One section of the board, filtered and sorted; or every machine by name. */
export const GET = viewRoute({
  topic: 'machines',
  query: machinesQuery,
  read: (views, asked, look) => machinesPage(views.board, asked, look),
})
