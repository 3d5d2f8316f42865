import {
  Judgements,
  type JudgementsOptions,
  judgeInSteps,
  type Pass,
} from '#lib/cluster/judgements.ts'
import { type Context, deriveAhead, deriveAlarm, deriveOther } from '#lib/csr/machine/derive.ts'
import type { AlarmDetail, JudgedMachine, JudgedRequest } from '#lib/csr/rows/rows.ts'
import { sameValue } from '#lib/csr/same-value.ts'

/** Published rows of what the cluster has: machines by name, other requests by uid. */
export interface Rows {
  readonly machines: ReadonlyMap<string, JudgedMachine>
  readonly others: ReadonlyMap<string, JudgedRequest>
}

/** All published rows: also alarms by `alarmKey`, which outlive their requests. */
export interface AllRows extends Rows {
  readonly alarms: ReadonlyMap<string, AlarmDetail>
}

/** A published row before and after; null where there is none. */
interface BeforeAfter<Row> {
  readonly key: string
  readonly before: Row | null
  readonly after: Row | null
}

export type RowChange =
  | (BeforeAfter<JudgedMachine> & { readonly kind: 'machine' })
  | (BeforeAfter<JudgedRequest> & { readonly kind: 'request' })
  | (BeforeAfter<AlarmDetail> & { readonly kind: 'alarm' })

/**
 * Most rows that are published while the first lists are still being read. Each of them is derived
 * again when all is known.
 */
const FIRST_ROWS = 100
/** Most rows that are derived early in all, also of machines without a pending request. */
const MOST_EARLY = 1_000

/** The published rows, kept in step with a world. */
export function createBoard({
  world,
  onRows,
  ...options
}: Pick<JudgementsOptions<Context>, 'world' | 'context' | 'passed' | 'onError'> & {
  /** Takes each revision once, after its rows are published. */
  readonly onRows?: (changes: readonly RowChange[]) => void
}) {
  const machines = new Map<string, JudgedMachine>()
  const others = new Map<string, JudgedRequest>()
  const alarms = new Map<string, AlarmDetail>()
  let changes: RowChange[] = []
  let revision = 0
  /** Rows of machines that wait. */
  let waiting = 0
  /** Rows that were derived from half a list. */
  let early = 0

  function* machine(name: string, before: Context): Pass<Context> {
    const now = yield* judgeInSteps(name, world, before)
    const ahead = deriveAhead(world, name, now)
    const change = put(machines, name, ahead?.row ?? null)
    if (change !== null) changes.push({ kind: 'machine', ...change })
    waiting += Number(change?.after?.waiting ?? 0) - Number(change?.before?.waiting ?? 0)
    return ahead?.changesAt ?? null
  }

  const judgements = new Judgements<Context>({
    ...options,
    world,
    machine,
    other(uid, now) {
      const change = put(others, uid, deriveOther(world, uid, now))
      if (change !== null) changes.push({ kind: 'request', ...change })
    },
    alarm(key, name) {
      const change = put(alarms, key, deriveAlarm(world, name))
      if (change !== null) changes.push({ kind: 'alarm', ...change })
    },
  })

  function publish(): void {
    const published = changes
    changes = []
    if (published.length === 0) return
    revision += 1
    onRows?.(published)
  }

  return {
    rows: { machines, others, alarms } as AllRows,
    get revision(): number {
      return revision
    },
    /** Derives rows until `hasTime` is false. Rows that changed are the next revision. */
    work(hasTime: () => boolean): void {
      judgements.work(hasTime)
      publish()
    },
    /**
     * Derives the first rows of a screen, those of requests above all, from half a list. Returns whether
     * there are more of them to derive.
     */
    workMidway(hasTime: () => boolean): boolean {
      if (waiting + others.size >= FIRST_ROWS || early >= MOST_EARLY) return false
      const hasMore = judgements.work(hasTime, early < FIRST_ROWS ? 'all' : 'requests')
      early += changes.length
      publish()
      return hasMore
    },
    /** Milliseconds until rows change by time; see `Judgements.waitMs`. */
    waitMs: () => judgements.waitMs(),
    /** Whether rows wait to be derived, except those of machines that rest. */
    isBehind: () => judgements.waitMs() === 0,
  }
}

/** Puts a row; null where it says the same as before. */
function put<Row>(rows: Map<string, Row>, key: string, after: Row | null): BeforeAfter<Row> | null {
  const before = rows.get(key) ?? null
  if (sameValue(before, after)) return null
  if (after === null) rows.delete(key)
  else rows.set(key, after)
  return { key, before, after }
}
