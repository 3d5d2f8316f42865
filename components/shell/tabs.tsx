'use client'

import { ClipboardList, Cpu, History, ListChecks, Server, ShieldCheck } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useMessages } from '#components/messages.tsx'
import {
  ACTIVITY_PATH,
  EXPECTED_PATH,
  MACHINES_PATH,
  NODES_PATH,
  POLICY_PATH,
  REQUESTS_PATH,
} from '#components/shell/routes.ts'
import { Count } from '#components/ui/chip.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { type CountName, useCount } from '#lib/query/live.ts'

/** Tabs under the top bar; on phones a bar at the bottom, within reach of the thumb. */
export function Tabs() {
  const { shell } = useMessages()
  const path = usePathname()
  const tabs = [
    {
      href: MACHINES_PATH,
      icon: Server,
      name: shell.tabs.machines,
      counts: 'waiting',
      current: path === MACHINES_PATH || path.startsWith('/machines/'),
    },
    {
      href: REQUESTS_PATH,
      icon: ListChecks,
      name: shell.tabs.requests,
      counts: 'pendingRequests',
      current: path === REQUESTS_PATH || path.startsWith(`${REQUESTS_PATH}/`),
    },
    {
      href: NODES_PATH,
      icon: Cpu,
      name: shell.tabs.nodes,
      counts: 'nodes',
      current: path === NODES_PATH,
    },
    {
      href: EXPECTED_PATH,
      icon: ClipboardList,
      name: shell.tabs.expected,
      counts: null,
      current: path === EXPECTED_PATH,
    },
    {
      href: POLICY_PATH,
      icon: ShieldCheck,
      name: shell.tabs.policy,
      counts: null,
      current: path === POLICY_PATH,
    },
    {
      href: ACTIVITY_PATH,
      icon: History,
      name: shell.tabs.activity,
      counts: null,
      current: path === ACTIVITY_PATH,
    },
  ] as const
  return (
    <nav
      aria-label={shell.main}
      className="flex h-10 gap-1 px-4 max-tablet:not-short:fixed max-tablet:inset-x-0 max-tablet:bottom-0 max-tablet:z-30 max-tablet:h-[60px] max-tablet:gap-0 max-tablet:border-t max-tablet:border-line max-tablet:bg-surface max-tablet:px-0"
    >
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          aria-current={tab.current ? 'page' : undefined}
          className={classNames(
            'relative inline-flex items-center gap-[7px] rounded-md px-2 whitespace-nowrap transition-colors focus-visible:-outline-offset-3 max-tablet:flex-1 max-tablet:flex-col max-tablet:justify-center max-tablet:gap-[3px] max-tablet:px-0 max-tablet:text-2xs',
            tab.current
              ? "font-medium text-fg forced-colors:border-2 after:absolute after:inset-x-2 after:bottom-0 after:h-0.5 after:rounded-t-[2px] after:bg-fg after:content-[''] max-tablet:text-accent-fg max-tablet:after:hidden"
              : 'text-fg-2 hover:text-fg',
          )}
        >
          <Icon of={tab.icon} size="large" className="tablet:hidden" />
          {tab.name}
          {tab.counts !== null && <TabCount of={tab.counts} />}
        </Link>
      ))}
    </nav>
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
