import { cause } from '#lib/csr/cause.ts'
import { tableCell, visible, visibleOnce } from '#lib/csr/escape.ts'
import type { Reason } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isHeldBack, isSound } from '#lib/csr/policy/trust.ts'
import type { ListedMachine, ListedRequest } from '#lib/live/listed.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import { type MaybeTold, UNTOLD } from '#lib/live/told.ts'
import type { Outcome } from '#lib/live/wire.ts'
import { isPending } from '#lib/query/board-facts.ts'
import type { StayingRequest } from '#lib/query/preflight.ts'
import {
  isUnderWay,
  type Run,
  type RunItem,
  type RunMachine,
  runTrust,
  signerSaid,
} from '#lib/query/run.ts'
import { toldHere } from '#lib/query/run-batch.ts'
import { filedSince, servingArrival, servingDenied } from '#lib/query/run-reducer.ts'

/** How a run goes, worked out from the run and from the rows: what is Ready, the watch says. */
export interface RunProgress {
  /** How many of the run's machines have come that far. */
  readonly steps: {
    readonly clientApproved: number
    readonly servingRequested: number
    readonly servingApproved: number
    readonly ready: number
  }
  readonly machines: number
  /** Requests of the run; those taken up as they arrived are counted from then on. */
  readonly total: number
  readonly approved: number
  /** Not yet decided: queued, under way or unclear. */
  readonly open: number
  readonly heldBack: number
  readonly failed: number
  /** Approvals a second over the last ten; null when there were none, and while paused. */
  readonly rate: number | null
  /** For the open ones at that rate; null without one. */
  readonly secondsLeft: number | null
  /** Machines whose client certificate is issued, and of which the run awaits the serving request. */
  readonly waitingForKubelets: number
}

export type RunLineKind =
  | 'queued'
  | 'approvingClient'
  | 'approvingServing'
  | 'unclear'
  | 'waitingForSigner'
  | 'waitingForServing'
  /** Its serving request waits for what its kubelet presents. */
  | 'askingKubelet'
  | 'waitingForReady'
  | 'ready'
  | 'heldBack'
  | 'failed'
  | 'left'
  /** Approved, and nothing more is known about what follows. */
  | 'done'
  /** Approved, but the machine waits again: for a request that is not the run's to approve. */
  | 'newerWaits'
  /** Its serving request waits, or will; the run was not asked to approve it. */
  | 'servingNotAsked'
  /** The fifteen minutes were over before its serving request came. */
  | 'notInTime'
  /** The run was stopped before its serving request came. */
  | 'servingLeft'

/** One machine of a run. */
export interface RunLine extends MaybeTold {
  readonly name: string
  readonly kind: RunLineKind
  /** Requests of the step under way: decided, and all. */
  readonly done: number
  readonly of: number
  /** Of `heldBack` and `failed`: the request, and what is known about why. */
  readonly uid: string | null
  readonly outcome: Outcome | null
  readonly reason: Reason | null
  /** When it got there, milliseconds on the server's clock. */
  readonly since: number
}

const RATE_WINDOW_MS = 10_000

