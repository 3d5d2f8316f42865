import { z } from 'zod'
import { KEPT_MS, type KeptRequest, MOST_OF_DAY } from '#lib/cluster/kept-requests.ts'
import { BLANK, type RecordEntry } from '#lib/journal/record-store.ts'
import type { RecordStore } from '#lib/journal/sql-store.ts'

/**
 * Version of the entries, which grows with every change of `Captured`: entries of another
 * one are not read.
 */
const VERSION = 2

const text = z.string()
const capturedBody = z.looseObject({
  at: z.number(),
  superseded: z.boolean(),
  asking: z.boolean(),
  claim: z.looseObject({ csr: z.looseObject({ uid: text, signerName: text }), kind: text }),
  answers: z.array(z.tuple([text, z.looseObject({ code: text, outcome: text, finding: text })])),
})
const body = z.object({
  version: z.literal(VERSION),
  learnedAt: z.number(),
  seen: z.object({
    ...{ uid: text, name: text, nodeName: text.nullable(), signerName: text, requestor: text },
    ...{ createdAt: text, fate: text, endedAt: text.nullable() },
    ...{ decider: text.nullable(), by: text.nullable() },
  }),
  /** The captured request; entries on disk have it under this name. */
  frozen: z.union([text, capturedBody]),
})

/** Entry of a request of the kept day: each end and each captured state once. */
export function shadowEntry(
  { seen, captured, learnedAt }: KeptRequest,
  recordedAt: number,
): RecordEntry {
  const isText = typeof captured === 'string'
  const state = isText ? captured : captured.asking ? 'asking' : 'frozen'
  const stored = isText ? captured : { ...captured, answers: [...captured.answers] }
  return {
    ...BLANK,
    key: `shadow/${seen.uid}/${seen.fate}/${state}`,
    kind: 'shadow',
    at: learnedAt,
    recordedAt,
    uid: seen.uid,
    machine: seen.nodeName,
    body: JSON.stringify({ version: VERSION, seen, learnedAt, frozen: stored }),
  }
}

/** The requests of the last day that the record has, the oldest first; no more than memory keeps. */
export async function recordedDay(store: RecordStore, now: number): Promise<KeptRequest[]> {
  const kept = new Map<string, KeptRequest>()
  let characters = 0
  await store.shadows(now - KEPT_MS, (bodies) => {
    for (const one of bodies) {
      const request = keptRequest(JSON.parse(one))
      const uid = request?.seen.uid ?? ''
      // The latest entry comes first; one of a process that did not see the request pending gives way.
      const known = kept.get(uid)
      if (request === null || (known !== undefined && known.captured !== 'notSeenPending')) continue
      kept.delete(uid)
      kept.set(uid, request)
      characters += one.length
    }
    return kept.size >= MOST_OF_DAY.requests || characters >= MOST_OF_DAY.bytes
  })
  return [...kept.values()].reverse()
}

/** The request of a stored entry; null for another version's. */
function keptRequest(stored: unknown): KeptRequest | null {
  const reading = body.safeParse(stored)
  if (!reading.success) return null
  const { frozen: captured, seen, learnedAt } = reading.data
  const isText = typeof captured === 'string'
  const restored = isText ? captured : { ...captured, answers: new Map(captured.answers) }
  return { seen, captured: restored, learnedAt } as KeptRequest
}
