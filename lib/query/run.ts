import { cause } from '#lib/csr/cause.ts'
import type { Reason } from '#lib/csr/model.ts'
import type { Trust } from '#lib/csr/policy/trust.ts'
import type { ListedMachine, ListedRequest } from '#lib/live/listed.ts'
import { type MaybeTold, UNTOLD } from '#lib/live/told.ts'
import type { Outcome } from '#lib/live/wire.ts'
import { type ApprovalGroups, type PlannedMachine, tickedMachines } from '#lib/query/preflight.ts'

/**
 * A bulk approval: a fixed selection of machines and requests, worked off in batches. Plain data,
 * so that it can be kept, sent to other tabs and offered again. All times are milliseconds since
 * the epoch on the server's clock.
 */
export interface Run {
  readonly id: string
  readonly startedAt: number
  /** As whom and where, so that a kept run is never offered for another cluster or identity. */
  readonly user: string
  readonly server: string
  readonly options: RunOptions
  readonly status: RunStatus
  /** Why it is paused; null unless `status` is `paused`. */
  readonly pause: Pause | null
  readonly endedAt: number | null
  /** Serving requests of the run's machines are taken up until then; null when not asked for. */
  readonly followUntil: number | null
  /** In the order of the preflight. */
  readonly machines: readonly RunMachine[]
  /** The selection: each machine's newest requests first, superseded ones after all of them. */
  readonly items: readonly RunItem[]
}

export interface RunsTold {
  /** The run under way or just finished, in whichever tab it is carried out; null when none. */
  readonly current: Run | null
  /** A run that was cut off (reload, closed tab, sign-out), with what is left of it. */
  readonly cutOff: Run | null
}

export interface Runs extends RunsTold {
  /** What this tab has asked of the one that leads, until that is done. */
  readonly asked: Asked | null
}

/** `unanswered`: it is not done, nor will it be. */
export interface Asked {
  readonly what: 'start' | 'resume' | 'takeUp'
  readonly run: Run['id']
  readonly state: 'waiting' | 'unanswered'
}

export interface RunOptions {
  /** Include plausible machines, and take plausible serving requests as they arrive. */
  readonly plausible: boolean
  /** Include machines that say they are a node that exists. Their serving requests are judged as any. */
  readonly rebootstrapping: boolean
  /** Include older pending requests that pass the same checks. */
  readonly superseded: boolean
  /** Approve the machines' serving requests as they arrive, for 15 minutes. */
  readonly followServing: boolean
}

/** `stopped` by the person, `finished` by itself: both are ends. */
export type RunStatus = 'running' | 'paused' | 'stopped' | 'finished'

/**
 * All but `person` end by themselves; `until` is the next try, where known. `notRead`: what requests
 * are judged by may be read no longer. `unauthorized`: the API server did not take the credential,
 * which the feed need not have noticed. `otherUser`: by now we act as somebody else than whoever began
 * it. `actorUnknown`: nobody could say as whom. `withheld`: not all that requests are judged by is known, as after a new start, or it is old.
 * `failed`: our own server has answered that it could not.
 */
export interface Pause {
  readonly why:
    | 'person'
    | 'throttled'
    | 'disconnected'
    | 'signedOut'
    | 'forbidden'
    | 'notRead'
    | 'unauthorized'
    | 'otherUser'
    | 'actorUnknown'
    | 'withheld'
    | 'failed'
  readonly until: number | null
}

export interface RunMachine {
  readonly name: string
  /**
   * Uids of its other requests when the run began: all that is not among these, nor in the run, has
   * come since. Times would not tell: those of requests are whole seconds of the API server's
   * clock, and all that is known here of that is an estimate.
   */
  readonly seen: readonly string[]
}

/**
 * `queued`: not sent, or to be sent again. `sent`: in the batch under way. `unclear`: it may or may
 * not have been written; the watch will tell. `approved`. `heldBack`: it is no longer what was on
 * screen, is trusted less than there, or takes two people by now. `failed`: see `outcome`. `left`:
 * the run was stopped before it.
 */
export type RunItemState =
  | 'queued'
  | 'sent'
  | 'unclear'
  | 'approved'
  | 'heldBack'
  | 'failed'
  | 'left'

