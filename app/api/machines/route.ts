import { listRoute } from '#lib/web/door/view-route.ts'
import { machinesPage } from '#lib/web/views/board/machines-view.ts'

/** One section of the board, filtered and sorted; or every machine by name. */
export const GET = listRoute('machines', ({ board }, asked, look) =>
  machinesPage(board, asked, look),
)
