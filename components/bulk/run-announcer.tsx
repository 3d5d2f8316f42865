'use client'

import { useEffect, useRef } from 'react'
import { newsOfRun, type RunHeard, type RunNews } from '#components/bulk/run-news.ts'
import { useMessages } from '#components/messages.tsx'
import { useSay } from '#components/ui/live-region.tsx'
import { visible } from '#lib/csr/escape.ts'
import { useLiveClient } from '#lib/query/client.ts'
import type { Run } from '#lib/query/run.ts'
import { runLines, runReport, stayingAfter } from '#lib/query/run-view.ts'
import { useRuns } from '#lib/query/runs.ts'
import { SNAPSHOT_KEY } from '#lib/query/snapshot-key.ts'
import type { ListedSnapshot } from '#lib/query/wire.ts'

/** So many are named; more are counted. */
const NAMED = 3

/** Tells those who do not see it how a bulk run goes. */
export function RunAnnouncer() {
  const { bulk } = useMessages()
  const say = useSay()
  const { queryClient, clock } = useLiveClient()
  const { current } = useRuns()
  const heard = useRef<RunHeard | null>(null)

  useEffect(() => {
    const { spoken } = bulk

    function ended(run: Run, stopped: boolean): string {
      const snapshot = queryClient.getQueryData<ListedSnapshot>(SNAPSHOT_KEY)
      const lines = snapshot === undefined ? [] : runLines(run, snapshot)
      const { approved, total, needsYou } = runReport(run, lines, clock.now())
      const staying = snapshot === undefined ? 0 : stayingAfter(run, snapshot).length
      const names = needsYou.slice(0, NAMED).map(({ name }) => visible(name))
      return [
        spoken[stopped ? 'stopped' : 'finished'](approved, total),
        ...(names.length > 0 ? [spoken.needYou(names, needsYou.length - names.length)] : []),
        ...(staying > 0 ? [spoken.staying(staying)] : []),
      ].join(' ')
    }
    function wordsOf(run: Run, news: RunNews): string {
      switch (news.kind) {
        case 'started':
          return spoken.started(news.machines, news.total)
        case 'progress':
          return spoken.progress(news.approved, news.total)
        case 'paused':
          return spoken.paused[news.why]
        case 'resumed':
          return spoken.resumed
        case 'ended':
          return ended(run, news.stopped)
      }
    }
    const { news, heard: next } = newsOfRun(heard.current, current)
    heard.current = next
    if (news === null || current === null) return
    // Who needs a person is asked when it is said: a signer may be a moment behind.
    say({ about: 'run', words: () => wordsOf(current, news) })
  }, [current, bulk, say, queryClient, clock])
  return null
}
