import { type Plan, type PlannedMachine, tickedMachines } from '#lib/act/plan.ts'
import type { Rows } from '#lib/cluster/board.ts'
import { cause } from '#lib/csr/cause.ts'
import { type RoleRank, roleRank } from '#lib/csr/machine/role-rank.ts'
import type { Reason } from '#lib/csr/model.ts'
import type { Trust } from '#lib/csr/policy/trust.ts'
import type { JudgedMachine, JudgedRequest, RequestRow } from '#lib/csr/rows/rows.ts'
import { MINUTE_MS } from '#lib/csr/units-of-time.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import { NO_EXPLANATION, type OptionalExplanation } from '#lib/wire/explanation.ts'
import {
  FOLLOW_MINUTES,
  type RunAgreed,
  type RunOptions,
  type RunSummary,
} from '#lib/wire/run-answers.ts'
import type { Decision, Outcome, Saw } from '#lib/wire/wire.ts'

/**
 * A bulk decision: a fixed selection of machines and requests, worked off in batches. Plain data.
 */
export interface Run
  extends Pick<
    RunSummary,
    | 'id'
    | 'decision'
    | 'user'
    | 'note'
    | 'startedAt'
    | 'agreed'
    | 'status'
    | 'pause'
    | 'haltedBy'
    | 'endedAt'
    | 'followUntil'
  > {
  readonly options: RunOptions
  /** Rank up to which machines of a run by role are approved; absent for any other run. */
  readonly rank?: RoleRank
  /** Rank of the group that a person began before the nodes of the one before were Ready. */
  readonly goesOn?: RoleRank
  /** Machines in the order of the plan. */
  readonly machines: readonly RunMachine[]
  /** The selection: each machine's newest requests first, then all superseded ones. */
  readonly items: readonly RunItem[]
  /** Whether a message has said that the run was cut off. */
  readonly wasAnnounced?: boolean
}

export interface RunMachine {
  readonly name: string
  /**
   * Uids of the machine's other requests when the run began. Any further request has come since.
   */
  readonly seen: readonly string[]
  /** End of waiting for this machine's serving request. Absent: that of the run. */
  readonly followUntil?: number
  /** The machine's rank; absent unless the run is by role. */
  readonly rank?: RoleRank
}

export type RunItemState =
  /** The item was not begun, or is to be tried again. */
  | 'queued'
  /** The item is part of the current batch. */
  | 'sent'
  /** The item was possibly written; the watch settles it. */
  | 'unclear'
  | 'decided'
  /** The request is no longer as shown on screen, is trusted less, or takes two people. */
  | 'heldBack'
  | 'failed'
  /** The item was not begun when the run ended. */
  | 'left'

export interface RunItem extends OptionalExplanation {
  readonly uid: string
  readonly name: string
  /** The machine of the request; '' for none. */
  readonly machine: string
  readonly signerName: string
  /** The row as the request had it when it entered the run. */
  readonly saw: Saw
  readonly superseded: boolean
  /** Trust of its machine as shown on screen; for a followed request, the ticked trust. */
  readonly accept: Trust
  /** The rank of its machine, in a run by role. */
  readonly rank?: RoleRank
  /** Whether the request arrived later and was followed: it is not part of the selection. */
  readonly followed: boolean
  readonly state: RunItemState
  readonly outcome: Outcome | null
  readonly reason: Reason | null
  /** Time at which the item entered this state. */
  readonly at: number
}

export interface RunStart {
  readonly id: string
  readonly now: number
  readonly user: string
  readonly note: string
  readonly rows: Rows
}

export const NOTHING_MORE: RunOptions = {
  verified: false,
  plausible: false,
  rebootstrapping: false,
  superseded: false,
  followMinutes: null,
}

/**
 * A run over the ticked groups. Later arrivals are only ever followed, or take the place of a request
 * whose group had to wait; never selected.
 */
