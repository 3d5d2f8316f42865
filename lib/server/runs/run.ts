import { cause } from '#lib/csr/cause.ts'
import type { RequestRow } from '#lib/csr/machine/rows.ts'
import type { Reason } from '#lib/csr/model.ts'
import type { Trust } from '#lib/csr/policy/trust.ts'
import type { Rows } from '#lib/live/diff.ts'
import type { Pause, RunOptions, RunStatus } from '#lib/live/run-answers.ts'
import { type MaybeTold, UNTOLD } from '#lib/live/told.ts'
import type { Decision, Outcome, Saw } from '#lib/live/wire.ts'
import { type Plan, type PlannedMachine, tickedMachines } from '#lib/server/runs/plan.ts'

/** A bulk decision: a fixed selection of machines and requests, worked off in batches. Plain data. */
export interface Run {
  readonly id: string
  readonly decision: Decision
  /** In whose name: nobody else goes on with it. */
  readonly user: string
  readonly note: string
  /** Milliseconds since the epoch, like all times here. */
  readonly startedAt: number
  readonly options: RunOptions
  readonly status: RunStatus
  /** Why it is paused; null unless `status` is `paused`. */
  readonly pause: Pause | null
  /** The person who paused or stopped it last; null without one. */
  readonly haltedBy: string | null
  readonly endedAt: number | null
  /** Serving requests of the run's machines are taken up until then; null when not asked for. */
  readonly followUntil: number | null
  /** In the order of the plan. */
  readonly machines: readonly RunMachine[]
  /** The selection: each machine's newest requests first, superseded ones after all of them. */
  readonly items: readonly RunItem[]
}

export interface RunMachine {
  readonly name: string
  /** Uids of its other requests when the run began. Any further one has come since. */
  readonly seen: readonly string[]
}

export type RunItemState =
  /** Not begun, or to be tried again. */
  | 'queued'
  /** In the batch under way. */
  | 'sent'
  /** Possibly written; the watch will tell. */
  | 'unclear'
  | 'decided'
  /** No longer what was on screen, trusted less, or it takes two people. */
  | 'heldBack'
  | 'failed'
  /** The run was stopped before it. */
  | 'left'

export interface RunItem extends MaybeTold {
  readonly uid: string
  readonly name: string
  /** '' where the request stands under none. */
  readonly machine: string
  readonly signerName: string
  /** As it was when it was taken into the run. */
  readonly saw: Saw
  readonly superseded: boolean
  /** Its machine's trust as it was on screen; of one taken up as it arrived, what was ticked. */
  readonly accept: Trust
  /** Taken up as it arrived, not part of the selection. */
  readonly followed: boolean
  readonly state: RunItemState
  readonly outcome: Outcome | null
  readonly reason: Reason | null
  /** When it got into this state. */
  readonly at: number
}

export interface RunStart {
  readonly id: string
  readonly now: number
  readonly user: string
  readonly note: string
  readonly rows: Rows
}

const MINUTE_MS = 60_000
const NOTHING_MORE: RunOptions = {
  verified: false,
  plausible: false,
  rebootstrapping: false,
  superseded: false,
  followMinutes: null,
}

/** A run over the ticked groups: nothing that arrives later is ever part of it by itself. */
export function createRun(plan: Plan, options: RunOptions, start: RunStart): Run {
  const planned = tickedMachines(plan, options)
  const itemsOf = ({ machine, trust }: PlannedMachine, requests: readonly RequestRow[]) =>
    requests.map((request) =>
      runItem(request, { machine: machine.name, accept: trust, at: start.now, followed: false }),
    )
  const items = [
    ...planned.flatMap((one) => itemsOf(one, one.requests)),
    ...(options.superseded ? planned.flatMap((one) => itemsOf(one, one.superseded)) : []),
  ]
  const isInRun = new Set(items.map(({ uid }) => uid))
  const { followMinutes } = options
  return {
    ...begun('approve', start),
    options,
    followUntil: followMinutes === null ? null : start.now + followMinutes * MINUTE_MS,
    machines: planned.map(({ machine: { name, requests } }) => {
      const listed = [...requests, ...(start.rows.machines.get(name)?.requests ?? [])]
      const uids = new Set(listed.map(({ uid }) => uid))
      return { name, seen: [...uids].filter((uid) => !isInRun.has(uid)) }
    }),
    items,
  }
}

