import { answered } from '#app/api/refusal.ts'
import { guarded } from '#lib/web/door/route-handler.ts'

/** One run with a page of its lines, those that need a person first. */
export const GET = guarded<{ id: string }>(({ runs }, { url }, caller, { id }) => {
  const from = Number(new URL(url).searchParams.get('from') ?? 0)
  return answered(runs.page(id, Number.isSafeInteger(from) && from >= 0 ? from : 0, caller))
})
