'use client'

import { useMessages } from '#components/messages.tsx'
import { secondsSince } from '#components/shell/connection-state.tsx'
import { useNow } from '#lib/query/live.ts'

interface SinceProps {
  /** RFC 3339. */
  readonly at: string | null
  /** `for 12 s`, or `11 min ago`. */
  readonly as: 'for' | 'ago'
}

export function Since({ at, as }: SinceProps) {
  const { board } = useMessages()
  const seconds = secondsSince(at, useNow())
  if (seconds === null || at === null) return null
  return (
    <time dateTime={at} className="whitespace-nowrap text-fg-2">
      {as === 'for' ? board.row.since(seconds) : board.row.ago(seconds)}
    </time>
  )
}
