import { useCallback, useMemo } from 'react'
import type { RequestRow } from '#lib/csr/machine/rows.ts'
import type { Trust } from '#lib/csr/policy/trust.ts'
import type { ListedRequest } from '#lib/live/listed.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import { NOT_TRIED } from '#lib/live/not-tried.ts'
import { type MaybeTold, UNTOLD } from '#lib/live/told.ts'
import type { PendingRequest } from '#lib/live/views.ts'
import {
  DECISION_LIMIT,
  type Decision,
  type DecisionBody,
  type DecisionItem,
  type Loss,
  type Outcome,
} from '#lib/live/wire.ts'
import { type Api, problemOf } from '#lib/query/api.ts'
import { type LiveClient, useLiveClient } from '#lib/query/client.ts'
import { type Deciding, type DecidingItem, withDeciding } from '#lib/query/deciding.ts'
import { createGathered } from '#lib/query/gathered.ts'
import { useStore } from '#lib/query/live.ts'
import { haltDecisions, type SendOptions, sendDecisions } from '#lib/query/send-decisions.ts'
import { SNAPSHOT_KEY } from '#lib/query/snapshot-key.ts'

/** A request as it was on screen, as far as a decision is bound to that. */
export type DecidableRequest = PendingRequest & Pick<RequestRow, 'nodeName'>

export interface DecisionOrder {
  readonly decision: Decision
  /** As they were on screen; more than DECISION_LIMIT go in several calls. */
  readonly requests: readonly DecidableRequest[]
  /** The least trust to accept; `verified` when absent. Of no meaning for a denial. */
  readonly accept?: Trust
  readonly note?: string
  /** The node's name (or the request's) as typed by the person: for one suspicious request. */
  readonly confirm?: string
}

export interface DecideWatch {
  /** Once aborted nothing more is begun: what was sent is finished, and the others are `left`. */
  readonly stop?: AbortSignal | undefined
  readonly onOutcome?: (outcome: DecidedItem['outcome']) => void
  readonly onPause?: SendOptions['onPause']
}

export interface DecidedItem extends MaybeTold {
  readonly uid: string
  readonly name: string
  /** `busy`: this tab is already deciding it. `left`: it was stopped before this one. */
  readonly outcome: Outcome | 'busy' | 'left'
}

/**
 * Sends the requests with what was on screen of each. Resolves with one answer a request, in the
 * order given; never rejects: a lost answer is `unknown`. Calling it twice has one effect.
 */
export type Decide = (order: DecisionOrder, watch?: DecideWatch) => Promise<readonly DecidedItem[]>

export function useDecide(): Decide {
  const client = useLiveClient()
  return useCallback((order, watch) => decide(client, order, watch), [client])
}

/** What this tab is doing to a request: the row says "Approving…" or "Denying…" meanwhile. */
export function useDeciding(uid: string): DecidingItem | null {
  return useStore(useLiveClient().deciding).get(uid) ?? null
}

/** The same for any of a machine's requests. */
export function useAnyDeciding(requests: readonly { readonly uid: string }[]): DecidingItem | null {
  const deciding = useStore(useLiveClient().deciding)
  return useMemo(() => {
    const request = requests.find(({ uid }) => deciding.has(uid))
    return request === undefined ? null : (deciding.get(request.uid) ?? null)
  }, [deciding, requests])
}

/** Outcomes after which the row goes on saying "Approving…" until the watch has the answer. */
const AWAITS_WATCH: ReadonlySet<DecidedItem['outcome']> = new Set([
  'approved',
  'denied',
  'already',
  'unknown',
])

type DecideClient = Pick<
  LiveClient,
  'api' | 'deciding' | 'localNow' | 'setTimer' | 'newId' | 'queryClient'
>

type Answer = Omit<DecidedItem, 'name'>
type Tell = (answer: Answer) => void

/** How all ends that is not sent any more. */
type Ending = Pick<DecidedItem, 'outcome' | 'detail' | 'causes'>
const STOPPED: Ending = { outcome: 'left', ...UNTOLD }

function notTried(loss: Loss): Ending {
  const { outcome, why } = NOT_TRIED[loss]
  return { outcome, detail: why.code, causes: [why] }
}

