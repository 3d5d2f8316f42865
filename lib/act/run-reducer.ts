import { withFiledAnew } from '#lib/act/filed-anew.ts'
import {
  following,
  hasBegun,
  isFollowing,
  isOpen,
  machineAndSigner,
  nextRank,
  notReadyYet,
  type Run,
  type RunItem,
  type RunItemState,
  type RunMachine,
  runItem,
  runTrust,
  signerSaid,
  viewerOf,
} from '#lib/act/run.ts'
import type { RunWorld } from '#lib/act/run-world.ts'
import type { CodeFor } from '#lib/csr/approval/may-act-now.ts'
import { ROLE_GROUPS, type RoleGroup } from '#lib/csr/machine/role-rank.ts'
import { KUBELET_SERVING, NODE_USER_PREFIX } from '#lib/csr/names.ts'
import { isFollowed, isHeldBack, isSound } from '#lib/csr/policy/trust.ts'
import { isApprovedRow, isDeniedRow, isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { JudgedMachine, JudgedRequest, RequestRow } from '#lib/csr/rows/rows.ts'
import { requestFor, type ViewerName, verdictFor } from '#lib/csr/verdict/viewer-overlay.ts'
import { NO_EXPLANATION } from '#lib/wire/explanation.ts'
import { isUnderWay, type Pause } from '#lib/wire/run-answers.ts'
import type { DecisionLine, Outcome } from '#lib/wire/wire.ts'

/** Events that change a run. `now` is milliseconds since the epoch. */
export type RunEvent =
  | { readonly kind: 'looked'; readonly world: RunWorld; readonly now: number }
  | { readonly kind: 'gate'; readonly gate: Gate; readonly now: number }
  | { readonly kind: 'sending'; readonly uids: readonly string[]; readonly now: number }
  | { readonly kind: 'answered'; readonly lines: readonly DecisionLine[]; readonly now: number }
  | {
      readonly kind: 'batchOver'
      /** State of items without a line: never begun, or possibly written. */
      readonly rest: 'notSent' | 'unclear'
      readonly pause: Pause | null
      readonly now: number
    }
  /** The API server asked to wait in the middle of a batch; null ends that wait. */
  | { readonly kind: 'throttled'; readonly until: number | null; readonly now: number }
  | { readonly kind: 'resume'; readonly now: number }
  /** `next`: the group that the person saw waiting; another one does not begin. */
  | { readonly kind: 'goOn'; readonly next: RoleGroup | undefined; readonly now: number }
  /** `by`: null where the session of the run's owner has ended. */
  | { readonly kind: 'pause' | 'stop'; readonly by: string | null; readonly now: number }

/** Whether the run may decide anything, or the reason against it. */
export type Gate = 'open' | CodeFor<'batch'>

/**
 * Milliseconds for the watch to settle a lost answer. If the request is still Pending then, it is
 * sent again. Resuming by hand skips the wait.
 */
export const UNCLEAR_MS = 10_000
/**
 * Most requests of one batch. A larger batch keeps the API server busier, and delays followed
 * requests.
 */
export const BATCH = 1_000

export function reduceRun(run: Run, event: RunEvent): Run {
  if (!isUnderWay(run)) return afterEnd(run, event)
  switch (event.kind) {
    case 'looked':
      return lookedAt(run, event)
    case 'gate':
      return passGate(run, event.gate)
    case 'sending':
      return withItems(run, event.uids, (item) => ({ ...item, state: 'sent', at: event.now }))
    case 'answered':
      return answered(run, event.lines, event.now)
    case 'batchOver': {
      const over = settleRest(run, event.rest, event.now)
      // A pause that ends by itself does not replace a person's.
      return event.pause === null || run.pause?.why === 'person' ? over : paused(over, event.pause)
    }
    case 'throttled':
      if (run.pause?.why === 'person') return run
      if (event.until === null) return run.pause?.why === 'throttled' ? running(run) : run
      return paused(run, { why: 'throttled', until: event.until })
    case 'pause':
      return { ...paused(run, { why: 'person', until: null }), haltedBy: event.by }
    case 'resume':
      return waitNoMore(running(run), event.now)
    case 'goOn':
      return goOn(run, event.next)
    case 'stop':
      return stop(run, event)
  }
}

function lookedAt(run: Run, { world, now }: { world: RunWorld; now: number }): Run {
  const seen = beginNext(look(run, world, now), world, now)
  return finishIfDone(follow(seen, world, now), { world, now })
}

function goOn(run: Run, next: RoleGroup | undefined): Run {
  const rank = nextRank(run)
  return rank !== null && ROLE_GROUPS[rank] === next ? { ...run, goesOn: rank } : run
}

/** Begins the next group once the nodes of those before are Ready, or a person goes on. */
function beginNext(run: Run, world: RunWorld, now: number): Run {
  const rank = run.status === 'running' ? nextRank(run) : null
  if (rank === null) return run
  const nodeOf = (name: string) => world.machine(name)?.node ?? null
  if (run.goesOn !== rank && notReadyYet(run, nodeOf).length > 0) return run
  const deadlineOf = (name: string) => world.machine(name)?.deadline ?? null
  return following(withFiledAnew({ ...run, rank }, rank, world, now), deadlineOf, now)
}

/**
 * The next batch, all of one level of trust, so that none is approved with less than was shown.
 * Superseded requests wait for a batch without newest ones: an approval of the newest counts against
 * them. Empty while a batch is under way.
 */
export function nextBatch(run: Run): readonly RunItem[] {
  if (run.status !== 'running' || run.items.some(({ state }) => state === 'sent')) return []
  const queued = run.items.filter((item) => item.state === 'queued' && hasBegun(run, item))
  const newest = queued.filter(({ superseded }) => !superseded)
  const batch = (newest.length > 0 ? newest : queued).slice(0, BATCH)
  const other = batch.findIndex(({ accept }) => accept !== batch[0]?.accept)
  return other === -1 ? batch : batch.slice(0, other)
}

/** The next time, on the server's clock, at which a step is due without an event. */
export function nextDue(run: Run): number | null {
  if (run.status === 'paused') return run.pause?.until ?? null
  const unclear = run.items
    .filter(({ state }) => state === 'unclear')
    .map(({ at }) => at + UNCLEAR_MS)
  // A group that waits begins with a change of the rows, at no known time.
  const follow = run.status === 'running' && nextRank(run) === null ? run.followUntil : null
  const due = Math.min(...unclear, follow ?? Number.POSITIVE_INFINITY)
  return Number.isFinite(due) ? due : null
}

// ── The watch ────────────────────────────────────────────────────────────────────────────────

function look(run: Run, world: RunWorld, now: number): Run {
  const pause = run.pause
  const over = pause !== null && pause.until !== null && pause.until <= now
  const seen = mapItems(over ? running(run) : run, (item) => {
    return lookAt(run, item, world, now)
  })
  return holdOlder(seen, now)
}

function lookAt(
  { decision }: Pick<Run, 'decision'>,
  item: RunItem,
  world: RunWorld,
  now: number,
): RunItem {
  if (item.state !== 'queued' && item.state !== 'unclear') return item
  const row = world.request(item)
  if (row === null) return { ...item, state: 'failed', outcome: 'gone', at: now }
  const wanted = decision === 'approve' ? 'approved' : 'denied'
  const stands = isDeniedRow(row) ? 'denied' : isApprovedRow(row) ? 'approved' : null
  if (stands === wanted) {
    const outcome = item.state === 'unclear' ? wanted : 'already'
    return { ...item, state: 'decided', outcome, ...NO_EXPLANATION, at: now }
  }
  if (stands !== null) {
    const outcome = stands === 'denied' ? 'denied' : 'changed'
    return { ...item, state: 'failed', outcome, at: now }
  }
  if (!isPendingRow(row)) {
    return { ...item, state: 'failed', outcome: 'already', ...signerSaid(row.failure), at: now }
  }
  return item.state === 'unclear' && now - item.at >= UNCLEAR_MS
    ? { ...item, state: 'queued', at: now }
    : item
}

/**
 * Adds serving requests that the run's machines filed since, where the approver would approve them
 * at the ticked trust, and the user may. A machine with an open, denied or failed item is left out.
 */
function follow(run: Run, world: RunWorld, now: number): Run {
  if (!run.machines.some((one) => isFollowing(run, one, now))) return run
  if (!world.mayApprove(KUBELET_SERVING)) return run
  const known = new Set(run.items.map(({ uid }) => uid))
  const accept = runTrust(run)
  const notFollowed = machinesNotFollowed(run, world)
  const arrived = run.machines.flatMap((one) => {
    const { name } = one
    const request = servingArrival(one, world.machine(name), viewerOf(run))
    const takesUp =
      request !== null &&
      isFollowing(run, one, now) &&
      !notFollowed.has(name) &&
      !known.has(request.uid) &&
      isFollowed(request.unattended, accept)
    return takesUp ? [runItem(request, { machine: name, accept, followed: true, at: now })] : []
  })
  return arrived.length === 0 ? run : { ...run, items: [...run.items, ...arrived] }
}

/**
 * The machine's newest pending serving request as the viewer sees it, unless it was there at the
 * run's start.
 */
export function servingArrival(
  { seen }: RunMachine,
  machine: JudgedMachine | null,
  viewer: ViewerName,
): RequestRow | null {
  const request = machine?.requests.find(
    ({ signerName, superseded, status }) =>
      signerName === KUBELET_SERVING && !superseded && isPendingRow({ status }),
  )
  return request === undefined || seen.includes(request.uid) ? null : requestFor(request, viewer)
}

/**
 * Pending requests outside the run, newest first, filed later than the run's newest of that signer.
 * Where that one is not listed: filed since the run began.
 */
export function filedSince(
  { seen }: RunMachine,
  { requests }: JudgedMachine,
  isInRun: (uid: string) => boolean,
): readonly JudgedRequest[] {
  const newest = new Map<string, number>()
  for (const { uid, signerName, createdAt } of requests) {
    if (!newest.has(signerName) && isInRun(uid)) newest.set(signerName, Date.parse(createdAt))
  }
  return requests.filter((request) => {
    if (request.superseded || !isPendingRow(request) || isInRun(request.uid)) return false
    const known = newest.get(request.signerName)
    return known === undefined ? !seen.includes(request.uid) : Date.parse(request.createdAt) > known
  })
}

function finishIfDone(run: Run, { world, now }: { world: RunWorld; now: number }): Run {
  if (run.status !== 'running' || run.items.some(isOpen)) return run
  const followed = run.machines.filter((one) => isFollowing(run, one, now))
  if (followed.length > 0) {
    const notFollowed = machinesNotFollowed(run, world)
    const uids = new Set(run.items.map(({ uid }) => uid))
    const waits = followed.some((one) => {
      const machine = world.machine(one.name)
      return (
        !notFollowed.has(one.name) &&
        machine !== null &&
        expectsMore(one, machine, uids, viewerOf(run))
      )
    })
    if (waits) return run
  }
  return { ...run, status: 'finished', pause: null, endedAt: now }
}

/**
 * Machines that are not followed: an item is open, was held back or failed, or a request outside
 * the run was denied.
 */
function machinesNotFollowed({ items, machines }: Run, world: RunWorld): ReadonlySet<string> {
  const isUnsettled = (item: RunItem) =>
    isOpen(item) || item.state === 'heldBack' || item.state === 'failed'
  const unsettled = items.filter((item) => !item.superseded && isUnsettled(item))
  const uids = new Set(items.map(({ uid }) => uid))
  const denied = machines.filter((one) => {
    const request = servingDenied(one, world.machine(one.name))
    return request !== null && !uids.has(request.uid)
  })
  return new Set([...unsettled.map(({ machine }) => machine), ...denied.map(({ name }) => name)])
}

/**
 * The node's own serving request that came since the run began and was denied. A stranger's does
 * not count.
 */
export function servingDenied(
  { name, seen }: RunMachine,
  machine: JudgedMachine | null,
): JudgedRequest | null {
  return (
    machine?.requests.find(({ uid, signerName, requestor, status }) => {
      const isOwn = signerName === KUBELET_SERVING && requestor === NODE_USER_PREFIX + name
      return isOwn && isDeniedRow({ status }) && !seen.includes(uid)
    }) ?? null
  )
}

/** Whether waiting for the machine may still succeed without a person. */
function expectsMore(
  one: RunMachine,
  machine: JudgedMachine,
  uids: ReadonlySet<string>,
  viewer: ViewerName,
): boolean {
  if (machine.stage === 'ready') return false
  const arrival = servingArrival(one, machine, viewer)
  if (arrival !== null && !uids.has(arrival.uid))
    return !isHeldBack(arrival.verdict) && arrival.secondPerson === null
  if (machine.waitingForSigner) return true
  // A newer request of the kubelet itself ends the wait: it has the key of that one only. Another
  // client's request does not end it.
  const since = filedSince(one, machine, (uid) => uids.has(uid))
  return !since.some((request) => isSound(verdictFor(request, viewer)))
}

// ── A batch ──────────────────────────────────────────────────────────────────────────────────

function answered(run: Run, lines: readonly DecisionLine[], now: number): Run {
  const byUid = new Map(lines.map((line) => [line.uid, line]))
  const next = mapItems(run, (item) => {
    const line = byUid.get(item.uid)
    return line === undefined || item.state !== 'sent' ? item : afterLine(run, item, line, now)
  })
  return holdOlder(next, now)
}

/** The state of an item by its outcome; a decision the other way has failed it. */
const STATE_AFTER: Readonly<Record<Outcome, RunItemState>> = {
  approved: 'decided',
  denied: 'decided',
  // `already` does not say how, `unknown` not whether: the watch settles the item.
  already: 'unclear',
  unknown: 'unclear',
  throttled: 'queued',
  changed: 'heldBack',
  refused: 'heldBack',
  proposed: 'heldBack',
  gone: 'failed',
  forbidden: 'failed',
  error: 'failed',
}

function afterLine({ decision }: Run, item: RunItem, line: DecisionLine, now: number): RunItem {
  if (line.lost !== undefined) return { ...item, state: 'queued', at: now }
  const { outcome, detail, causes } = { ...NO_EXPLANATION, ...line }
  const isOpposite = outcome === (decision === 'approve' ? 'denied' : 'approved')
  const state = isOpposite ? 'failed' : STATE_AFTER[outcome]
  return { ...item, state, outcome, detail, causes, at: now }
}

/** Holds back a machine's older requests of a signer whose newest was held back or denied. */
function holdOlder(run: Run, now: number): Run {
  if (!run.items.some(isOlderQueued) || run.decision === 'deny') return run
  const newest = new Map<string, RunItem>()
  for (const item of run.items) {
    const isHeld = item.state === 'heldBack' || item.outcome === 'denied'
    if (!item.superseded && isHeld) newest.set(machineAndSigner(item), item)
  }
  if (newest.size === 0) return run
  return mapItems(run, (item) => {
    const cause = isOlderQueued(item) ? newest.get(machineAndSigner(item)) : undefined
    if (cause === undefined) return item
    const { outcome, detail, causes, reason } = cause
    return { ...item, state: 'heldBack', outcome, detail, causes, reason, at: now }
  })
}

function isOlderQueued({ superseded, state }: RunItem): boolean {
  return superseded && state === 'queued'
}

function settleRest(run: Run, rest: 'notSent' | 'unclear', now: number): Run {
  return mapItems(run, (item) =>
    item.state === 'sent'
      ? { ...item, state: rest === 'notSent' ? 'queued' : 'unclear', at: now }
      : item,
  )
}

// ── Pausing, stopping ────────────────────────────────────────────────────────────────────────

function passGate(run: Run, gate: Gate): Run {
  if (gate === 'open') {
    // A pause with an end lasts until that time, also when the gate is open.
    return run.pause?.until === null && run.pause.why !== 'person' ? running(run) : run
  }
  if (run.pause?.why === 'person') return run
  // The run is paused until the gate opens.
  if (run.pause?.why === gate && run.pause.until === null) return run
  return paused(run, { why: gate, until: null })
}

function paused(run: Run, pause: Pause): Run {
  return { ...run, status: 'paused', pause }
}

/**
 * Makes items without any answer due at once after a resume; items answered `unknown` still wait.
 */
function waitNoMore(run: Run, now: number): Run {
  return mapItems(run, (item) =>
    item.state === 'unclear' && item.outcome === null ? { ...item, at: now - UNCLEAR_MS } : item,
  )
}

function running(run: Run): Run {
  return run.status === 'running' ? run : { ...run, status: 'running', pause: null }
}

/**
 * Stops the run. Items under way may still be decided: they keep their state until their line
 * arrives.
 */
function stop(run: Run, { by, now }: { readonly by: string | null; readonly now: number }): Run {
  return { ...leaveQueued(run, now), status: 'stopped', pause: null, haltedBy: by, endedAt: now }
}

/** The run after its end: items under way still get their outcome, and nothing is sent again. */
function afterEnd(run: Run, event: RunEvent): Run {
  const { now } = event
  switch (event.kind) {
    case 'answered':
      return leaveQueued(answered(run, event.lines, now), now)
    case 'batchOver':
      return leaveQueued(settleRest(run, event.rest, now), now)
    case 'looked': {
      // The process that was cut off may have decided an item, and other clients may since.
      const seen = run.status === 'cutOff' ? settleLeft(run, event.world, now) : run
      const isUnclear = ({ state }: RunItem) => state === 'unclear'
      const look = (item: RunItem) => (isUnclear(item) ? lookAt(run, item, event.world, now) : item)
      return leaveQueued(mapItems(seen, look), now)
    }
    default:
      return run
  }
}

function settleLeft(run: Run, world: RunWorld, now: number): Run {
  return mapItems(run, (item) => {
    if (item.state !== 'left') return item
    const seen = lookAt(run, { ...item, state: 'queued' }, world, now)
    return seen.state === 'queued' ? item : seen
  })
}

/** Leaves queued items. */
function leaveQueued(run: Run, now: number): Run {
  return mapItems(run, (item) =>
    item.state === 'queued' ? { ...item, state: 'left', at: now } : item,
  )
}

// ── Items ────────────────────────────────────────────────────────────────────────────────────

function withItems(run: Run, uids: readonly string[], change: (item: RunItem) => RunItem): Run {
  const chosen = new Set(uids)
  return mapItems(run, (item) => (chosen.has(item.uid) ? change(item) : item))
}

/** The run with changed items; the same object when no item changed. */
function mapItems(run: Run, change: (item: RunItem) => RunItem): Run {
  let changed = false
  const items = run.items.map((item) => {
    const next = change(item)
    if (next !== item) changed = true
    return next
  })
  return changed ? { ...run, items } : run
}
