import { SOON_SECONDS } from '#components/machines/countdown.tsx'
import { factsOfMachine } from '#lib/query/board-facts.ts'
import { changedMachines, type Look, lookAt } from '#lib/query/look.ts'
import { countBefore } from '#lib/query/reordered.ts'
import { standingOf } from '#lib/query/standing.ts'
import type { ListedMachine, ListedSnapshot } from '#lib/query/wire.ts'

/** A look at all machines at `now`, in milliseconds on the server's clock. */
export interface Noticing {
  readonly look: Look
  readonly now: number
}

export interface News {
  readonly arrived: readonly string[]
  readonly soon: readonly string[]
  readonly overdue: readonly string[]
  readonly ready: readonly string[]
  readonly alarms: readonly string[]
}

type Told = Record<keyof News, string[]>

export function notice(snapshot: ListedSnapshot, now: number): Noticing {
  return { look: lookAt(snapshot), now }
}

/** What has become so since the last look: of the rows that changed, and of the others by time. */
export function newsBetween(before: Noticing, after: Noticing): News {
  const news: Told = { arrived: [], soon: [], overdue: [], ready: [], alarms: [] }
  const { snapshot } = after.look
  const changed = new Set<string>()
  for (const change of changedMachines(before.look, snapshot)) {
    if (change.after === null) continue
    changed.add(change.after.name)
    tell(news, noticed(change.before, before.now), noticed(change.after, after.now))
  }
  const { waiting } = standingOf(snapshot)
  // By deadline: those whose time has come in between stand side by side.
  const passed = (ms: number) =>
    waiting
      .slice(
        countBefore(waiting, ({ order }) => order - ms <= before.now),
        countBefore(waiting, ({ order }) => order - ms <= after.now),
      )
      .filter(({ kind, key }) => kind === 'machine' && !changed.has(key))
  for (const { key } of passed(0)) news.overdue.push(key)
  for (const { key, order } of passed(SOON_SECONDS * 1_000)) {
    if (order > after.now) news.soon.push(key)
  }
  return news
}

/** What a machine was at a look, as far as anybody wants to be told. */
interface Noticed {
  readonly name: string
  readonly waiting: boolean
  readonly urgency: 'calm' | 'soon' | 'overdue' | 'none'
  readonly ready: boolean
  /** The request whose certificate is not what was approved; null for none. */
  readonly alarm: string | null
}

function tell(news: Told, was: Noticed | null, now: Noticed | null): void {
  if (now === null) return
  const { name } = now
  if (now.alarm !== null && now.alarm !== was?.alarm) news.alarms.push(name)
  if (now.waiting && was?.waiting !== true) news.arrived.push(name)
  if (now.urgency === 'soon' && was?.urgency === 'calm') news.soon.push(name)
  if (now.urgency === 'overdue' && (was?.urgency === 'soon' || was?.urgency === 'calm')) {
    news.overdue.push(name)
  }
  if (now.ready && was !== null && !was.ready) news.ready.push(name)
}

function noticed(machine: ListedMachine | null, now: number): Noticed | null {
  if (machine === null) return null
  const { name, waiting, stage, alarm } = machine
  const left = (factsOfMachine(machine).order - now) / 1_000
  const urgency =
    !waiting || left === Number.POSITIVE_INFINITY
      ? 'none'
      : left <= 0
        ? 'overdue'
        : left <= SOON_SECONDS
          ? 'soon'
          : 'calm'
  return { name, waiting, urgency, ready: stage === 'ready', alarm: alarm?.uid ?? null }
}
