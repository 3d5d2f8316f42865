import { type QueryClient, useMutation, useMutationState } from '@tanstack/react-query'
import { useCallback } from 'react'
import { cause } from '#lib/csr/cause.ts'
import type { RoleGroup } from '#lib/csr/machine/role-rank.ts'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import { pageProblem, problemOf, type Tagged } from '#lib/query/api.ts'
import { pendingOnScreen, SUMMARY_KEY } from '#lib/query/queries.ts'
import { knownRun, noteRun, readRunPage } from '#lib/query/run-queries.ts'
import { isRead } from '#lib/query/stream-events.ts'
import { type LiveClient, useLiveClient } from '#lib/query/tab-client.ts'
import { NO_EXPLANATION, type OptionalExplanation } from '#lib/wire/explanation.ts'
import type { PendingRequest } from '#lib/wire/pending-request.ts'
import {
  isUnderWay,
  type RunAct,
  type RunBody,
  type RunItemEnd,
  type RunSummary,
} from '#lib/wire/run-answers.ts'
import type { Summary } from '#lib/wire/views.ts'
import {
  type Decision,
  type DecisionBody,
  type DecisionLine,
  OUTCOMES,
  type Outcome,
} from '#lib/wire/wire.ts'

/** A pending request with the fields that rows, menus and buttons have. */
export type DecidableRequest = PendingRequest & Pick<RequestRow, 'nodeName'>

/** The fields of a request on screen to which a decision is bound. */
export type ShownRequest = Pick<
  RequestRow,
  'uid' | 'name' | 'resourceVersion' | 'status' | 'verdict' | 'failing' | 'superseded'
>

/** A person's decision about a request on screen; the body of the call is made of it. */
export interface DecisionToSend
  extends Pick<DecisionBody, 'decision' | 'accept' | 'note' | 'followMinutes'> {
  readonly request: ShownRequest
  /** Older requests of the same machine and signer, approved together with it. */
  readonly older?: readonly ShownRequest[]
  /**
   * The name as the person typed it, of the node or the request; needed for a suspicious request.
   */
  readonly confirm?: string
}

export interface DecidedItem extends OptionalExplanation {
  readonly uid: string
  readonly name: string
  /** `busy`: this tab is already deciding the request. `left`: the denial was stopped before it. */
  readonly outcome: Outcome | 'busy' | 'left'
  /** Number of older requests of the same order that were not approved; absent for none. */
  readonly olderLeft?: number
}

export interface Denial {
  readonly requests: readonly ShownRequest[]
  readonly note: string
  readonly onBegun: (run: RunSummary) => void
  /** Once aborted, no further request is begun. */
  readonly stop: AbortSignal
}

/** Variables of a pending mutation: the rows of these requests show "Approving…" or "Denying…". */
interface Deciding {
  readonly decision: Decision
  readonly uids: ReadonlySet<string>
  readonly act: () => Promise<void>
}

const DECIDE = ['decide'] as const
/** Milliseconds that a row waits for the watch; then the pages on screen are read once more. */
const DECIDING_MS = 30_000

/** Outcomes that the watch is about to show. */
const AWAITS_WATCH: ReadonlySet<DecidedItem['outcome']> = new Set([
  'approved',
  'denied',
  'already',
  'unknown',
])

/**
 * Outcomes of an older request without a write. `changed`: the newest request's approval changed
 * its verdict, because a Machine or a list confirms one key for each name.
 */
const NOT_APPROVED: ReadonlySet<DecidedItem['outcome']> = new Set([
  'changed',
  'refused',
  'forbidden',
  'throttled',
  'error',
])

/**
 * Decides one request as it was on screen. Never rejects: a lost answer is `unknown`. A second call
 * while it is under way decides nothing. The mutation is pending until the watch shows the
 * decision.
 */
export function useDecide(): (order: DecisionToSend) => Promise<DecidedItem> {
  const client = useLiveClient()
  const begin = useBegin()
  return useCallback(
    (order) => {
      const { uid, name } = order.request
      const { queryClient } = client
      if (isDeciding(queryClient, uid)) {
        return Promise.resolve({ uid, name, outcome: 'busy', ...NO_EXPLANATION })
      }
      return begin(order.decision, requestsOf(order), async (answered) => {
        const [item, ...older] = await sendDecision(client, order)
        const olderLeft = older.filter(({ outcome }) => NOT_APPROVED.has(outcome)).length
        answered(olderLeft === 0 ? item : { ...item, olderLeft })
        await untilWatched(client, [item, ...older])
      })
    },
    [client, begin],
  )
}

/**
 * Denies many requests as a run of the server. Returns one outcome for each request, in order.
 * Never rejects.
 */
export function useDenyMany(): (denial: Denial) => Promise<readonly DecidedItem[]> {
  const client = useLiveClient()
  const begin = useBegin()
  return useCallback(
    (denial) =>
      begin('deny', denial.requests, async (answered) => {
        const items = await denyMany(client, denial)
        answered(items)
        await untilWatched(client, items)
      }),
    [client, begin],
  )
}

