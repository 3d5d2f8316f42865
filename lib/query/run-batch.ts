import { type Cause, cause } from '#lib/csr/cause.ts'
import type { RequestRow } from '#lib/csr/machine/rows.ts'
import type { Reason } from '#lib/csr/model.ts'
import { isFollowed, isSound, isTrusted } from '#lib/csr/policy/trust.ts'
import { type MaybeTold, UNTOLD } from '#lib/live/told.ts'
import type {
  DecisionItem,
  DecisionLine,
  Loss,
  PreflightAnswer,
  PreflightBody,
  Problem,
} from '#lib/live/wire.ts'
import { type Api, ProblemError, problemOf } from '#lib/query/api.ts'
import { isPending } from '#lib/query/board-facts.ts'
import type { Pause, Run, RunItem } from '#lib/query/run.ts'
import type { Held } from '#lib/query/run-reducer.ts'
import { sendDecisions } from '#lib/query/send-decisions.ts'

export interface BatchListener {
  readonly onChecked: (held: readonly Held[]) => void
  readonly onLine: (line: DecisionLine) => void
  /** The API server asked to wait until then (RFC 3339); null when that is over. */
  readonly onPause: (until: string | null) => void
}

/** What is left to say when a batch is over. */
export interface BatchEnd {
  readonly rest: 'notSent' | 'unclear'
  readonly pause: {
    readonly why: Pause['why']
    readonly ms: number
  } | null
  /** It was lost before any of its items was decided. */
  readonly inVain: boolean
}

/** Where the answer does not say how long to wait. */
const THROTTLED_MS = 5_000
const DISCONNECTED_MS = 3_000
const UNAUTHORIZED_MS = 5_000

/**
 * Reads again the requests of that run's batch, which are of one level of trust, holds back what is
 * not as it was, and decides the others. Never rejects: what went wrong is in the answer.
 */
export async function sendBatch(
  api: Api,
  { id: run, user }: Pick<Run, 'id' | 'user'>,
  batch: readonly RunItem[],
  signal: AbortSignal,
  listener: BatchListener,
): Promise<BatchEnd> {
  let rest: BatchEnd['rest'] = 'notSent'
  let lost: Loss | undefined
  let inVain = true
  const onLine = (line: DecisionLine) => {
    if (line.lost === undefined) inVain = false
    else lost = line.lost
    listener.onLine(line)
  }
  try {
    const items = await check(api, batch, signal, listener)
    const [first] = batch
    if (items.length > 0 && first !== undefined) {
      rest = 'unclear'
      const { onPause } = listener
      const { accept } = first
      const body = { decision: 'approve', accept, run, as: user, items } as const
      await sendDecisions(api, body, onLine, { signal, onPause })
    }
    // Told for all: what is left of the batch, if anything, was skipped by the server.
    return lost === undefined ? ended(rest, null) : { rest, pause: PAUSES[lost], inVain }
  } catch (error) {
    // Aborted by a person's pause or stop.
    if (signal.aborted) return ended(rest, null)
    const problem = problemOf(error)
    // A refusal of the whole call comes before any item is looked at.
    if (problem.status >= 400 && problem.status < 500) rest = 'notSent'
    return ended(rest, pauseAfter(problem, error))
  }
}

function ended(rest: BatchEnd['rest'], pause: BatchEnd['pause']): BatchEnd {
  return { rest, pause, inVain: false }
}

async function check(
  api: Api,
  batch: readonly RunItem[],
  signal: AbortSignal,
  { onChecked }: BatchListener,
): Promise<readonly DecisionItem[]> {
  const body: PreflightBody = {
    items: batch.map(({ uid, resourceVersion }) => ({ uid, resourceVersion })),
  }
  const answer = await api.json<PreflightAnswer>('/api/preflight', { method: 'POST', body, signal })
  const rows = new Map(answer.items.map(({ uid, row }) => [uid, row]))
  const held: Held[] = []
  const items: DecisionItem[] = []
  for (const item of batch) {
    const row = rows.get(item.uid) ?? null
    const objection = objectionTo(item, row)
    if (objection !== null) held.push(objection)
    else if (row !== null) {
      const { uid, resourceVersion, status, verdict, failing } = row
      const bound = { uid, resourceVersion, saw: { status, verdict, failing } }
      items.push(item.followed ? { ...bound, followed: true } : bound)
    }
  }
  if (held.length > 0) onChecked(held)
  return items
}

/**
 * What speaks against approving it now. A uid stands for one request for ever (its spec is
 * immutable), so what can have changed since it was on screen is whether it still waits, how far
 * it is trusted and how many people it takes. Null when nothing has, or when it was decided
 * meanwhile: the server then says so.
 */
export function objectionTo(
  item: Pick<RunItem, 'uid' | 'name' | 'signerName' | 'accept' | 'followed'>,
  row: RequestRow | null,
): Held | null {
  const { uid } = item
  if (row === null || row.uid !== uid) return { uid, outcome: 'gone', reason: null, ...UNTOLD }
  const sameRequest = row.name === item.name && row.signerName === item.signerName
  const { reason } = row
  if (!sameRequest) return { uid, outcome: 'changed', reason, ...UNTOLD }
  if (!isPending(row)) return null
  if (row.verdict === 'refused') return { uid, outcome: 'refused', reason, ...UNTOLD }
  if (row.secondPerson !== null) {
    return { uid, outcome: 'refused', reason: null, ...toldHere(cause('takesTwoByNow')) }
  }
  if (item.followed && isSound(row.verdict) && !isFollowed(row.unattended, item.accept)) {
    const why = cause('arrivedUnconfirmed')
    return { uid, outcome: 'changed', reason: null, ...toldHere(why, reason) }
  }
  if (isTrusted(row, item.accept)) return null
  if (row.verdict !== 'plausible') return { uid, outcome: 'changed', reason, ...UNTOLD }
  const why = cause(item.accept === 'plausible' ? 'nodeExists' : 'notVerified')
  return { uid, outcome: 'changed', reason: null, ...toldHere(why, reason) }
}

/** As the server would say it. */
export function toldHere(why: Cause, because: Reason | null = null): MaybeTold {
  return { detail: why.code, causes: because === null ? [why] : [why, because] }
}

/**
 * The feed tells when the cluster is back, and when it is somebody else; whether a credential is taken
 * again, only another try does.
 */
const PAUSES = {
  server: { why: 'disconnected', ms: DISCONNECTED_MS },
  cluster: { why: 'disconnected', ms: DISCONNECTED_MS },
  identity: { why: 'unauthorized', ms: UNAUTHORIZED_MS },
  actor: { why: 'otherUser', ms: UNAUTHORIZED_MS },
  actorUnknown: { why: 'actorUnknown', ms: UNAUTHORIZED_MS },
} as const satisfies Record<Loss, BatchEnd['pause']>

function pauseAfter(problem: Problem, error: unknown): NonNullable<BatchEnd['pause']> {
  const { status } = problem
  const told = error instanceof ProblemError ? error.retryAfter : null
  if (status === 429) {
    return { why: 'throttled', ms: told === null ? THROTTLED_MS : told * 1_000 }
  }
  if (status === 401) return { why: 'signedOut', ms: Number.POSITIVE_INFINITY }
  if (status === 403) return { why: 'forbidden', ms: Number.POSITIVE_INFINITY }
  const why = status >= 500 ? 'failed' : 'disconnected'
  return { why, ms: told === null ? DISCONNECTED_MS : told * 1_000 }
}
