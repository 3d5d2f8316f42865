'use client'

import { useEffect, useRef } from 'react'
import { type Noticing, newsBetween, notice } from '#components/machines/board-news.ts'
import type { HeldRow } from '#components/machines/board-order.ts'
import { useMessages } from '#components/messages.tsx'
import { useSay } from '#components/ui/live-region.tsx'
import type { Ticks } from '#components/ui/ticks.ts'
import { visible } from '#lib/csr/escape.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import { useLiveClient } from '#lib/query/client.ts'
import { useNow, useSnapshot } from '#lib/query/live.ts'
import { SNAPSHOT_KEY } from '#lib/query/snapshot-key.ts'
import type { ListedSnapshot } from '#lib/query/wire.ts'

/** Looking at all rows for each of a burst's patches would cost more than drawing them. */
const LOOK_MS = 1_000
/** So many are named; more are counted. */
const NAMED = 2

/** Tells those who do not see the list what has changed in it. */
export function BoardAnnouncer() {
  const { alarm, board } = useMessages()
  const say = useSay()
  const { queryClient } = useLiveClient()
  const now = useNow(LOOK_MS)
  const last = useRef<Noticing | null>(null)

  useEffect(() => {
    const look = () => {
      const snapshot = queryClient.getQueryData<ListedSnapshot>(SNAPSHOT_KEY)
      if (snapshot === undefined || now === 0) return
      const before = last.current
      last.current = notice(snapshot, now)
      if (before === null) return
      const words = board.spoken
      const { arrived, soon, overdue, ready, alarms } = newsBetween(before, last.current)
      if (alarms.length > NAMED) say(alarm.spokenMany(alarms.length), 'assertive')
      else for (const name of alarms) say(alarm.spoken(visible(name)), 'assertive')
      if (arrived.length > 0) {
        say({ about: 'arrived', count: arrived.length, words: words.newWaiting })
      }
      if (soon.length > 0 && soon.length <= NAMED) {
        for (const name of soon) say(words.minutesLeft(visible(name), 15))
      }
      if (overdue.length > NAMED) say(words.overdueMany(overdue.length))
      else for (const name of overdue) say(words.overdue(visible(name)))
      if (ready.length > NAMED) say(words.readyMany(ready.length))
      else for (const name of ready) say(words.ready(visible(name)))
    }
    // Thousands of rows to look at: not in the same breath as drawing them.
    const timer = setTimeout(look)
    return () => clearTimeout(timer)
  }, [now, queryClient, say, board, alarm])
  return null
}

/**
 * Takes out of the selection what no longer belongs there: silently what was decided meanwhile,
 * aloud what has turned suspicious.
 */
export function SelectionGuard({ ticks }: { readonly ticks: Ticks<HeldRow> }) {
  const { board } = useMessages()
  const say = useSay()
  const { keys, untick } = ticks
  // The whole, not its map: patches change the map in place.
  const snapshot = useSnapshot(whole)

  useEffect(() => {
    if (keys.size === 0 || snapshot === null) return
    const settled: string[] = []
    const suspicious: string[] = []
    for (const key of keys) {
      const machine = snapshot.machines.get(key)
      if (machine === undefined || !machine.waiting) settled.push(key)
      else if (isHeldBack(machine.verdict)) suspicious.push(key)
    }
    if (settled.length + suspicious.length === 0) return
    untick([...settled, ...suspicious])
    const [first] = suspicious
    if (first === undefined) return
    const words = board.spoken
    const sentence =
      suspicious.length === 1
        ? words.unselected(visible(first))
        : words.unselectedMany(suspicious.length)
    say(sentence, 'assertive')
  }, [snapshot, keys, untick, say, board])
  return null
}

const whole = (snapshot: ListedSnapshot) => snapshot
