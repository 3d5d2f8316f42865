import { type PlannedMachine, returningNow } from '#lib/act/plan.ts'
import { type Run, type RunItem, type RunMachine, runItem, viewerOf } from '#lib/act/run.ts'
import type { RunWorld } from '#lib/act/run-world.ts'
import { cause } from '#lib/csr/cause.ts'
import { type RoleRank, roleRank } from '#lib/csr/machine/role-rank.ts'
import { KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { isTrusted } from '#lib/csr/policy/trust.ts'
import { isDuplicateOf, isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { JudgedMachine, RequestRow } from '#lib/csr/rows/rows.ts'
import { explain } from '#lib/refusals/explain.ts'

/** A request that takes the place of the run's own. */
interface Successor {
  readonly before: RunItem
  readonly request: RequestRow
}

/**
 * The run whose group of this rank begins now. A kubelet files anew, with another key, about every
 * 15 minutes. Its newest client request takes the place of the planned one if a plan made now has
 * it in the same group, from the same requestor, with no less trust. Otherwise nothing of its
 * machine is approved: another plan has to be made for it.
 */
export function withFiledAnew(run: Run, rank: RoleRank, world: RunWorld, now: number): Run {
  const isNext = (item: RunItem) => item.state === 'queued' && item.rank === rank
  const queued = Map.groupBy(run.items.filter(isNext), ({ machine }) => machine)
  const inRun = new Set(run.items.map(({ uid }) => uid))
  const changes = new Map<string, Successor | 'held'>()
  for (const one of run.machines) {
    const items = queued.get(one.name)?.filter(({ superseded }) => !superseded)
    const machine = world.machine(one.name)
    if (items === undefined || machine === null) continue
    const stale = items.filter((item) => requestOf(item, machine)?.superseded === true)
    if (stale.length === 0 && !hasArrival(one, machine, inRun)) continue
    const isKnown = !world.partlyJudged && roleRank(machine) === rank
    const planned = isKnown ? returningNow(machine, viewerOf(run)) : null
    if (planned === null) changes.set(one.name, 'held')
    else if (stale.length > 0) changes.set(one.name, successor(stale, planned) ?? 'held')
  }
  if (changes.size === 0) return run
  const why = explain([cause('filedAnew')])
  return {
    ...run,
    items: run.items.map((item): RunItem => {
      const change = changes.get(item.machine)
      if (change === undefined || item.state !== 'queued') return item
      if (change === 'held') {
        return { ...item, state: 'heldBack', outcome: 'changed', ...why, at: now }
      }
      const { machine, accept } = item
      const more = { machine, accept, followed: false, at: now, rank }
      return item === change.before ? runItem(change.request, more) : item
    }),
    machines: run.machines.map((one) => {
      const change = changes.get(one.name)
      if (change === undefined || change === 'held') return one
      return { ...one, seen: [...one.seen, change.before.uid] }
    }),
  }
}

/** Whether a pending request that counts has come since the run began, from any client. */
function hasArrival(
  { seen }: RunMachine,
  { requests }: JudgedMachine,
  inRun: ReadonlySet<string>,
): boolean {
  return requests.some(
    (one) => isPendingRow(one) && !one.superseded && !inRun.has(one.uid) && !seen.includes(one.uid),
  )
}

/** The client request that takes the place of the only stale one; null for none. */
function successor(
  [before, ...others]: readonly RunItem[],
  { machine, requests }: PlannedMachine,
): Successor | null {
  const clients = requests.filter(({ signerName }) => signerName === KUBE_APISERVER_CLIENT_KUBELET)
  const [request] = clients
  if (before === undefined || request === undefined) return null
  if (others.length > 0 || clients.length > 1) return null
  const older = requestOf(before, machine)
  const isDuplicate = older !== undefined && isDuplicateOf(older, request)
  return isDuplicate && isTrusted(request, before.accept) ? { before, request } : null
}

function requestOf({ uid }: RunItem, { requests }: JudgedMachine) {
  return requests.find((request) => request.uid === uid)
}
