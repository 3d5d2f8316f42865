import { useEffect, useRef } from 'react'
import { newsOfRun, type RunHeard, type RunNews } from '#components/bulk/run-news.ts'
import { useWhose } from '#components/decide/whose.ts'
import { useSay } from '#components/ui/live-region.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { visible } from '#lib/csr/escape.ts'
import { readRunPage } from '#lib/query/run-queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { RunPage, RunSummary } from '#lib/wire/run-answers.ts'

/** Names spoken; further machines are counted. */
const NAMED = 3

/** Announces the progress of a bulk run to screen readers. */
export function RunAnnouncer({ run }: { readonly run: RunSummary | null }) {
  const { bulk, joined } = useMessages()
  const whose = useWhose()
  const say = useSay()
  const client = useLiveClient()
  const heard = useRef<RunHeard | null>(null)

  useEffect(() => {
    const { spoken } = bulk

    function ended({ run, counts, lines, staying }: RunPage, stopped: boolean): string {
      const { decided, total } = run.progress
      const names = lines
        .slice(0, Math.min(NAMED, counts.needsYou))
        .map(({ name }) => visible(name))
      return joined.sentences([
        spoken[stopped ? 'stopped' : 'finished'](decided, total),
        ...(names.length > 0 ? [spoken.needYou(names, counts.needsYou - names.length, whose)] : []),
        ...(staying.count > 0 ? [spoken.staying(staying.count)] : []),
      ])
    }
    function wordsOf(news: Exclude<RunNews, { kind: 'ended' }>): string {
      switch (news.kind) {
        case 'started':
          return spoken.started(news.machines, news.total)
        case 'progress':
          return spoken.progress(news.decided, news.total)
        case 'paused':
          return spoken.paused[news.why]
        case 'resumed':
          return spoken.resumed
      }
    }
    const { news, heard: next } = newsOfRun(heard.current, run)
    heard.current = next
    if (news === null || run === null) return
    const tell = (words: string) => say({ about: 'run', words: () => words })
    if (news.kind !== 'ended') {
      tell(wordsOf(news))
      return
    }
    // Only the report has the names of the machines that need a person.
    readRunPage(client, run.id)
      .then((page) => tell(ended(page, news.stopped)))
      .catch(() => {
        const { decided, total } = run.progress
        tell(spoken[news.stopped ? 'stopped' : 'finished'](decided, total))
      })
  }, [run, bulk, joined, whose, say, client])
  return null
}
