import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { Run, RunItem, RunMachine } from '#lib/query/run.ts'
import type { ListedMachine, ListedSnapshot, Reason } from '#lib/query/wire.ts'

/** Where one machine of a run stands. The order is that of "what needs you first". */
export const LINE_STATES = [
  'failed',
  'heldBack',
  'notInTime',
  'unclear',
  'approvingClient',
  'approvingServing',
  'waitingForSigner',
  'waitingForServing',
  'waitingForReady',
  'queued',
  'left',
  'servingNotAsked',
  'done',
  'ready',
] as const
export type LineState = (typeof LINE_STATES)[number]

/** States in which a person has to look. */
const NEEDS_YOU: ReadonlySet<LineState> = new Set(['failed', 'heldBack', 'notInTime'])
/** States that do not change any more by the run's own doing. */
const SETTLED: ReadonlySet<LineState> = new Set([
  'failed',
  'heldBack',
  'notInTime',
  'left',
  'servingNotAsked',
  'done',
  'ready',
])

export interface RunLine {
  readonly name: string
  readonly state: LineState
  /** Of the requests that the state is about: how many are approved, of how many. */
  readonly done: number
  readonly all: number
  /** The item that failed or was held back. */
  readonly item: RunItem | null
  readonly reason: Reason | null
  /** Seconds from the start of the run to the last thing that happened to it. */
  readonly seconds: number
}

export interface RunProgress {
  readonly lines: readonly RunLine[]
  /** How many machines got that far, and how many are meant to. */
  readonly tracks: Readonly<Record<Track, { readonly done: number; readonly all: number }>>
  readonly approved: number
  readonly items: number
  /** Approved requests per second since the start; null before the first. */
  readonly perSecond: number | null
  /** Seconds until all that is queued is sent, at that rate; null when nothing is queued. */
  readonly secondsLeft: number | null
  readonly waitingOnKubelets: number
  readonly needsYou: number
  /** Machines that are settled, of all. */
  readonly settled: number
  readonly ready: number
}

export const TRACKS = ['clientApproved', 'servingRequested', 'servingApproved', 'ready'] as const
export type Track = (typeof TRACKS)[number]

/** What there is to show of a run, `now` in milliseconds on the server's clock. */
export function runProgress(
  run: Run,
  machines: ListedSnapshot['machines'],
  now: number,
): RunProgress {
  const byMachine = Map.groupBy(run.items, ({ machine }) => machine)
  const lines = run.machines.map((machine) =>
    lineOf(
      run,
      machine,
      byMachine.get(machine.name) ?? [],
      machines.get(machine.name) ?? null,
      now,
    ),
  )
  const approved = run.items.filter(({ state }) => state === 'approved').length
  const queued = run.items.filter(({ state }) => state === 'queued' || state === 'sent').length
  const seconds = Math.max(0.001, ((run.endedAt ?? now) - run.startedAt) / 1_000)
  const perSecond = approved > 0 ? approved / seconds : null
  const count = (test: (line: RunLine) => boolean) => lines.filter(test).length
  return {
    lines,
    tracks: trackCounts(run, byMachine, machines, lines),
    approved,
    items: run.items.length,
    perSecond,
    secondsLeft: queued === 0 || perSecond === null ? null : queued / perSecond,
    waitingOnKubelets: count(({ state }) => state === 'waitingForServing'),
    needsYou: count(needsYou),
    settled: count(({ state }) => SETTLED.has(state)),
    ready: count(({ state }) => state === 'ready'),
  }
}

export function needsYou({ state }: RunLine): boolean {
  return NEEDS_YOU.has(state)
}

/** What needs a person first, then what goes on, then what is done; as it was within each. */
export function needsYouFirst(lines: readonly RunLine[]): readonly RunLine[] {
  const rank = ({ state }: RunLine) => LINE_STATES.indexOf(state)
  return [...lines].sort((a, b) => rank(a) - rank(b))
}