/** A run over these requests, whatever they are under; what is there no more is told as gone. */
export function createDenial(uids: readonly string[], start: RunStart): Run {
  const wanted = new Set(uids)
  const items = new Map<string, RunItem>()
  const take = (request: RequestRow, machine: string) => {
    if (!wanted.has(request.uid)) return
    const more = { machine, accept: 'verified', at: start.now, followed: false } as const
    items.set(request.uid, runItem(request, more))
  }
  for (const { name, requests } of start.rows.machines.values()) {
    for (const request of requests) take(request, name)
  }
  for (const request of start.rows.others.values()) take(request, '')
  return {
    ...begun('deny', start),
    items: [...wanted].map((uid) => items.get(uid) ?? goneItem(uid, start.now)),
  }
}

/** The approval that a run of one machine follows. */
export interface FollowStart extends Omit<RunStart, 'rows'> {
  readonly machine: RunMachine
  /** The client request, approved. */
  readonly request: RequestRow
  readonly accept: Trust
  readonly followMinutes: number
}

/** A run that only follows one machine, whose client request a person has just approved. */
export function createFollowing(start: FollowStart): Run {
  const { machine, request, accept, followMinutes, now } = start
  const item = runItem(request, { machine: machine.name, accept, at: now, followed: false })
  return {
    ...begun('approve', start),
    options: { ...NOTHING_MORE, plausible: accept === 'plausible', followMinutes },
    followUntil: now + followMinutes * MINUTE_MS,
    machines: [machine],
    items: [{ ...item, state: 'decided', outcome: 'approved' }],
  }
}

function begun(decision: Decision, { id, user, note, now }: Omit<RunStart, 'rows'>): Run {
  return {
    id,
    decision,
    user,
    note,
    startedAt: now,
    options: NOTHING_MORE,
    status: 'running',
    pause: null,
    haltedBy: null,
    endedAt: null,
    followUntil: null,
    machines: [],
    items: [],
  }
}

export function runItem(
  request: Pick<RequestRow, 'uid' | 'name' | 'signerName' | 'superseded' | keyof Saw>,
  more: Pick<RunItem, 'machine' | 'accept' | 'followed' | 'at'>,
): RunItem {
  const { uid, name, signerName, superseded, status, verdict, failing } = request
  return {
    uid,
    name,
    signerName,
    saw: { status, verdict, failing },
    superseded,
    ...more,
    state: 'queued',
    outcome: null,
    ...UNTOLD,
    reason: null,
  }
}

function goneItem(uid: string, now: number): RunItem {
  const request = { uid, name: '', signerName: '', superseded: false } as const
  const saw = { status: '', verdict: null, failing: [] } as const
  const more = { machine: '', accept: 'verified', followed: false, at: now } as const
  return { ...runItem({ ...request, ...saw }, more), state: 'failed', outcome: 'gone' }
}

/** Why its signer has failed it. */
export function signerSaid(failure: string | null): MaybeTold {
  if (failure === null) return UNTOLD
  return { detail: failure, causes: [cause('signerSaid', { said: failure })] }
}

/** The least trust with which a request is taken up as it arrives. */
export function runTrust({ options }: Pick<Run, 'options'>): 'verified' | 'plausible' {
  return options.plausible ? 'plausible' : 'verified'
}

/** Neither stopped nor finished. */
export function isUnderWay({ status }: Pick<Run, 'status'>): boolean {
  return status === 'running' || status === 'paused'
}

/** Not yet decided. */
export function isOpen({ state }: Pick<RunItem, 'state'>): boolean {
  return state === 'queued' || state === 'sent' || state === 'unclear'
}

/** Signers of the items that are not decided yet. */
export function signersOf({ items }: Pick<Run, 'items'>): ReadonlySet<string> {
  const isDue = ({ state }: RunItem) => state === 'queued' || state === 'sent'
  return new Set(items.filter(isDue).map(({ signerName }) => signerName))
}
