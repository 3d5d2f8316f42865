import { SOON_SECONDS } from '#components/machines/countdown.tsx'
import { factsOfMachine } from '#lib/query/board-facts.ts'
import type { ListedSnapshot } from '#lib/query/wire.ts'

/** What a machine was at the last look, as far as anybody wants to be told. */
export interface Noticed {
  readonly waiting: boolean
  readonly urgency: 'calm' | 'soon' | 'overdue' | 'none'
  readonly ready: boolean
  /** The request whose certificate is not what was approved; null for none. */
  readonly alarm: string | null
}

export type Noticing = ReadonlyMap<string, Noticed>

export interface News {
  readonly arrived: readonly string[]
  readonly soon: readonly string[]
  readonly overdue: readonly string[]
  readonly ready: readonly string[]
  readonly alarms: readonly string[]
}

/** All machines at `now`, in milliseconds on the server's clock. */
export function notice(snapshot: ListedSnapshot, now: number): Noticing {
  const noticed = new Map<string, Noticed>()
  for (const machine of snapshot.machines.values()) {
    const { name, waiting, stage, alarm } = machine
    // To read thousands of timestamps each second would cost more than all else here.
    const left = waiting ? (factsOfMachine(machine).order - now) / 1_000 : Number.POSITIVE_INFINITY
    const urgency =
      left === Number.POSITIVE_INFINITY
        ? 'none'
        : left <= 0
          ? 'overdue'
          : left <= SOON_SECONDS
            ? 'soon'
            : 'calm'
    noticed.set(name, { waiting, urgency, ready: stage === 'ready', alarm: alarm?.uid ?? null })
  }
  return noticed
}

/** What has become so since the last look. */
export function newsBetween(before: Noticing, after: Noticing): News {
  const news = { arrived: [], soon: [], overdue: [], ready: [], alarms: [] } as Record<
    keyof News,
    string[]
  >
  for (const [name, now] of after) {
    const was = before.get(name)
    if (now.alarm !== null && now.alarm !== was?.alarm) news.alarms.push(name)
    if (now.waiting && was?.waiting !== true) news.arrived.push(name)
    if (now.urgency === 'soon' && was?.urgency === 'calm') news.soon.push(name)
    if (now.urgency === 'overdue' && (was?.urgency === 'soon' || was?.urgency === 'calm')) {
      news.overdue.push(name)
    }
    if (now.ready && was !== undefined && !was.ready) news.ready.push(name)
  }
  return news
}