/**
 * Starts a mutation. Resolves with its answer, which arrives before the watch shows the decision.
 */
function useBegin() {
  const { queryClient } = useLiveClient()
  const { mutate } = useMutation(
    { mutationKey: DECIDE, mutationFn: ({ act }: Deciding) => act() },
    queryClient,
  )
  return useCallback(
    <Answer>(
      decision: Decision,
      requests: readonly ShownRequest[],
      act: (answered: (answer: Answer) => void) => Promise<void>,
    ) =>
      new Promise<Answer>((resolve) => {
        const uids = new Set(requests.map(({ uid }) => uid))
        mutate({ decision, uids, act: () => act(resolve) })
      }),
    [mutate],
  )
}

/** This tab's decision under way for any of these requests; null for none. */
export function useDeciding(requests: readonly { readonly uid: string }[]): Decision | null {
  const { queryClient } = useLiveClient()
  const uids = requests.map(({ uid }) => uid)
  const [decision = null] = useMutationState<Decision>(
    {
      filters: {
        mutationKey: DECIDE,
        status: 'pending',
        predicate: ({ state }) => isAbout(state.variables, uids),
      },
      select: ({ state }) => (state.variables as Deciding).decision,
    },
    queryClient,
  )
  return decision
}

export function isDeciding(queryClient: QueryClient, uid: string): boolean {
  const filters = { mutationKey: DECIDE, status: 'pending' } as const
  const pending = queryClient.getMutationCache().findAll(filters)
  return pending.some(({ state }) => isAbout(state.variables, [uid]))
}

function isAbout(variables: unknown, uids: readonly string[]): boolean {
  const mine = (variables as Deciding | undefined)?.uids
  return mine !== undefined && uids.some((uid) => mine.has(uid))
}

// ── Runs ─────────────────────────────────────────────────────────────────────────────────────

/** Starts a run of a plan. */
export function useStartRun() {
  const client = useLiveClient()
  return useMutation(
    {
      mutationFn: (body: Exclude<RunBody, { readonly deny: readonly string[] }>) =>
        startRun(client, { ...body, as: actingUser(client) }),
    },
    client.queryClient,
  )
}

interface ActOnRun {
  readonly id: string
  readonly act: RunAct
  /** Only with `goOn`: the group to begin, as shown on screen. */
  readonly next?: RoleGroup
}

/** Pauses, resumes, stops or dismisses a run, or begins its next group. */
export function useActOnRun() {
  const client = useLiveClient()
  return useMutation(
    { mutationFn: (asked: ActOnRun) => actOnRun(client, asked) },
    client.queryClient,
  )
}

type Sender = Pick<LiveClient, 'api' | 'queryClient' | 'setTimer'>

async function startRun(client: Sender, body: RunBody): Promise<RunSummary> {
  const run = await client.api.json<RunSummary>('/api/runs', { method: 'POST', body })
  noteRun(client.queryClient, run)
  return run
}

async function actOnRun({ api, queryClient }: Sender, { id, act, next }: ActOnRun): Promise<void> {
  const path = `/api/runs/${encodeURIComponent(id)}/${act}`
  noteRun(
    queryClient,
    await api.json<RunSummary>(path, { method: 'POST', body: next === undefined ? {} : { next } }),
  )
}

/** The identity shown on screen: the server decides nothing under another one. */
function actingUser({ queryClient }: Pick<Sender, 'queryClient'>): string {
  return queryClient.getQueryData<Tagged<Summary>>(SUMMARY_KEY)?.answer.cluster.user ?? ''
}

async function denyMany(client: Sender, denial: Denial): Promise<readonly DecidedItem[]> {
  const { requests, note, stop, onBegun } = denial
  const all = (outcome: DecidedItem['outcome'], why: OptionalExplanation = NO_EXPLANATION) =>
    requests.map(({ uid, name }) => ({ uid, name, outcome, ...pick(why) }))
  if (stop.aborted) return all('left')
  let run: RunSummary
  try {
    const deny = requests.map(({ uid }) => uid)
    run = await startRun(client, { deny, note, as: actingUser(client) })
  } catch (error) {
    const problem = problemOf(error)
    return all(outcomeOfProblem(problem.status), problem)
  }
  onBegun(run)
  const halt = () => void actOnRun(client, { id: run.id, act: 'stop' }).catch(() => {})
  stop.addEventListener('abort', halt, { once: true })
  if (stop.aborted) halt()
  await untilEnded(client, run.id)
  try {
    const others = await notDenied(client, run.id)
    void actOnRun(client, { id: run.id, act: 'dismiss' }).catch(() => {})
    return requests.map(({ uid, name }) => {
      const { outcome, ...why } = others.get(uid) ?? {
        outcome: 'denied' as const,
        ...NO_EXPLANATION,
      }
      return { uid, name, outcome, ...pick(why) }
    })
  } catch (error) {
    return all('unknown', problemOf(error))
  }
}

