import { recordedRequest } from '#lib/journal/recorded-request.ts'
import { guarded, taggedJson } from '#lib/web/door/route-handler.ts'

/** The record of one request, also of one that the cluster no longer has. */
export const GET = guarded<{ uid: string }>(
  async ({ record, recordReads }, asking, { principal }, { uid }) => {
    const read = () => recordedRequest(record, uid)
    return taggedJson(asking, await recordReads.run(principal, asking.signal, read))
  },
)
