import { stayingRow } from '#lib/act/plan.ts'
import {
  isFollowing,
  isOpen,
  machineAndSigner,
  type Run,
  type RunItem,
  type RunMachine,
  runTrust,
  signerSaid,
  viewerOf,
} from '#lib/act/run.ts'
import { filedSince, servingArrival, servingDenied } from '#lib/act/run-reducer.ts'
import type { Rows } from '#lib/cluster/board.ts'
import { type Cause, cause } from '#lib/csr/cause.ts'
import type { Reason } from '#lib/csr/model.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isFollowed, isHeldBack, isSound } from '#lib/csr/policy/trust.ts'
import { isApprovedRow, isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { JudgedMachine, JudgedRequest, RequestRow } from '#lib/csr/rows/rows.ts'
import { milliseconds } from '#lib/csr/time.ts'
import { requestFor, verdictFor } from '#lib/csr/verdict/viewer-overlay.ts'
import { explain } from '#lib/refusals/explain.ts'
import { NO_EXPLANATION, type OptionalExplanation } from '#lib/wire/explanation.ts'
import {
  isUnderWay,
  type RunItemEnd,
  type RunLine,
  type RunLineKind,
  type RunPage,
  type RunProgress,
  type StayingRow,
} from '#lib/wire/run-answers.ts'

const RATE_WINDOW_MS = 10_000

/**
 * Progress of a run and of its machines, by the run and the rows. Only the watch makes a machine
 * Ready.
 */
export function runProgress(run: Run, rows: Rows, now: number): RunProgress {
  const steps = { clientApproved: 0, servingRequested: 0, servingApproved: 0, ready: 0 }
  let waitingForKubelets = 0
  const itemsOf = itemsByMachine(run)
  for (const one of run.machines) {
    const machine = rows.machines.get(one.name)
    if (machine === undefined) continue
    const way = wayOf(one, itemsOf.get(one.name) ?? [], machine)
    if (way.ready) steps.ready += 1
    if (way.ready || way.servingApproved) steps.servingApproved += 1
    if (way.ready || way.servingRequested) steps.servingRequested += 1
    if (way.ready || way.clientApproved) steps.clientApproved += 1
    if (isFollowing(run, one, now) && machine.stage === 'clientIssued') waitingForKubelets += 1
  }
  const counts = { decided: 0, open: 0, heldBack: 0, failed: 0, notNeeded: 0, left: 0 }
  let lately = 0
  const isNotNeeded = notNeededIn(run.items)
  for (const item of run.items) {
    const { state, at } = item
    if (state === 'decided') {
      counts.decided += 1
      if (now - at <= RATE_WINDOW_MS) lately += 1
    } else if (state === 'queued' || state === 'sent' || state === 'unclear') counts.open += 1
    else counts[isNotNeeded(item) ? 'notNeeded' : state] += 1
  }
  const beside = heldBackBeside(run, rows, now)
  const seconds = Math.max(1_000, Math.min(RATE_WINDOW_MS, now - run.startedAt)) / 1_000
  const rate = lately === 0 || run.status !== 'running' ? null : lately / seconds
  return {
    steps,
    machines: run.machines.length,
    total: run.items.length + beside,
    ...counts,
    heldBack: counts.heldBack + beside,
    rate,
    secondsLeft: rate === null || counts.open === 0 ? null : counts.open / rate,
    waitingForKubelets,
  }
}

/**
 * The lines of a run, one a machine, in its order. `mayServe`: the right to approve serving
 * requests.
 */
export function runLines(
  run: Run,
  rows: Rows,
  now: number,
  mayServe = true,
  machines = run.machines,
): readonly RunLine[] {
  const items = itemsByMachine(run)
  const known = isUnderWay(run) ? null : linesOfEnded(run)
  return machines.map((one) => {
    const machine = rows.machines.get(one.name) ?? null
    const before = machine === null ? undefined : known?.get(machine)
    if (before !== undefined) return before
    const line = lineOf(run, one, items.get(one.name) ?? [], { machine, now, mayServe })
    if (machine !== null) known?.set(machine, line)
    return line
  })
}

const ended = new WeakMap<Run, WeakMap<JudgedMachine, RunLine>>()

/**
 * Lines of an ended run by the machine as it was judged, with which alone they change. Making all
 * takes milliseconds.
 */
function linesOfEnded(run: Run): WeakMap<JudgedMachine, RunLine> {
  const known = ended.get(run) ?? new WeakMap<JudgedMachine, RunLine>()
  ended.set(run, known)
  return known
}

/** Number of machines that a request outside the run holds back. */
function heldBackBeside(run: Run, rows: Rows, now: number): number {
  const items = itemsByMachine(run)
  const isInRun = new Set(run.items.map(({ uid }) => uid))
  // Most machines have no further request, and need no line.
  const more = run.machines.filter(
    ({ name }) =>
      !(items.get(name) ?? []).some(isOpen) &&
      rows.machines.get(name)?.requests.some(({ uid }) => !isInRun.has(uid)) === true,
  )
  return runLines(run, rows, now, true, more).filter(
    ({ kind, uid }) => kind === 'heldBack' && uid !== null && !isInRun.has(uid),
  ).length
}

interface Look {
  readonly machine: JudgedMachine | null
  readonly now: number
  /** Whether the run's user may approve a serving request. */
  readonly mayServe: boolean
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

/** Lines that need a person, then those that wait for the signer or the kubelet, then the joined. */
export function reportOf(lines: readonly RunLine[]): Pick<RunPage, 'counts' | 'lines'> {
  const needsYou = lines.filter(({ kind }) => NEEDS_YOU.has(kind))
  const onTheirWay = lines.filter(({ kind }) => kind !== 'ready' && !NEEDS_YOU.has(kind))
  const joined = lines.filter(({ kind }) => kind === 'ready')
  return {
    counts: {
      needsYou: needsYou.length,
      onTheirWay: onTheirWay.length,
      joined: joined.length,
    },
    lines: [...needsYou, ...onTheirWay, ...joined],
  }
}

/**
 * Requests that were superseded when the run began and are still pending. Rows call none superseded
 * between the approval of the newest and its certificate.
 */
export function stayingAfter(run: Run, rows: Rows): readonly StayingRow[] {
  const decided = new Set(run.items.flatMap(({ state, uid }) => (state === 'decided' ? [uid] : [])))
  const isNotNeeded = notNeededIn(run.items)
  const older = new Set(run.items.filter(isNotNeeded).map(({ uid }) => uid))
  const known = new Set([
    ...run.items.map(({ uid }) => uid),
    ...run.machines.flatMap(({ seen }) => seen),
  ])
  return run.machines.flatMap(({ name }) =>
    (rows.machines.get(name)?.requests ?? [])
      .filter((request) => isPendingRow(request) && (request.superseded || older.has(request.uid)))
      .filter(({ uid }) => known.has(uid) && !decided.has(uid))
      .map((request) => stayingRow(name, requestFor(request, viewerOf(run)))),
  )
}

/** Each request of a denial that is not denied, with its outcome. */
export function notDenied({ items }: Run): readonly RunItemEnd[] {
  return items.flatMap(({ uid, name, state, outcome, detail, causes }) => {
    if (state === 'decided' && outcome !== 'already') return []
    const end = outcome ?? (state === 'unclear' || state === 'sent' ? 'unknown' : 'left')
    return [{ uid, name, outcome: state === 'left' ? 'left' : end, detail, causes }]
  })
}

// ── One machine ──────────────────────────────────────────────────────────────────────────────

function lineOf(run: Run, one: RunMachine, items: readonly RunItem[], look: Look): RunLine {
  const { machine } = look
  const since = Math.max(run.startedAt, ...items.map(({ at }) => at))
  const line = (kind: RunLineKind, more: Partial<RunLine> = {}): RunLine => ({
    name: one.name,
    kind,
    done: 0,
    of: 0,
    uid: null,
    outcome: null,
    ...NO_EXPLANATION,
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
    const ready = milliseconds(machine.stageSince)
    // A machine that was Ready before counts from the approval of its requests in the run.
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
    // While paused, only items that were sent before can progress.
    const queued = (run.status === 'paused' ? open : items).every(({ state }) => state === 'queued')
    return line(queued ? 'queued' : kind, { done: step.length - open.length, of: step.length })
  }
  if (machine === null) return line('failed', { outcome: 'gone' })
  return line(...afterItems(run, one, items, machine, look))
}

/** State of a machine whose requests in the run have all been approved. */
function afterItems(
  run: Run,
  one: RunMachine,
  items: readonly RunItem[],
  machine: JudgedMachine,
  { now, mayServe }: Look,
): [RunLineKind, Partial<RunLine>] {
  /** Whether the run still takes up the machine's serving request. */
  const follows = isUnderWay(run) && isFollowing(run, one, now)
  const denied = servingDenied(one, machine)
  if (denied !== null) return ['failed', { uid: denied.uid, outcome: 'denied' }]
  const viewer = viewerOf(run)
  const arrival = servingArrival(one, machine, viewer)
  if (arrival !== null && !items.some(({ uid }) => uid === arrival.uid)) {
    const { uid } = arrival
    const since = milliseconds(arrival.createdAt) ?? run.startedAt
    if (!follows && items.some(isServing)) return ['newerWaits', { uid, since }]
    if (run.followUntil === null) return ['servingNotAsked', { uid, since }]
    if (follows && arrival.unattended === 'asking') return ['askingKubelet', { since }]
    // The next look at the rows adds it to the run.
    const isNext = follows && mayServe && isFollowed(arrival.unattended, runTrust(run))
    if (isNext) return ['queued', { uid, since }]
    return [
      isHeldBack(arrival.verdict) || follows ? 'heldBack' : missed(run, one),
      { uid, since, ...whyNotFollowed(run, arrival) },
    ]
  }
  const beside = filedSince(one, machine, (uid) => items.some((item) => item.uid === uid))
  const newer =
    beside.find((request) => isSound(verdictFor(request, viewer))) ??
    beside.find((request) => isHeldBack(verdictFor(request, viewer)))
  if (newer !== undefined) {
    const { uid, verdict, reason, createdAt } = requestFor(newer, viewer)
    const since = milliseconds(createdAt) ?? run.startedAt
    return isSound(verdict) ? ['newerWaits', { uid, since }] : ['heldBack', { uid, reason, since }]
  }
  const since = milliseconds(machine.stageSince)
  const at: Partial<RunLine> = since === null ? {} : { since }
  if (machine.waitingForSigner) return ['waitingForSigner', {}]
  if (machine.stage === 'servingIssued') return ['waitingForReady', at]
  if (machine.stage === 'clientIssued') {
    if (run.followUntil === null) return ['servingNotAsked', at]
    return [follows ? 'waitingForServing' : missed(run, one), at]
  }
  if (machine.stage === 'failed') return ['failed', signerSaid(failureOf(machine))]
  return ['done', {}]
}

/** The reason why a serving request that arrived is not followed. */
function whyNotFollowed(run: Run, { verdict, reason, unattended }: RequestRow): Partial<RunLine> {
  if (isFollowed(unattended, runTrust(run))) return { outcome: 'forbidden' }
  if (verdict === 'verified') return because(cause('arrivedUnconfirmed'))
  // The person has ticked plausible, so a missing confirmation is not the reason.
  const isTicked = verdict === 'plausible' && runTrust(run) === 'plausible'
  return isTicked ? because(cause('arrivedUnconfirmed'), reason) : { reason }
}

function because(why: Cause, reason: Reason | null = null): OptionalExplanation {
  return explain(reason === null ? [why] : [why, reason])
}

/** The reason why a serving request was not followed, once its time or the run is over. */
function missed(run: Run, one: RunMachine): RunLineKind {
  if (run.status === 'stopped' || run.status === 'cutOff') return 'servingLeft'
  // The run ended early because it had nothing left to wait for.
  const early = run.endedAt !== null && isFollowing(run, one, run.endedAt)
  return early ? 'servingNotAsked' : 'notInTime'
}

function failureOf(machine: JudgedMachine): string | null {
  return machine.requests.find(({ failure }) => failure !== null)?.failure ?? null
}

/**
 * Completed steps of one machine. An approval since the run began stays a step, also when the
 * kubelet files anew.
 */
function wayOf(one: RunMachine, items: readonly RunItem[], machine: JudgedMachine) {
  const client = newestOf(machine, KUBE_APISERVER_CLIENT_KUBELET)
  const serving = newestOf(machine, KUBELET_SERVING)
  const servingInRun = items.some(isServing)
  // A serving request is filed with the client certificate, so the client request was approved
  // before.
  const beyondClient =
    (client === null && serving !== null) || (servingInRun && items.every(isServing))
  return {
    clientApproved:
      beyondClient ||
      (client !== null && isApprovedRow(client)) ||
      approvedSince(one, machine, client?.signerName),
    servingRequested: serving !== null || servingInRun,
    servingApproved:
      (serving !== null && isApprovedRow(serving)) ||
      approvedSince(one, machine, serving?.signerName),
    ready: machine.stage === 'ready',
  }
}

/**
 * The requests approved since the run began. A request in `seen` was decided before, or by another
 * person.
 */
function approvedSince(
  { seen }: RunMachine,
  machine: JudgedMachine,
  signerName: string | undefined,
): boolean {
  return machine.requests.some(
    (request) =>
      request.signerName === signerName && isApprovedRow(request) && !seen.includes(request.uid),
  )
}

/** Whether an item is an older duplicate whose machine's newest request of that signer is decided. */
function notNeededIn(items: readonly RunItem[]): (item: RunItem) => boolean {
  let answered: ReadonlySet<string> | null = null
  return (item) => {
    if (!item.superseded) return false
    const isNewest = ({ state, superseded }: RunItem) => state === 'decided' && !superseded
    answered ??= new Set(items.filter(isNewest).map(machineAndSigner))
    return answered.has(machineAndSigner(item))
  }
}

function isServing({ signerName }: RunItem): boolean {
  return signerName === KUBELET_SERVING
}

function newestOf(machine: JudgedMachine, signerName: string): JudgedRequest | null {
  return (
    machine.requests.find(
      (request) =>
        request.signerName === signerName && !(request.superseded && isPendingRow(request)),
    ) ?? null
  )
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
