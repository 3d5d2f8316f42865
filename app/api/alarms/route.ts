import { listRoute } from '#lib/web/door/view-route.ts'

/** Alarms that no person has dismissed, the newest first, with or without a machine. */
export const GET = listRoute('alarms', ({ alarms }, asked) => alarms.page(asked))