export function runProgress(run: Run, snapshot: ListedSnapshot, now: number): RunProgress {
  const steps = { clientApproved: 0, servingRequested: 0, servingApproved: 0, ready: 0 }
  let waitingForKubelets = 0
  const itemsOf = itemsByMachine(run)
  for (const one of run.machines) {
    const machine = snapshot.machines.get(one.name)
    if (machine === undefined) continue
    const way = wayOf(one, itemsOf.get(one.name) ?? [], machine)
    if (way.ready) steps.ready += 1
    if (way.ready || way.servingApproved) steps.servingApproved += 1
    if (way.ready || way.servingRequested) steps.servingRequested += 1
    if (way.ready || way.clientApproved) steps.clientApproved += 1
    if (run.options.followServing && machine.stage === 'clientIssued') waitingForKubelets += 1
  }
  const counts = { approved: 0, open: 0, heldBack: 0, failed: 0, lately: 0 }
  for (const { state, at } of run.items) {
    if (state === 'approved') {
      counts.approved += 1
      if (now - at <= RATE_WINDOW_MS) counts.lately += 1
    } else if (state === 'heldBack') counts.heldBack += 1
    else if (state === 'failed') counts.failed += 1
    else if (state !== 'left') counts.open += 1
  }
  const seconds = Math.max(1_000, Math.min(RATE_WINDOW_MS, now - run.startedAt)) / 1_000
  const rate = counts.lately === 0 || run.status !== 'running' ? null : counts.lately / seconds
  const { approved, open, heldBack, failed } = counts
  return {
    steps,
    machines: run.machines.length,
    total: run.items.length,
    approved,
    open,
    heldBack,
    failed,
    rate,
    secondsLeft: rate === null || open === 0 ? null : open / rate,
    waitingForKubelets,
  }
}

/** One line a machine, in the order of the run. */
export function runLines(run: Run, snapshot: ListedSnapshot): readonly RunLine[] {
  const items = itemsByMachine(run)
  return run.machines.map((one) =>
    lineOf(run, one, items.get(one.name) ?? [], snapshot.machines.get(one.name) ?? null),
  )
}

export interface RunReport {
  /** What needs the person, first of all. */
  readonly needsYou: readonly RunLine[]
  readonly joined: readonly RunLine[]
  /** The signer or the kubelet has the next move. */
  readonly onTheirWay: readonly RunLine[]
  readonly approved: number
  readonly total: number
  readonly tookSeconds: number
}

const NEEDS_YOU: ReadonlySet<RunLineKind> = new Set([
  'heldBack',
  'failed',
  'left',
  'servingNotAsked',
  'newerWaits',
  'notInTime',
  'servingLeft',
  'unclear',
])

export function runReport(run: Run, lines: readonly RunLine[], now: number): RunReport {
  return {
    needsYou: lines.filter(({ kind }) => NEEDS_YOU.has(kind)),
    joined: lines.filter(({ kind }) => kind === 'ready'),
    onTheirWay: lines.filter(({ kind }) => kind !== 'ready' && !NEEDS_YOU.has(kind)),
    approved: run.items.filter(({ state }) => state === 'approved').length,
    total: run.items.length,
    tookSeconds: Math.max(0, Math.round(((run.endedAt ?? now) - run.startedAt) / 1_000)),
  }
}

/** What is pending still of the requests that were superseded when the run began. */
export function stayingAfter(run: Run, snapshot: ListedSnapshot): readonly StayingRequest[] {
  const approved = new Set(
    run.items.flatMap(({ state, uid }) => (state === 'approved' ? [uid] : [])),
  )
  const known = new Set([
    ...run.items.map(({ uid }) => uid),
    ...run.machines.flatMap(({ seen }) => seen),
  ])
  return run.machines.flatMap(({ name }) =>
    (snapshot.machines.get(name)?.requests ?? [])
      .filter((request) => isPending(request) && request.superseded)
      .filter(({ uid }) => known.has(uid) && !approved.has(uid))
      .map((request) => ({ machine: name, request })),
  )
}

/** The words of a report; the catalogue has them. */
export interface ReportWords {
  readonly title: string
  readonly summary: string
  readonly line: (line: RunLine) => string
  /** Above what stays pending. */
  readonly staying: string
}

/**
 * The report as text to paste: what needs somebody first, one machine a line, name and state apart
 * by a tab. What a terminal or a chat would act on is drawn as an escape, and no cell is a formula.
 */