function lineOf(
  run: Run,
  { name }: RunMachine,
  items: readonly RunItem[],
  machine: ListedMachine | null,
  now: number,
): RunLine {
  const newest = items.filter(({ superseded }) => !superseded)
  const about = (some: readonly RunItem[]) => ({
    done: some.filter(({ state }) => state === 'approved').length,
    all: some.length,
  })
  const last = Math.max(run.startedAt, ...items.map(({ at }) => at))
  const line = (
    state: LineState,
    some: readonly RunItem[] = items,
    item: RunItem | null = null,
    until = SETTLED.has(state) ? last : (run.endedAt ?? now),
  ): RunLine => ({
    name,
    state,
    ...about(some),
    item,
    reason: item?.reason ?? null,
    seconds: Math.max(0, Math.round((until - run.startedAt) / 1_000)),
  })

  if (machine?.stage === 'ready' && machine.execAndLogs === 'available') {
    const at = Date.parse(machine.joinedAt ?? '')
    return line('ready', items, null, Number.isNaN(at) ? last : Math.max(at, run.startedAt))
  }
  // Trouble with a superseded request is no trouble: the kubelet does not wait for it.
  const failed = newest.find(({ state }) => state === 'failed')
  if (failed !== undefined) return line('failed', items, failed)
  const held = newest.find(({ state }) => state === 'heldBack')
  if (held !== undefined) return line('heldBack', items, held)
  if (items.some(({ state }) => state === 'unclear')) return line('unclear')

  const serving = items.filter(({ signerName }) => signerName === KUBELET_SERVING)
  const client = items.filter(({ signerName }) => signerName === KUBE_APISERVER_CLIENT_KUBELET)
  const underWay = (some: readonly RunItem[]) => some.some(({ state }) => state === 'sent')
  const begun = (some: readonly RunItem[]) =>
    underWay(some) ||
    (some.some(({ state }) => state === 'approved') && some.some(({ state }) => state === 'queued'))
  if (begun(client)) return line('approvingClient', client)
  if (begun(serving)) return line('approvingServing', serving)
  if (items.some(({ state }) => state === 'queued')) return line('queued')
  if (newest.some(({ state }) => state === 'left')) return line('left')

  if (machine?.waitingForSigner) return line('waitingForSigner')
  if (serving.length > 0) {
    return line(machine?.stage === 'ready' ? 'done' : 'waitingForReady', serving)
  }
  if (run.followUntil === null) return line('servingNotAsked', client)
  return line(now < run.followUntil && run.endedAt === null ? 'waitingForServing' : 'notInTime')
}

function trackCounts(
  run: Run,
  byMachine: ReadonlyMap<string, readonly RunItem[]>,
  machines: ListedSnapshot['machines'],
  lines: readonly RunLine[],
): RunProgress['tracks'] {
  const all = run.machines.length
  const tracks = { clientApproved: 0, servingRequested: 0, servingApproved: 0, ready: 0 }
  run.machines.forEach(({ name }, at) => {
    const items = byMachine.get(name) ?? []
    const machine = machines.get(name)
    const hasServing =
      items.some(({ signerName }) => signerName === KUBELET_SERVING) ||
      machine?.requests.some(({ signerName }) => signerName === KUBELET_SERVING) === true
    const approved = (signerName: string) =>
      items.some(
        (item) => item.signerName === signerName && item.state === 'approved' && !item.superseded,
      )
    // A machine that came into the run with its serving request has its client certificate.
    const cameServing = !items.some(
      ({ signerName }) => signerName === KUBE_APISERVER_CLIENT_KUBELET,
    )
    if (cameServing || approved(KUBE_APISERVER_CLIENT_KUBELET)) tracks.clientApproved += 1
    if (hasServing) tracks.servingRequested += 1
    if (approved(KUBELET_SERVING)) tracks.servingApproved += 1
    if (lines[at]?.state === 'ready') tracks.ready += 1
  })
  return {
    clientApproved: { done: tracks.clientApproved, all },
    servingRequested: { done: tracks.servingRequested, all },
    servingApproved: { done: tracks.servingApproved, all },
    ready: { done: tracks.ready, all },
  }
}