export async function decide(
  client: DecideClient,
  order: DecisionOrder,
  { stop, onOutcome, onPause }: DecideWatch = {},
): Promise<readonly DecidedItem[]> {
  const { api, deciding, localNow, newId } = client
  const halting = stop === undefined ? null : createHalting(api, newId(), stop)
  const as = client.queryClient.getQueryData<ListedSnapshot>(SNAPSHOT_KEY)?.cluster.user ?? ''
  const busy = deciding.get()
  const requests = distinct(order.requests.filter(({ uid }) => !busy.has(uid)))
  const answers = new Map<string, Answer>()
  // Each by itself would copy all the marks.
  const told = createGathered<Answer>(client, (many) => {
    deciding.change((items) => marked(items, many, { decision: order.decision, at: localNow() }))
    for (const { outcome } of many) onOutcome?.(outcome)
  })
  const tell: Tell = (answer) => {
    answers.set(answer.uid, answer)
    told.add(answer)
  }

  deciding.change((items) =>
    withDeciding(
      items,
      requests.map(({ uid }) => uid),
      { decision: order.decision, state: 'deciding', at: localNow() },
    ),
  )
  for (let at = 0; at < requests.length; at += DECISION_LIMIT) {
    const batch = requests.slice(at, at + DECISION_LIMIT)
    const ending = await decideBatch(api, order, batch, tell, { as, halting, onPause })
    // An answer that breaks off does not say that a wait is over.
    onPause?.(null)
    if (ending !== null) {
      for (const { uid } of requests.slice(at + DECISION_LIMIT)) tell({ uid, ...ending })
      break
    }
  }
  told.take()
  return order.requests.map(({ uid, name }) => ({
    name,
    ...(answers.get(uid) ?? { uid, outcome: 'busy', ...UNTOLD }),
  }))
}

/** The watch may have been quicker than an answer: then the row says already how it is. */
function marked(
  items: Deciding,
  answers: readonly Answer[],
  item: Omit<DecidingItem, 'state'>,
): Deciding {
  const known = answers.filter(({ uid }) => items.has(uid))
  if (known.length === 0) return items
  const next = new Map(items)
  for (const { uid, outcome } of known) {
    const state = outcome === 'unknown' ? 'unclear' : 'decided'
    if (AWAITS_WATCH.has(outcome)) next.set(uid, { ...item, state })
    else next.delete(uid)
  }
  return next
}

interface BatchOptions extends Pick<SendOptions, 'onPause'> {
  /** Who acts, as it was on screen. */
  readonly as: string
  readonly halting: Halting | null
}

/**
 * One call's worth. Answers for each of its requests, whatever happens; returns how the others end,
 * null when they are to be sent.
 */
async function decideBatch(
  api: Api,
  order: DecisionOrder,
  requests: readonly DecidableRequest[],
  tellAll: Tell,
  { as, halting, onPause }: BatchOptions,
): Promise<Ending | null> {
  const isStopped = () => halting?.stop.aborted === true
  const open = new Set(requests.map(({ uid }) => uid))
  const tell: Tell = (answer) => {
    if (open.delete(answer.uid)) tellAll(answer)
  }
  // Before anything was sent, a failure means that nothing happened; afterwards it may have.
  let outcomeWhenLost: Outcome | 'left' = 'error'
  let untold = UNTOLD
  let lost: Ending | null = null
  try {
    if (!isStopped()) {
      const body: DecisionBody = {
        decision: order.decision,
        ...(order.accept === undefined ? {} : { accept: order.accept }),
        ...(order.note === undefined || order.note === '' ? {} : { note: order.note }),
        ...(halting === null ? {} : { run: halting.run }),
        as,
        items: requests.map((request) => itemOf(request, order)),
      }
      outcomeWhenLost = 'unknown'
      await sendDecisions(
        api,
        body,
        ({ uid, lost: loss, ...line }) => {
          // A line of one that was lost may be of one that was tried.
          if (loss !== undefined) lost = notTried(loss)
          tell({ uid, ...UNTOLD, ...line })
        },
        { ...halting?.call, onPause },
      )
    }
    // Told for all that was begun.
    if (isStopped()) outcomeWhenLost = 'left'
  } catch (error) {
    const problem = problemOf(error)
    untold = problem
    // A refusal of the whole call comes before any item is looked at; a 5xx may come after.
    if (problem.status >= 400 && problem.status < 500) {
      outcomeWhenLost = outcomeOfStatus(problem.status)
    }
  }
  const { detail, causes } = untold
  for (const uid of open) tell({ uid, outcome: outcomeWhenLost, detail, causes })
  return isStopped() ? STOPPED : lost
}

/** Bound to the request as it was on screen. */
function itemOf(
  { uid, resourceVersion, status, verdict, failing }: DecidableRequest,
  { confirm }: DecisionOrder,
): DecisionItem {
  const item = { uid, resourceVersion, saw: { status, verdict, failing } }
  return confirm === undefined ? item : { ...item, confirm }
}

interface Halting {
  readonly run: string
  readonly stop: AbortSignal
  readonly call: SendOptions
}

/** A call that was on its way is halted once it has arrived; where the halt fails it is cut off. */
function createHalting(api: Api, run: string, stop: AbortSignal): Halting {
  const call = new AbortController()
  const halt = () => void haltDecisions(api, run).catch(() => call.abort())
  stop.addEventListener('abort', halt, { once: true })
  const onBegun = () => {
    if (stop.aborted) halt()
  }
  return { run, stop, call: { signal: call.signal, onBegun } }
}

/** What a refusal of the whole call means for each item of it. */
export function outcomeOfStatus(status: number): Outcome {
  if (status === 401 || status === 403) return 'forbidden'
  if (status === 429) return 'throttled'
  return 'error'
}

function distinct(requests: readonly DecidableRequest[]): readonly DecidableRequest[] {
  return [...new Map(requests.map((request) => [request.uid, request])).values()]
}