export function reportText(
  report: RunReport,
  staying: readonly StayingRequest[],
  words: ReportWords,
): string {
  const { needsYou, onTheirWay, joined } = report
  const lines = [...needsYou, ...onTheirWay, ...joined].map(
    (line) => `${tableCell(visible(line.name))}\t${tableCell(visibleOnce(words.line(line)))}`,
  )
  const left = staying.map(
    ({ machine, request }) => `${tableCell(visible(machine))}\t${tableCell(visible(request.name))}`,
  )
  const ending = left.length === 0 ? [] : ['', words.staying, ...left]
  return [words.title, words.summary, '', ...lines, ...ending, ''].join('\n')
}

// ── One machine ──────────────────────────────────────────────────────────────────────────────

function lineOf(
  run: Run,
  one: RunMachine,
  items: readonly RunItem[],
  machine: ListedMachine | null,
): RunLine {
  const since = Math.max(run.startedAt, ...items.map(({ at }) => at))
  const line = (kind: RunLineKind, more: Partial<RunLine> = {}): RunLine => ({
    name: one.name,
    kind,
    done: 0,
    of: 0,
    uid: null,
    outcome: null,
    ...UNTOLD,
    reason: null,
    since,
    ...more,
  })
  const about = ({ uid, outcome, detail, causes, reason, at }: RunItem): Partial<RunLine> => ({
    uid,
    outcome,
    detail,
    causes,
    reason,
    since: at,
  })
  if (machine?.stage === 'ready') {
    const ready = timeOf(machine.stageSince)
    // It may have been so before: then it has what it waited for once its requests are approved.
    return line('ready', { since: ready === null || ready < run.startedAt ? since : ready })
  }
  for (const state of ['heldBack', 'failed', 'left'] as const) {
    const item = items.find((one) => !one.superseded && one.state === state)
    if (item !== undefined) return line(state, about(item))
  }
  const unclear = items.find(({ state }) => state === 'unclear')
  if (unclear !== undefined) return line('unclear', about(unclear))
  for (const kind of ['approvingClient', 'approvingServing'] as const) {
    const step = items.filter((item) => isServing(item) === (kind === 'approvingServing'))
    const open = step.filter(({ state }) => state === 'queued' || state === 'sent')
    if (open.length === 0) continue
    // While paused nothing goes on but what was sent before.
    const queued = (run.status === 'paused' ? open : items).every(({ state }) => state === 'queued')
    return line(queued ? 'queued' : kind, { done: step.length - open.length, of: step.length })
  }
  if (machine === null) return line('failed', { outcome: 'gone' })
  return line(...afterItems(run, one, items, machine))
}

/** What a machine is at when all of its requests in the run have been approved. */
function afterItems(
  run: Run,
  one: RunMachine,
  items: readonly RunItem[],
  machine: ListedMachine,
): [RunLineKind, Partial<RunLine>] {
  const denied = servingDenied(one, machine)
  if (denied !== null) return ['failed', { uid: denied.uid, outcome: 'denied' }]
  const arrival = servingArrival(one, machine)
  if (arrival !== null && !items.some(({ uid }) => uid === arrival.uid)) {
    const { uid } = arrival
    const since = timeOf(arrival.createdAt) ?? run.startedAt
    const isFollowing = run.followUntil !== null && isUnderWay(run)
    if (!isFollowing && items.some(isServing)) return ['newerWaits', { uid, since }]
    if (run.followUntil === null) return ['servingNotAsked', { uid, since }]
    if (isFollowing && arrival.unattended === 'asking') return ['askingKubelet', { since }]
    return [
      isHeldBack(arrival.verdict) || isUnderWay(run) ? 'heldBack' : missed(run),
      { uid, since, ...whyNotFollowed(run, arrival) },
    ]
  }
  const beside = filedSince(one, machine, (uid) => items.some((item) => item.uid === uid))
  const newer =
    beside.find(({ verdict }) => isSound(verdict)) ??
    beside.find(({ verdict }) => isHeldBack(verdict))
  if (newer !== undefined) {
    const { uid, reason, createdAt } = newer
    const since = timeOf(createdAt) ?? run.startedAt
    return isSound(newer.verdict)
      ? ['newerWaits', { uid, since }]
      : ['heldBack', { uid, reason, since }]
  }
  const since = timeOf(machine.stageSince)
  const at: Partial<RunLine> = since === null ? {} : { since }
  if (machine.waitingForSigner) return ['waitingForSigner', {}]
  if (machine.stage === 'servingIssued') return ['waitingForReady', at]
  if (machine.stage === 'clientIssued') {
    if (run.followUntil === null) return ['servingNotAsked', at]
    return [isUnderWay(run) ? 'waitingForServing' : missed(run), at]
  }
  if (machine.stage === 'failed') return ['failed', signerSaid(failureOf(machine))]
  return ['done', {}]
}

