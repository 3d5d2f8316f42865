'use client'

import { ListFilter } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useMemo } from 'react'
import { useBoardFilter } from '#components/machines/board-filter.ts'
import { useMessages } from '#components/messages.tsx'
import { filterRequests, useRequestFilter } from '#components/requests/request-filter.ts'
import { MACHINES_PATH, REQUESTS_PATH } from '#components/shell/routes.ts'
import { Note } from '#components/ui/note.tsx'
import { countOutside } from '#lib/query/board.ts'
import { useRequests } from '#lib/query/live.ts'
import type { PlannedMachine } from '#lib/query/preflight.ts'

interface BeyondFilterProps {
  readonly chosen: readonly PlannedMachine[]
}

/** All that are safe are those of the whole cluster: who filters what the page lists is told so. */
export function BeyondFilter({ chosen }: BeyondFilterProps) {
  const path = usePathname()
  switch (path) {
    case MACHINES_PATH:
      return <BeyondMachines chosen={chosen} />
    case REQUESTS_PATH:
      return <BeyondRequests chosen={chosen} />
    default:
      return null
  }
}

function BeyondMachines({ chosen }: BeyondFilterProps) {
  const [filter] = useBoardFilter()
  const outside = countOutside(
    filter,
    chosen.map(({ machine }) => machine),
  )
  return <Beyond outside={outside} all={chosen.length} />
}

/** A machine is in view with any of its requests that are approved. */
function BeyondRequests({ chosen }: BeyondFilterProps) {
  const requests = useRequests()
  const [filter] = useRequestFilter()
  const shown = useMemo(
    () => new Set(filterRequests(requests, filter).shown.map(({ uid }) => uid)),
    [requests, filter],
  )
  const outside = chosen.filter(({ requests: own }) => !own.some(({ uid }) => shown.has(uid)))
  return <Beyond outside={outside.length} all={chosen.length} />
}

interface BeyondProps {
  readonly outside: number
  readonly all: number
}

function Beyond({ outside, all }: BeyondProps) {
  const { bulk } = useMessages()
  if (outside === 0) return null
  const texts = bulk.preflight.beyondFilter
  return (
    <Note icon={ListFilter} tone="warn" title={texts.title(outside, all)} className="mt-3 text-fg">
      {texts.text}
    </Note>
  )
}
