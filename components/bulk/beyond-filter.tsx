'use client'

import { ListFilter } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useBoardFilter } from '#components/machines/board-filter.ts'
import { useMessages } from '#components/messages.tsx'
import { MACHINES_PATH } from '#components/shell/routes.ts'
import { Note } from '#components/ui/note.tsx'
import { countOutside } from '#lib/query/board.ts'
import type { PlannedMachine } from '#lib/query/preflight.ts'

interface BeyondFilterProps {
  readonly chosen: readonly PlannedMachine[]
}

/** All that are safe are those of the whole cluster: who filters the machines is told so. */
export function BeyondFilter({ chosen }: BeyondFilterProps) {
  const { bulk } = useMessages()
  const [filter] = useBoardFilter()
  const isOnBoard = usePathname() === MACHINES_PATH
  const outside = isOnBoard
    ? countOutside(
        filter,
        chosen.map(({ machine }) => machine),
      )
    : 0
  if (outside === 0) return null
  const texts = bulk.preflight.beyondFilter
  return (
    <Note
      icon={ListFilter}
      tone="warn"
      title={texts.title(outside, chosen.length)}
      className="mt-3 text-fg"
    >
      {texts.text}
    </Note>
  )
}
