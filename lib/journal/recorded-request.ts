import { type ZodType, z } from 'zod'
import { CHECK_CODES } from '#lib/csr/check-facts.ts'
import { DECIDERS } from '#lib/csr/decider.ts'
import { reasonBody, recordedAlarm } from '#lib/journal/alarm-entries.ts'
import type { StoredEntry } from '#lib/journal/record-store.ts'
import type { RunningRecord } from '#lib/journal/running-record.ts'
import { timestamp } from '#lib/kube/transport/clock.ts'
import { OUTCOMES } from '#lib/wire/outcomes.ts'
import type {
  RecordedEvent,
  RecordedFacts,
  RequestRecord,
  SeenRequest,
} from '#lib/wire/request-record.ts'

const text = z.string()
const orNull = text.nullable()
const texts = z.array(text)
const code = z.enum(CHECK_CODES)
const values = z.record(text, text)
const judgement = {
  verdict: z.enum(['verified', 'plausible', 'suspicious', 'refused']).nullable(),
  failing: z.array(code),
  reason: reasonBody.nullable(),
}
const judged = z.object(judgement)

const described = z.object({
  requestorDetail: z.object({
    ...{ username: text, uid: text, groups: texts, extra: z.record(text, texts) },
  }),
  usages: texts,
  problems: z.array(z.object({ code: text, detail: text })),
  x509cr: z
    .object({
      subject: z.object({ commonNames: texts, organizations: texts, others: texts }),
      ...{ dnsNames: texts, ipAddresses: texts, emailAddresses: texts, uris: texts },
      otherNames: texts,
      extensions: z.array(
        z.object({
          oid: text,
          name: text,
          critical: z.boolean(),
          allowed: z.boolean(),
          value: text,
        }),
      ),
      publicKey: z.object({ algorithm: text, parameter: text, fingerprint: text }),
      signatureAlgorithm: text,
      signatureValid: z.boolean(),
    })
    .nullable(),
  checks: z.array(
    z.object({
      ...{ code, outcome: z.enum(['pass', 'fail', 'unknown']), finding: text },
      // Entries of the first versions have none.
      values: values.default({}),
    }),
  ),
})

/** Bodies of entries: lib/journal/recorder.ts writes them. */
const seenBody = z.object({
  ...{ uid: text, name: text, nodeName: orNull, signerName: text, requestor: text },
  ...{ createdAt: text, fingerprint: text },
  ...judgement,
})
const decisionBody = z.object({
  ...{ status: text, decidedAt: orNull, decidedBy: orNull, proposedBy: orNull },
  decider: z.enum(DECIDERS).nullable(),
  ...{ decisionNote: orNull, decisionTooLong: z.boolean(), failure: orNull },
  judged: judged.nullable(),
})
const attempt = { requestId: text, who: text, decision: z.enum(['approve', 'deny']) }
const lineBody = z.discriminatedUnion('event', [
  z.object({ event: z.literal('decision.begin'), ...attempt }),
  z.object({
    event: z.literal('decision.end'),
    ...attempt,
    outcome: z.enum(OUTCOMES),
    detail: text.nullable().default(null),
    auditId: text.nullable().default(null),
  }),
  z.object({ event: z.literal('alarm.dismissed'), who: orNull }),
])

/** The record of one request, whether or not the cluster still has it. */
export async function recordedRequest(
  record: Pick<RunningRecord, 'read' | 'standing'>,
  uid: string,
): Promise<RequestRecord> {
  // Most entries of one answer: a request has some tens.
  const found = await record.read((store) => store.about(uid, 100))
  if (found === undefined) return { record: null, seen: null, events: [], isCut: false }
  const { entries, isCut } = found
  const [seen = null] = entries.flatMap((entry) => seenOf(entry) ?? [])
  return { record: record.standing(), seen, events: eventsOf(entries), isCut }
}

/** The request as an entry has it; null for an entry of another kind or version. */
export function seenOf({ kind, recordedAt, body }: StoredEntry): SeenRequest | null {
  const facts = kind === 'request' ? read(seenBody, body) : null
  if (facts === null) return null
  const { verdict, failing, fingerprint, reason: why, ...request } = facts
  const more = read(described, body)
  return {
    ...request,
    recordedAt: timestamp(recordedAt),
    judged: verdict === null ? null : { verdict, failing, reason: why },
    described: more && {
      requestorDetail: more.requestorDetail,
      usages: more.usages,
      reading: { fingerprint, problems: more.problems, x509cr: more.x509cr },
      checks: more.checks
        // The person who would decide was not known then.
        .filter((check) => check.code !== 'requestor.self')
        .map((check) => ({ ...check, expected: [], observed: [] })),
    },
  }
}

/** Events of entries; an entry of another version has none. */
function eventsOf(entries: readonly StoredEntry[]): readonly RecordedEvent[] {
  const events: RecordedEvent[] = []
  /** Index of each attempt's event, by the id of its HTTP request. */
  const begun = new Map<string, number>()
  for (const { kind, recordedAt, body } of entries) {
    const at = timestamp(recordedAt)
    if (kind === 'line') takeLine(at, read(lineBody, body))
    else events.push(...factsOf(kind, body).map((facts) => ({ at, ...facts })))
  }

  function takeLine(at: string, line: z.infer<typeof lineBody> | null): void {
    switch (line?.event) {
      case 'alarm.dismissed':
        events.push({ at, what: 'dismissed', who: line.who })
        break
      case 'decision.begin': {
        const { who, decision, requestId } = line
        const open = { outcome: null, detail: null, auditId: null }
        begun.set(requestId, events.push({ at, what: 'attempt', who, decision, ...open }) - 1)
        break
      }
      case 'decision.end': {
        const { requestId, event: _, ...ended } = line
        const index = begun.get(requestId) ?? events.length
        events[index] = { at: events[index]?.at ?? at, what: 'attempt', ...ended }
      }
    }
  }
  return events
}

function factsOf(kind: StoredEntry['kind'], body: unknown): readonly RecordedFacts[] {
  if (kind === 'alarm') {
    const alarm = recordedAlarm(body)
    return alarm === null ? [] : [{ what: 'alarm', alarm }]
  }
  const decision = kind === 'decision' ? read(decisionBody, body) : null
  if (decision === null) return []
  const { judged: verdict, ...row } = decision
  return [{ what: 'decision', judged: verdict, row }]
}

function read<Body>(schema: ZodType<Body>, body: unknown): Body | null {
  return schema.safeParse(body).data ?? null
}