export function createRun(plan: Plan, options: RunOptions, start: RunStart): Run {
  const planned = tickedMachines(plan, options)
  const rankOf = ({ machine }: PlannedMachine) => (plan.isByRole ? { rank: roleRank(machine) } : {})
  const itemsOf = (one: PlannedMachine, requests: readonly RequestRow[]) =>
    requests.map((request) =>
      runItem(request, {
        machine: one.machine.name,
        accept: one.trust,
        at: start.now,
        followed: false,
        ...rankOf(one),
      }),
    )
  const items = [
    ...planned.flatMap((one) => itemsOf(one, one.requests)),
    ...(options.superseded ? planned.flatMap((one) => itemsOf(one, one.superseded)) : []),
  ]
  const isInRun = new Set(items.map(({ uid }) => uid))
  const deadlines = new Map(planned.map(({ machine }) => [machine.name, machine.deadline]))
  const machines = planned.map((one): RunMachine => {
    const { name, requests } = one.machine
    const listed = [...requests, ...(start.rows.machines.get(name)?.requests ?? [])]
    const uids = new Set(listed.map(({ uid }) => uid))
    return { name, seen: [...uids].filter((uid) => !isInRun.has(uid)), ...rankOf(one) }
  })
  const firstRank = planned[0] === undefined ? {} : rankOf(planned[0])
  const agreed = agreedTo(plan, planned, options)
  const run = { ...begun('approve', start), options, agreed, items, machines, ...firstRank }
  return following(run, (name) => deadlines.get(name) ?? null, start.now)
}

function agreedTo(
  { heldBack }: Plan,
  planned: readonly PlannedMachine[],
  options: RunOptions,
): RunAgreed {
  const of = (trust: Trust) => planned.filter((one) => one.trust === trust).length
  return {
    verified: of('verified'),
    plausible: of('plausible'),
    rebootstrapping: of('rebootstrapping'),
    superseded: options.superseded
      ? planned.reduce((sum, { superseded }) => sum + superseded.length, 0)
      : null,
    heldBack: heldBack.length,
  }
}

/**
 * The run that follows the machines of the rank that begins now, for the agreed time. Beyond the
 * default time it ends at most at the end of a machine's hour. `deadlineOf`: RFC 3339.
 */
export function following(
  run: Run,
  deadlineOf: (machine: string) => string | null,
  now: number,
): Run {
  const { followMinutes } = run.options
  if (followMinutes === null) return run
  const agreed = now + followMinutes * MINUTE_MS
  const least = now + FOLLOW_MINUTES * MINUTE_MS
  const endOf = (name: string) => {
    const hour = Date.parse(deadlineOf(name) ?? '')
    return Number.isNaN(hour) ? agreed : Math.min(agreed, Math.max(hour, least))
  }
  const begins = run.machines.filter(({ rank }) => rank === run.rank)
  const ends = new Map(begins.map(({ name }) => [name, endOf(name)]))
  const followUntil = Math.max(now, ...ends.values())
  return {
    ...run,
    followUntil,
    machines: run.machines.map((one) => {
      const end = ends.get(one.name) ?? one.followUntil ?? run.followUntil ?? followUntil
      return end === followUntil ? one : { ...one, followUntil: end }
    }),
  }
}

/**
 * A denial of these requests, under any machine. A request that is no longer listed is reported as
 * gone.
 */