export interface RunItem extends MaybeTold {
  readonly uid: string
  readonly name: string
  readonly machine: string
  readonly signerName: string
  /** As on screen when it was taken into the run. */
  readonly resourceVersion: string
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

export const FOLLOW_MS = 15 * 60_000
/**
 * A run that is to be carried out by another tab is begun, or goes on, within this time or not at all: whoever
 * asked for it is told so soon after, and may ask for something else.
 */
export const BEGIN_WITHIN_MS = 3_000

export interface RunStart {
  readonly id: string
  readonly now: number
  /** As it is when the run begins. */
  readonly machine: (name: string) => ListedMachine | null
  readonly user: string
  readonly server: string
}

/** A run over the ticked groups: nothing that arrives later is ever part of it by itself. */
export function createRun(groups: ApprovalGroups, options: RunOptions, start: RunStart): Run {
  const planned = tickedMachines(groups, options)
  const itemsOf = ({ machine, trust }: PlannedMachine, requests: readonly ListedRequest[]) =>
    requests.map((request) =>
      runItem(request, { machine: machine.name, accept: trust, at: start.now, followed: false }),
    )
  const items = [
    ...planned.flatMap((one) => itemsOf(one, one.requests)),
    ...(options.superseded ? planned.flatMap((one) => itemsOf(one, one.superseded)) : []),
  ]
  const isInRun = new Set(items.map(({ uid }) => uid))
  return {
    id: start.id,
    startedAt: start.now,
    user: start.user,
    server: start.server,
    options,
    status: 'running',
    pause: null,
    endedAt: null,
    followUntil: options.followServing ? start.now + FOLLOW_MS : null,
    machines: planned.map(({ machine: { name, requests } }) => {
      const listed = [...requests, ...(start.machine(name)?.requests ?? [])]
      const uids = new Set(listed.map(({ uid }) => uid))
      return { name, seen: [...uids].filter((uid) => !isInRun.has(uid)) }
    }),
    items,
  }
}

export function runItem(
  request: Pick<RunItem, 'uid' | 'name' | 'signerName' | 'resourceVersion' | 'superseded'>,
  more: Pick<RunItem, 'machine' | 'accept' | 'followed' | 'at'>,
): RunItem {
  const { uid, name, signerName, resourceVersion, superseded } = request
  return {
    uid,
    name,
    signerName,
    resourceVersion,
    superseded,
    ...more,
    state: 'queued',
    outcome: null,
    ...UNTOLD,
    reason: null,
  }
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
export function isUnderWay(run: Run | null): run is Run {
  return run !== null && (run.status === 'running' || run.status === 'paused')
}

/** Whether what was asked is still to be done, as the leading tab tells of the runs. */
export function isAwaited({ what, run }: Asked, { current, cutOff }: RunsTold): boolean {
  switch (what) {
    case 'start':
      // Nor once another tab's came first.
      return current?.id !== run && !isUnderWay(current)
    case 'takeUp':
      return cutOff?.id === run
    case 'resume':
      return current?.id === run && current.status === 'paused'
  }
}

/** What has become of what this tab has asked for that run; null when nothing is left of it. */
export function askedOf(
  { asked }: Pick<Runs, 'asked'>,
  run: Run['id'] | null,
): Asked['state'] | null {
  return asked !== null && asked.run === run ? asked.state : null
}

/** How far a run has come, and what going on with it could still do. */
export interface RunRest {
  readonly approved: number
  readonly total: number
  /** Not yet decided: queued, under way or unclear. */
  readonly open: number
  /** Until when it takes up serving requests; null where it does not, or no longer. */
  readonly followUntil: number | null
}

export function restOf({ items, followUntil }: Run, now: number): RunRest {
  const count = (...states: readonly RunItemState[]) =>
    items.filter(({ state }) => states.includes(state)).length
  return {
    approved: count('approved'),
    total: items.length,
    open: items.filter(isOpen).length,
    followUntil: followUntil !== null && now < followUntil ? followUntil : null,
  }
}

/** Not yet decided. */
export function isOpen({ state }: RunItem): boolean {
  return state === 'queued' || state === 'sent' || state === 'unclear'
}

/** Whether going on with it could still do anything. */
export function hasLeft(run: Run, now: number): boolean {
  const { open, followUntil } = restOf(run, now)
  return isUnderWay(run) && (open > 0 || followUntil !== null)
}