/** Why a serving request that has arrived is not taken up. */
function whyNotFollowed(run: Run, { verdict, reason }: ListedRequest): Partial<RunLine> {
  if (verdict === 'verified') return toldHere(cause('arrivedUnconfirmed'))
  // That nothing confirms it was ticked: it is something else.
  const isTicked = verdict === 'plausible' && runTrust(run) === 'plausible'
  return isTicked ? toldHere(cause('arrivedUnconfirmed'), reason) : { reason }
}

/** Why a run that has ended did not take up a serving request. */
function missed({ status, endedAt, followUntil }: Run): RunLineKind {
  if (status === 'stopped') return 'servingLeft'
  // It ended when nothing was left that it could wait for.
  const early = endedAt !== null && followUntil !== null && endedAt < followUntil
  return early ? 'servingNotAsked' : 'notInTime'
}

function failureOf(machine: ListedMachine): string | null {
  return machine.requests.find(({ failure }) => failure !== null)?.failure ?? null
}

/**
 * How far one machine has come. What has been approved since the run began stays so, also when the
 * kubelet files anew: a step that was made is not unmade.
 */
function wayOf(one: RunMachine, items: readonly RunItem[], machine: ListedMachine) {
  const client = newestOf(machine, KUBE_APISERVER_CLIENT_KUBELET)
  const serving = newestOf(machine, KUBELET_SERVING)
  const servingInRun = items.some(isServing)
  // A serving request is filed with the client certificate: that was approved before.
  const beyondClient =
    (client === null && serving !== null) || (servingInRun && items.every(isServing))
  return {
    clientApproved:
      beyondClient || isApproved(client) || approvedSince(one, machine, client?.signerName),
    servingRequested: serving !== null || servingInRun,
    servingApproved: isApproved(serving) || approvedSince(one, machine, serving?.signerName),
    ready: machine.stage === 'ready',
  }
}

/** The run's or one that came since: of those beside it at the start it was decided before, or by others. */
function approvedSince(
  { seen }: RunMachine,
  machine: ListedMachine,
  signerName: string | undefined,
): boolean {
  return machine.requests.some(
    (request) =>
      request.signerName === signerName && isApproved(request) && !seen.includes(request.uid),
  )
}

function isServing({ signerName }: RunItem): boolean {
  return signerName === KUBELET_SERVING
}

function newestOf(machine: ListedMachine, signerName: string): ListedRequest | null {
  return (
    machine.requests.find(
      (request) => request.signerName === signerName && !(request.superseded && isPending(request)),
    ) ?? null
  )
}

function isApproved(request: ListedRequest | null): boolean {
  return request?.status.startsWith('Approved') === true
}

function timeOf(time: string | null): number | null {
  const ms = time === null ? Number.NaN : Date.parse(time)
  return Number.isNaN(ms) ? null : ms
}

const grouped = new WeakMap<readonly RunItem[], ReadonlyMap<string, readonly RunItem[]>>()

function itemsByMachine({ items }: Run): ReadonlyMap<string, readonly RunItem[]> {
  let groups = grouped.get(items)
  if (groups === undefined) {
    groups = Map.groupBy(items, ({ machine }) => machine)
    grouped.set(items, groups)
  }
  return groups
}
