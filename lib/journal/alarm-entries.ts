import { z } from 'zod'
import { CHECK_CODES } from '#lib/csr/check-facts.ts'
import { DECIDERS } from '#lib/csr/decider.ts'
import type { RaisedAlarm } from '#lib/csr/world/alarms.ts'
import {
  ALARM_KEY,
  APPROVED_AGAINST_KEY,
  BLANK,
  type RecordEntry,
  type StoredAlarm,
} from '#lib/journal/record-store.ts'
import { searchText } from '#lib/journal/search-text.ts'
import type { RecordedAlarm } from '#lib/wire/request-record.ts'

export const reasonBody = z.object({
  ...{ code: z.enum(CHECK_CODES), finding: z.string(), values: z.record(z.string(), z.string()) },
})
/** Bodies of entries, as `alarmEntry` writes them. */
const issuedBody = z.object({
  request: z.string(),
  requestor: z.string().optional(),
  differences: z.array(
    z.object({
      ...{ what: z.string(), asked: z.array(z.string()), issued: z.array(z.string()) },
      unlisted: z.object({ asked: z.number(), issued: z.number() }).optional(),
    }),
  ),
})
const approvedBody = z.object({
  what: z.literal('approvedAgainst'),
  name: z.string(),
  requestor: z.string().optional(),
  verdict: z.enum(['suspicious', 'refused']),
  ...{ failing: z.array(z.enum(CHECK_CODES)), reason: reasonBody.nullable() },
  decider: z.enum(DECIDERS).nullable(),
  decidedBy: z.string().nullable(),
})
/** The part that the page of a request shows. */
const shownBody = z.discriminatedUnion('what', [
  issuedBody.pick({ differences: true }).extend({ what: z.literal('issuedOtherwise') }),
  approvedBody.pick({ what: true, verdict: true, reason: true }),
])

/** The entry of an alarm that was raised. */
export function alarmEntry(alarm: RaisedAlarm, recordedAt: number): RecordEntry {
  const { kind: what, uid, request, machine, requestor, since } = alarm
  const dated = { kind: 'alarm', at: since ?? recordedAt, recordedAt } as const
  const entry = { ...BLANK, ...dated, uid, machine }
  if (alarm.kind === 'issuedOtherwise') {
    return {
      ...{ ...entry, key: `${ALARM_KEY}${uid}` },
      text: searchText([machine, request]),
      body: JSON.stringify({ what, request, requestor, differences: alarm.differences }),
    }
  }
  const { verdict, failing, reason, decider, decidedBy } = alarm
  return {
    ...{ ...entry, key: `${APPROVED_AGAINST_KEY}${uid}`, person: decidedBy },
    text: searchText([machine, request, decidedBy]),
    body: JSON.stringify({
      ...{ what, name: request, requestor, verdict, failing, reason, decider, decidedBy },
    }),
  }
}

/** The alarm of a stored entry, to be raised again; null where the entry has another body. */
export function restoredAlarm(stored: StoredAlarm): RaisedAlarm | null {
  const { kind, uid, machine, at: since, body } = stored
  const dated = { uid, machine, since }
  if (kind === 'issuedOtherwise') {
    const issued = issuedBody.safeParse(body)
    return issued.success ? { kind, ...dated, ...issued.data } : null
  }
  const approved = approvedBody.safeParse(body)
  if (!approved.success) return null
  // Entries of the first versions may have no name.
  const { what: _, name, ...facts } = approved.data
  return { kind, ...dated, request: name || uid, ...facts }
}

/** The alarm of an entry's body for the page of its request; null for a body of another version. */
export function recordedAlarm(body: unknown): RecordedAlarm | null {
  const shown = shownBody.safeParse(body).data
  if (shown === undefined) return null
  if (shown.what === 'approvedAgainst') {
    return { kind: shown.what, verdict: shown.verdict, reason: shown.reason }
  }
  return { kind: shown.what, differs: shown.differences.map(({ what }) => what) }
}
