'use client'

import { SearchX } from 'lucide-react'
import { useCallback } from 'react'
import { useBoardFilter } from '#components/machines/board-filter.ts'
import { BoardLists } from '#components/machines/board-lists.tsx'
import { isSort, type Sort } from '#components/machines/board-order.ts'
import { BoardSkeleton } from '#components/machines/board-skeleton.tsx'
import { OffProvider } from '#components/machines/permissions.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { useUrlParam } from '#components/shell/url-param.ts'
import { Note } from '#components/ui/note.tsx'
import { useTakesLong } from '#components/ui/skeleton.tsx'
import type { Board } from '#lib/query/board.ts'
import { areRequestsKnown, type ShownFeed } from '#lib/query/feed.ts'
import { useBoard, useFeed, useLive } from '#lib/query/live.ts'

/** The Machines page. */
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
  const { status, problem } = useLive()
  const feed = useFeed()
  const [filter, set] = useBoardFilter()
  const [sortText, setSort] = useUrlParam('sort')
  const sort: Sort = isSort(sortText) ? sortText : 'deadline'
  const board = useBoard(filter)
  const onSort = useCallback((next: Sort) => setSort(next === 'deadline' ? '' : next), [setSort])

  // Empty because nothing was ever read is not the same as empty: then there is nothing to say yet.
  const unread = board === null || (feed.state !== 'live' && isUntold(board, feed))
  const waits =
    status === 'loading' || (unread && ['connecting', 'reconnecting'].includes(feed.state))
  const long = useTakesLong(waits)
  if (status === 'failed' && problem !== null) {
    return (
      <>
        <Note icon={SearchX} tone="warn" title={shell.failed.title} className="mb-4">
          <Words text={shell.failed.text} blanks={{ message: <Said of={problem} /> }} />
        </Note>
        <BoardSkeleton />
      </>
    )
  }
  if (unread) return waits && long ? <BoardSkeleton /> : null
  return (
    <BoardLists
      board={board}
      sort={sort}
      onSort={onSort}
      text={filter.text}
      onText={set.text}
      verdict={filter.verdict}
      onVerdict={set.verdict}
    />
  )
}

function isUntold({ counts }: Board, feed: ShownFeed): boolean {
  return counts.requests === 0 && (counts.nodes === 0 || !areRequestsKnown(feed))
}
