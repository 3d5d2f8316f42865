import { useEffect, useRef } from 'react'
import { type Noticing, newsBetween, notice } from '#components/machines/board-news.ts'
import type { BoardRows } from '#components/machines/board-rows.ts'
import { useSay } from '#components/ui/live-region.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { knownRows } from '#components/ui/row-list.ts'
import { visible } from '#lib/csr/escape.ts'
import { ALARM_KINDS } from '#lib/csr/model.ts'
import { useNow } from '#lib/query/live.ts'
import type { BoardCounts } from '#lib/wire/views.ts'

/**
 * Milliseconds between two looks. A look at each answer of a burst would announce each change by
 * itself.
 */
const LOOK_MS = 1_000
/** Names spoken; further ones are counted. */
const NAMED = 2

interface BoardAnnouncerProps {
  readonly counts: BoardCounts
  readonly sections: BoardRows['sections']
}

/** Announces changes of the list to screen readers. */
export function BoardAnnouncer({ counts, sections }: BoardAnnouncerProps) {
  const { alarm, board } = useMessages()
  const say = useSay()
  const now = useNow(LOOK_MS)
  const last = useRef<Noticing | null>(null)
  const latest = useRef({ counts, sections })
  useEffect(() => {
    latest.current = { counts, sections }
  })

  useEffect(() => {
    if (now === 0) return
    const before = last.current
    const rows = Object.values(latest.current.sections).flatMap(knownRows)
    const machines = rows.flatMap((row) => (row.kind === 'machine' ? [row.machine] : []))
    const alone = rows.flatMap((row) => (row.kind === 'alarm' ? [row.alarm] : []))
    last.current = notice(before, latest.current.counts, machines, alone, now)
    if (before === null) return
    const words = board.spoken
    const { arrived, soon, overdue, ready, alarms } = newsBetween(before, last.current)
    for (const kind of ALARM_KINDS) {
      const [raised, words] = [alarms[kind], alarm.spoken[kind]]
      if (raised.length > NAMED) say(words.many(raised.length), 'assertive')
      else {
        for (const { machine, request } of raised) {
          const said =
            machine === null ? words.alone(visible(request)) : words.one(visible(machine))
          say(said, 'assertive')
        }
      }
    }
    if (arrived > 0) say({ about: 'arrived', count: arrived, words: words.newWaiting })
    if (soon.length > 0 && soon.length <= NAMED) {
      for (const name of soon) say(words.minutesLeft(visible(name), 15))
    }
    if (overdue.length > NAMED) say(words.overdueMany(overdue.length))
    else for (const name of overdue) say(words.overdue(visible(name)))
    if (ready.length > NAMED) say(words.readyMany(ready.length))
    else for (const name of ready) say(words.ready(visible(name)))
  }, [now, say, board, alarm])
  return null
}
