import { ListFilter } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useBoardFilter } from '#components/machines/board-filter.ts'
import { queryOf, useRequestFilter } from '#components/requests/request-filter.ts'
import { MACHINES_PATH, REQUESTS_PATH } from '#components/shell/routes.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { useAllRows } from '#lib/query/pages-of-rows.ts'

interface BeyondFilterProps {
  /** Names of the machines that would be approved. */
  readonly names: readonly string[]
}

/**
 * Note for a person who filters the page: the bulk approval covers the whole cluster, also machines
 * that the filter hides.
 */
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

function BeyondMachines({ names }: BeyondFilterProps) {
  const [filter] = useBoardFilter()
  const isFiltered = filter.text !== '' || filter.verdict !== 'all'
  const rows = useAllRows(
    ['machines', 'beyond', filter],
    'machines',
    [
      { ...filter, section: 'returning' },
      { ...filter, section: 'waiting' },
    ],
    isFiltered,
  )
  return <Beyond names={names} shown={rows?.map(({ key }) => key) ?? null} />
}

/** A machine counts as in view when one of its approved requests is. */
function BeyondRequests({ names }: BeyondFilterProps) {
  const [filter] = useRequestFilter()
  const isFiltered =
    filter.status === 'all' || filter.status === 'pending'
      ? [filter.text, filter.signerName, filter.requestor, filter.verdict].some(Boolean)
      : true
  const key = ['requests', 'beyond', filter]
  const rows = useAllRows(key, 'requests', [queryOf(filter)], isFiltered)
  const shown =
    rows?.flatMap(({ nodeName, verdict, superseded }) =>
      nodeName !== null && verdict !== null && !superseded ? [nodeName] : [],
    ) ?? null
  return <Beyond names={names} shown={shown} />
}

interface BeyondProps extends BeyondFilterProps {
  /** Names in view; null where the page filters nothing, or its rows are not read yet. */
  readonly shown: readonly string[] | null
}

function Beyond({ names, shown }: BeyondProps) {
  const { bulk } = useMessages()
  if (shown === null) return null
  const inView = new Set(shown)
  const outside = names.filter((name) => !inView.has(name)).length
  if (outside === 0) return null
  const texts = bulk.preflight.beyondFilter
  return (
    <Note
      icon={ListFilter}
      tone="warn"
      title={texts.title(outside, names.length)}
      className="mt-3 text-fg"
    >
      {texts.text}
    </Note>
  )
}
