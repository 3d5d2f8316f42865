'use client'

import { SearchX } from 'lucide-react'
import { useState } from 'react'
import { BoardLists } from '#components/machines/board-lists.tsx'
import { useFirstRows } from '#components/machines/board-rows.ts'
import { BoardSkeleton } from '#components/machines/board-skeleton.tsx'
import { OffProvider } from '#components/machines/permissions.tsx'
import { Said } from '#components/said.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { useTakesLong } from '#components/ui/skeleton.tsx'
import { useFeed, useSummary } from '#lib/query/live.ts'
import type { ShownFeed } from '#lib/query/shown-feed.ts'
import { areRequestsKnown } from '#lib/wire/known-by-sources.ts'
import type { Summary } from '#lib/wire/views.ts'

export function BoardPage() {
  const { board } = useMessages()
  return (
    <OffProvider>
      <h1 className="sr-only">{board.title}</h1>
      <BoardOrWait />
    </OffProvider>
  )
}

function BoardOrWait() {
  const { shell } = useMessages()
  const { summary, problem } = useSummary()
  const feed = useFeed()
  const [isDrawn, setDrawn] = useState(false)
  const areRowsHere = useFirstRows(summary === null || !isDrawn)

  // Before the requests were read once, an empty board means nothing.
  const unread = summary === null || (feed.state !== 'live' && areCountsUnknown(summary, feed))
  // The board waits for its first rows, so that it is not drawn twice.
  const waits = unread
    ? ['connecting', 'reconnecting'].includes(feed.state)
    : !isDrawn && !areRowsHere
  const long = useTakesLong(waits)
  if (summary === null && problem !== null) {
    return (
      <>
        <Note icon={SearchX} tone="warn" title={shell.failed.title} className="mb-4">
          <Words text={shell.failed.text} blanks={{ message: <Said of={problem} /> }} />
        </Note>
        <BoardSkeleton />
      </>
    )
  }
  if (unread || waits) return waits && long ? <BoardSkeleton /> : null
  if (!isDrawn) setDrawn(true)
  return <BoardLists summary={summary} />
}

function areCountsUnknown({ counts }: Summary, feed: ShownFeed): boolean {
  return counts.requests === 0 && (counts.nodes === 0 || !areRequestsKnown(feed))
}
