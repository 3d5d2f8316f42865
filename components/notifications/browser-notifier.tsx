import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import {
  type Due,
  dueNotifications,
  type EarlierLooks,
} from '#components/notifications/due-notifications.ts'
import { MACHINES_PATH, machinePath, requestPath } from '#components/shell/routes.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { visible } from '#lib/csr/escape.ts'
import type { Messages } from '#lib/messages/catalogue.ts'
import { filled } from '#lib/messages/grammar/cause-words.ts'
import { useAnswer, useCluster, useSession, useStore } from '#lib/query/live.ts'
import { listQuery } from '#lib/query/queries.ts'
import { useRuns } from '#lib/query/run-queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

/**
 * Milliseconds between two looks. No event reports that time has passed; browsers delay timers of
 * hidden tabs up to a minute.
 */
const LOOK_MS = 15_000
/** The server's page limit. Of more machines, those with the least time left are read. */
const FIRST = { from: 0, to: 200 } as const
/** Names in a notification; further ones are counted. */
const NAMED = 3

/** Notifies a person who has switched it on, while the page is hidden. */
export function BrowserNotifier() {
  const { notifications } = useLiveClient()
  return useStore(notifications.state) === 'on' ? <Notifier /> : null
}

function Notifier() {
  const messages = useMessages()
  const client = useLiveClient()
  const router = useRouter()
  const isSignedIn = useSession().status === 'signedIn'
  const cluster = useCluster()?.name ?? null
  const waiting = useFirstMachines('waiting')
  const returning = useFirstMachines('returning')
  const alarms = useAnswer((client) => listQuery(client, 'alarms', {}, FIRST)).answer
  const runs = useRuns()
  const earlier = useRef<EarlierLooks | null>(null)
  const [looks, setLooks] = useState(0)

  useEffect(() => client.setTimer(() => setLooks(looks + 1), LOOK_MS), [client, looks])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a look is only the sign that time has passed
  useEffect(() => {
    const notify = (title: string, body: readonly (string | null)[], tag: string, path: string) => {
      if (!client.isHidden()) return
      const text = body.filter((line) => line !== null).join('\n')
      client.notify({ title, body: text, tag, onClick: () => router.push(path) })
    }
    const words = messages.notifications
    if (!isSignedIn) {
      if (earlier.current !== null)
        notify(words.session.title, [words.session.text], 'ended', MACHINES_PATH)
      earlier.current = null
      return
    }
    if (waiting === null || returning === null || alarms === null) return
    const rows = [waiting, returning].flatMap((page) => page.rows)
    const machines = rows.flatMap((row) => (row.kind === 'machine' ? [row.machine] : []))
    const now = client.clock.now()
    const look = dueNotifications({ machines, alarms: alarms.rows, runs, now }, earlier.current)
    earlier.current = look.earlier
    const where = cluster === null ? null : words.onCluster(visible(cluster))
    for (const due of look.due) {
      const { title, body } = wordsOf(due, messages)
      notify(title, [body, where], tagOf(due), pathOf(due))
    }
  }, [looks, isSignedIn, waiting, returning, alarms, runs, cluster, messages, client, router])
  return null
}

function useFirstMachines(section: 'waiting' | 'returning') {
  return useAnswer((client) => listQuery(client, 'machines', { section }, FIRST)).answer
}

function wordsOf(due: Due, { joined, notifications: words }: Messages) {
  if (due.event === 'run.ended') {
    const { status, needsYou, progress } = due.run
    const decided = words.decided(progress.decided, progress.total)
    return {
      title: words.bulk[status === 'stopped' ? 'stopped' : 'finished'],
      body: needsYou > 0 ? joined.sentences([decided, words.needsYou(needsYou)]) : decided,
    }
  }
  const { event, names } = due
  const title = filled(words.titles[event](names.length), { name: names[0] ?? '' })
  if (names.length === 1) return { title, body: null }
  const first = names.slice(0, NAMED).map(visible)
  return { title, body: words.named(first, names.length - NAMED) }
}

/** Several tabs may notify of the same event: with one tag the browser shows one notification. */
function tagOf(due: Due): string {
  return due.event === 'run.ended' ? due.run.id : `${due.event} ${due.names.join(' ')}`
}

function pathOf(due: Due): string {
  if (due.event === 'run.ended') return MACHINES_PATH
  if (due.uid !== undefined) return requestPath(due.uid)
  const name = due.names.length > 1 ? undefined : due.names[0]
  return name === undefined ? MACHINES_PATH : machinePath(name)
}
