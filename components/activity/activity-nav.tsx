import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { ACTIVITY_PATH, RUNS_PATH } from '#components/shell/routes.ts'
import { Count } from '#components/ui/chip.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { useRuns } from '#lib/query/run-queries.ts'
import { isUnderWay } from '#lib/wire/run-answers.ts'

const PATHS = { decisions: ACTIVITY_PATH, runs: RUNS_PATH } as const
const NAMES = ['decisions', 'runs'] as const

/** Links to the two pages of the Activity tab, beside the start of the page. */
export function ActivityNav({ children }: { readonly children?: ReactNode }) {
  const { runs: texts } = useMessages()
  const path = usePathname()
  const underWay = useRuns().filter(isUnderWay).length
  return (
    <div className="mb-4 flex items-center gap-x-4 gap-y-3 max-tablet:flex-col max-tablet:items-stretch">
      {children !== undefined && <div className="min-w-0 flex-1">{children}</div>}
      <nav
        aria-label={texts.nav.label}
        className="inline-flex h-8 flex-none gap-0.5 rounded-md bg-segments p-0.5 max-tablet:h-11 max-tablet:*:flex-1 max-tablet:*:justify-center print:hidden"
      >
        {NAMES.map((name) => (
          <Link
            key={name}
            href={PATHS[name]}
            aria-current={path === PATHS[name] ? 'page' : undefined}
            className="reach inline-flex items-center gap-1.5 rounded-sm px-2.5 whitespace-nowrap text-fg-2 transition-colors aria-[current=page]:bg-segment aria-[current=page]:font-medium aria-[current=page]:text-fg aria-[current=page]:shadow-pop forced-colors:aria-[current=page]:border-2 max-tablet:px-3"
          >
            {texts.nav[name]}
            {name === 'runs' && underWay > 0 && <Count value={underWay} />}
          </Link>
        ))}
      </nav>
    </div>
  )
}
