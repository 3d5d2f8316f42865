import { cause } from '#lib/csr/cause.ts'
import { problemResponse } from '#lib/refusals/problem.ts'
import { guarded } from '#lib/web/door/route-handler.ts'
import { exportedRecord } from '#lib/web/record/exported-record.ts'
import { readQuery, recordQuery } from '#lib/web/views/rows/view-query.ts'

/** The whole record, or what it has of one machine, as a file. */
export const GET = guarded(({ record, recordReads }, request, { principal, viewing }) => {
  const reading = readQuery(request.url, recordQuery)
  if ('refusal' in reading) return reading.refusal
  const store = record.store()
  if (store === null) return problemResponse('notFound', cause('noRecord'))
  return exportedRecord(store, reading.asked.machine, {
    viewing,
    inTurn: (read) => recordReads.run(principal, request.signal, read),
  })
})