function pick({ detail, causes }: OptionalExplanation): OptionalExplanation {
  return { detail, causes }
}

async function notDenied(client: Sender, id: string): Promise<ReadonlyMap<string, RunItemEnd>> {
  const others = new Map<string, RunItemEnd>()
  for (let from = 0; ; ) {
    const { others: page } = await readRunPage(client, id, from)
    for (const one of page.rows) others.set(one.uid, one)
    from += page.rows.length
    if (page.rows.length === 0 || from >= page.count) return others
  }
}

/**
 * Waits for the run's end, which has an outcome for each request that was begun. A run that the
 * server no longer knows is over, too.
 */
function untilEnded({ queryClient }: Sender, id: string): Promise<void> {
  const isOver = () => {
    const run = knownRun(queryClient, id)
    return run === null || (!isUnderWay(run) && run.progress.open === 0)
  }
  return until(queryClient, isOver, () => () => {})
}

/**
 * Waits until the watch shows none of the decided requests as pending. After half a minute the pages
 * on screen are read once more, and that answer counts.
 */
function untilWatched(
  { queryClient, setTimer }: Sender,
  items: readonly DecidedItem[],
): Promise<void> {
  const awaited = items.filter(({ outcome }) => AWAITS_WATCH.has(outcome))
  const isShown = () => {
    const pending = pendingOnScreen(queryClient)
    return !awaited.some(({ uid }) => pending.has(uid))
  }
  return until(queryClient, isShown, (end) =>
    setTimer(() => {
      void queryClient.refetchQueries({ type: 'active', predicate: isRead }).finally(end)
    }, DECIDING_MS),
  )
}

function until(
  queryClient: QueryClient,
  isSo: () => boolean,
  giveUp: (end: () => void) => () => void,
): Promise<void> {
  if (isSo()) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      undo()
      cancel()
      resolve()
    }
    const cancel = giveUp(end)
    const undo = queryClient.getQueryCache().subscribe(() => {
      if (isSo()) end()
    })
  })
}

// ── One decision ─────────────────────────────────────────────────────────────────────────────

function requestsOf({ request, older = [] }: DecisionToSend) {
  return [request, ...older] as const
}

/** One answer a request, in their order. */
async function sendDecision(
  client: Sender,
  order: DecisionToSend,
): Promise<readonly [DecidedItem, ...DecidedItem[]]> {
  const [first, ...older] = requestsOf(order)
  const each = (answer: (request: ShownRequest) => DecidedItem) =>
    [answer(first), ...older.map(answer)] as const
  try {
    const response = await client.api.send('/api/decisions', {
      method: 'POST',
      body: bodyOf(order, actingUser(client)),
      accept: 'application/x-ndjson',
    })
    const text = await response.text()
    return each(({ uid, name }) => {
      const line = lineOf(text, uid) ?? brokeOff()
      const { outcome, detail, causes } = { ...NO_EXPLANATION, ...line }
      return { uid, name, outcome, detail, causes }
    })
  } catch (error) {
    const problem = problemOf(error)
    const outcome = outcomeOfProblem(problem.status)
    return each(({ uid, name }) => ({ uid, name, outcome, ...pick(problem) }))
  }
}

/** Outcome of a request whose line did not arrive. */
function brokeOff(): Pick<DecidedItem, 'outcome' | 'detail' | 'causes'> {
  const problem = pageProblem('interrupted', cause('answerBrokeOff'))
  return { outcome: outcomeOfProblem(problem.status), ...pick(problem) }
}

function bodyOf(order: DecisionToSend, as: string): DecisionBody {
  const { decision, accept, note, confirm, followMinutes } = order
  return {
    decision,
    ...(accept === undefined ? {} : { accept }),
    ...(note === undefined || note === '' ? {} : { note }),
    ...(followMinutes === undefined ? {} : { followMinutes }),
    as,
    items: requestsOf(order).map(({ uid, resourceVersion, ...request }, at) => {
      const { status, verdict, failing, superseded } = request
      const item = { uid, resourceVersion, saw: { status, verdict, failing, superseded } }
      return confirm === undefined || at > 0 ? item : { ...item, confirm }
    }),
  }
}

/** A refusal of the whole call precedes every item; any other failure may come after a write. */
function outcomeOfProblem(status: number): Outcome {
  if (status === 401 || status === 403) return 'forbidden'
  if (status === 429) return 'throttled'
  return status >= 400 && status < 500 ? 'error' : 'unknown'
}

const KNOWN_OUTCOMES: ReadonlySet<unknown> = new Set(OUTCOMES)

/** The item's line; null where the answer broke off before it. */
function lineOf(text: string, uid: string): DecisionLine | null {
  for (const line of text.split('\n')) {
    const parsed = parse(line) as Partial<DecisionLine> | null
    if (parsed?.uid === uid && KNOWN_OUTCOMES.has(parsed.outcome)) return parsed as DecisionLine
  }
  return null
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
