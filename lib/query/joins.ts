import { type LatestAnswer, useAnswer } from '#lib/query/live.ts'
import { exportPath, type Filter, joinsQuery } from '#lib/query/queries.ts'
import { type LiveClient, useLiveClient } from '#lib/query/tab-client.ts'
import type { JoinsAnswer } from '#lib/wire/join-answers.ts'
import type { ActivityQuery, ExportFormat } from '#lib/wire/views.ts'

export { type DayOfJoins, JOIN_PERIODS, type Joins } from '#lib/wire/join-answers.ts'

/** Joins of each of the last days, and how long they took. */
export function useJoins(days: number): LatestAnswer<JoinsAnswer> {
  return useAnswer(joinsQuery(useLiveClient(), days))
}

/** Every decision that the filter matches, as the contents of a file. */
export async function readExport(
  { api }: Pick<LiveClient, 'api'>,
  filter: Filter<ActivityQuery>,
  format: ExportFormat,
): Promise<Blob> {
  const answer = await api.send(exportPath(filter, format), { accept: '*/*' })
  return answer.blob()
}