export function createDenial(uids: readonly string[], start: RunStart): Run {
  const wanted = new Set(uids)
  const items = new Map<string, RunItem>()
  const take = (request: JudgedRequest, machine: string) => {
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

/**
 * A run that only follows one machine, whose client request a person has just approved: the newest
 * of those that were approved.
 */
export function createFollowing(
  machine: RunMachine,
  request: JudgedRequest,
  { accept, followMinutes }: { readonly accept: Trust; readonly followMinutes: number },
  start: Omit<RunStart, 'rows'>,
): Run {
  const { now } = start
  const item = runItem(request, { machine: machine.name, accept, at: now, followed: false })
  const run: Run = {
    ...begun('approve', start),
    options: { ...NOTHING_MORE, plausible: accept === 'plausible', followMinutes },
    items: [{ ...item, state: 'decided', outcome: 'approved' }],
  }
  return following({ ...run, machines: [machine] }, () => request.deadline, now)
}

function begun(decision: Decision, { id, user, note, now }: Omit<RunStart, 'rows'>): Run {
  return {
    id,
    decision,
    user,
    note,
    startedAt: now,
    options: NOTHING_MORE,
    agreed: null,
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
  more: Pick<RunItem, 'machine' | 'accept' | 'followed' | 'at' | 'rank'>,
): RunItem {
  const { uid, name, signerName, superseded, status, verdict, failing } = request
  return {
    uid,
    name,
    signerName,
    saw: { status, verdict, failing, superseded },
    superseded,
    ...more,
    state: 'queued',
    outcome: null,
    ...NO_EXPLANATION,
    reason: null,
  }
}

function goneItem(uid: string, now: number): RunItem {
  const request = { uid, name: '', signerName: '', superseded: false } as const
  const saw = { status: '', verdict: null, failing: [] } as const
  const more = { machine: '', accept: 'verified', followed: false, at: now } as const
  return { ...runItem({ ...request, ...saw }, more), state: 'failed', outcome: 'gone' }
}

/** The signer's failure as detail and cause. */
export function signerSaid(failure: string | null): OptionalExplanation {
  if (failure === null) return NO_EXPLANATION
  return { detail: failure, causes: [cause('signerSaid', { said: failure })] }
}

/**
 * The least trust with which a serving request is followed. A person who ticks a role takes its
 * machines whatever confirms them.
 */
export function runTrust({ options }: Pick<Run, 'options'>): 'verified' | 'plausible' {
  return options.plausible || options.roles !== undefined ? 'plausible' : 'verified'
}

/** The person as whom the run judges: rows know no viewer. */
export function viewerOf({ user }: Pick<Run, 'user'>): ViewerName {
  return { name: user }
}

/** Whether the item is not yet decided. */
export function isOpen({ state }: Pick<RunItem, 'state'>): boolean {
  return state === 'queued' || state === 'sent' || state === 'unclear'
}

/** The key of an item's machine and signer, with a separator that neither name can contain. */
export function machineAndSigner({ machine, signerName }: RunItem): string {
  return `${machine}\n${signerName}`
}

/** The newest request of each machine and signer that the run approves, by `machineAndSigner`. */
export function newestItems({ items }: Pick<Run, 'items'>): ReadonlyMap<string, RunItem> {
  const newest = new Map<string, RunItem>()
  for (const item of items) {
    const key = machineAndSigner(item)
    if (!item.superseded && !newest.has(key)) newest.set(key, item)
  }
  return newest
}

/** Whether the run still approves a serving request that this machine files. */
export function isFollowing(
  run: Pick<Run, 'followUntil' | 'rank'>,
  one: RunMachine,
  now: number,
): boolean {
  if (run.followUntil === null || !hasBegun(run, one)) return false
  return now < (one.followUntil ?? run.followUntil)
}

/** Whether the group of a machine or an item has begun; true in a run that is not by role. */
export function hasBegun({ rank }: Pick<Run, 'rank'>, one: { readonly rank?: RoleRank }): boolean {
  return rank === undefined || one.rank === undefined || one.rank <= rank
}

/** The rank that begins next; null for none. */
export function nextRank(run: Pick<Run, 'rank' | 'items'>): RoleRank | null {
  const waiting = run.items.filter((item) => item.state === 'queued' && !hasBegun(run, item))
  return waiting.reduce<RoleRank | null>((least, { rank = 0 }) => {
    return least === null || rank < least ? rank : least
  }, null)
}

/** Machines up to the run's rank whose Nodes are not Ready: the next group waits for them. */
export function notReadyYet(
  run: Pick<Run, 'rank' | 'machines'>,
  nodeOf: (name: string) => JudgedMachine['node'],
): readonly RunMachine[] {
  return run.machines.filter((one) => hasBegun(run, one) && nodeOf(one.name)?.ready !== true)
}

/** Signers of the items that are not decided yet. */
export function signersOf({ items }: Pick<Run, 'items'>): ReadonlySet<string> {
  const isDue = ({ state }: RunItem) => state === 'queued' || state === 'sent'
  return new Set(items.filter(isDue).map(({ signerName }) => signerName))
}
