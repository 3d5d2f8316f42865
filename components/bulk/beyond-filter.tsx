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
import { isPending } from '#lib/query/board-facts.ts'
import { useRequests, useSnapshot } from '#lib/query/live.ts'
import type { ListedMachine, ListedRequest, ListedSnapshot } from '#lib/query/wire.ts'

interface BeyondFilterProps {
  /** Names of the machines that would be approved. */
  readonly names: readonly string[]
}

/** All that are safe are those of the whole cluster: who filters what the page lists is told so. */
export function BeyondFilter({ names }: BeyondFilterProps) {
  const path = usePathname()
  switch (path) {
    case MACHINES_PATH:
      return <BeyondMachines names={names} />
    case REQUESTS_PATH:
      return <BeyondRequests names={names} />
    default:
      return null
  }
}

const machinesByName = ({ machines }: ListedSnapshot) => machines

/** The rows of these machines, as far as they are listed still. */
function useMachinesOf(names: readonly string[]): readonly ListedMachine[] {
  const machines = useSnapshot(machinesByName)
  return useMemo(() => names.flatMap((name) => machines?.get(name) ?? []), [names, machines])
}

function BeyondMachines({ names }: BeyondFilterProps) {
  const [filter] = useBoardFilter()
  const machines = useMachinesOf(names)
  return <Beyond outside={countOutside(filter, machines)} all={machines.length} />
}

/** A machine is in view with any of its requests that are approved. */
function BeyondRequests({ names }: BeyondFilterProps) {
  const requests = useRequests()
  const machines = useMachinesOf(names)
  const [filter] = useRequestFilter()
  const shown = useMemo(
    () => new Set(filterRequests(requests, filter).shown.map(({ uid }) => uid)),
    [requests, filter],
  )
  const isInView = (request: ListedRequest) =>
    isPending(request) && !request.superseded && shown.has(request.uid)
  const outside = machines.filter((machine) => !machine.requests.some(isInView))
  return <Beyond outside={outside.length} all={machines.length} />
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
