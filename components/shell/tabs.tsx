import {
  ClipboardList,
  Cpu,
  History,
  ListChecks,
  type LucideIcon,
  Server,
  ShieldCheck,
} from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useState } from 'react'
import { ACTIVITY_PATH, MACHINES_PATH, PAGES, RUNS_PATH } from '#components/shell/routes.ts'
import { Count } from '#components/ui/chip.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { type CountName, useCount } from '#lib/query/live.ts'

type PageName = (typeof PAGES)[number]['name']

const ICONS: Record<PageName, LucideIcon> = {
  machines: Server,
  requests: ListChecks,
  nodes: Cpu,
  expected: ClipboardList,
  policy: ShieldCheck,
  activity: History,
}
const COUNTS: Partial<Record<PageName, CountName>> = {
  machines: 'waiting',
  requests: 'pendingRequests',
  nodes: 'nodes',
}

/** Tabs under the top bar; on phones a bar at the bottom, within reach of the thumb. */
export function Tabs() {
  const { shell } = useMessages()
  const path = usePathname()
  // A page below belongs to the tab of its list.
  const place = path.startsWith('/machines/')
    ? MACHINES_PATH
    : path.startsWith(RUNS_PATH)
      ? ACTIVITY_PATH
      : `/${path.split('/')[1]}`
  return (
    <nav
      aria-label={shell.main}
      className="flex h-10 grow gap-1 px-4 max-tablet:not-short:fixed max-tablet:inset-x-0 max-tablet:bottom-0 max-tablet:z-30 max-tablet:h-[60px] max-tablet:gap-0 max-tablet:border-t max-tablet:border-line max-tablet:bg-surface max-tablet:px-0"
    >
      {PAGES.map((page) => (
        <Tab key={page.name} {...page} isHere={place === page.path} />
      ))}
    </nav>
  )
}

/**
 * A tab's page is prefetched once a person points at the tab, so that the open page's rows load
 * first.
 */
function Tab({ name, path, isHere }: (typeof PAGES)[number] & { isHere: boolean }) {
  const { shell } = useMessages()
  const [isNear, setNear] = useState(false)
  const counts = COUNTS[name]
  const onNear = () => setNear(true)
  return (
    <Link
      href={path}
      prefetch={isNear ? null : false}
      onPointerEnter={onNear}
      onFocus={onNear}
      aria-current={isHere ? 'page' : undefined}
      className={classNames(
        'relative inline-flex items-center gap-[7px] rounded-md px-2 whitespace-nowrap transition-colors focus-visible:-outline-offset-3 max-tablet:flex-1 max-tablet:flex-col max-tablet:justify-center max-tablet:gap-[3px] max-tablet:px-0 max-tablet:text-2xs',
        isHere
          ? "font-medium text-fg forced-colors:border-2 after:absolute after:inset-x-2 after:bottom-0 after:h-0.5 after:rounded-t-[2px] after:bg-fg after:content-[''] max-tablet:text-accent-fg max-tablet:after:hidden"
          : 'text-fg-2 hover:text-fg',
      )}
    >
      <Icon of={ICONS[name]} size="large" className="tablet:hidden" />
      {shell.tabs[name]}
      {counts !== undefined && <TabCount of={counts} />}
    </Link>
  )
}

/** A component of its own, so that a changed number renders only the number. */
function TabCount({ of }: { readonly of: CountName }) {
  const count = useCount(of)
  if (count === 0) return null
  return (
    <Count
      value={count}
      className="max-tablet:absolute max-tablet:top-1.5 max-tablet:left-[calc(50%+6px)] max-tablet:h-4 max-tablet:min-w-4 max-tablet:px-1 max-tablet:text-[10px]"
    />
  )
}
