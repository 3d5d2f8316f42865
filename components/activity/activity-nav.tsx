import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useMessages } from '#components/messages.tsx'
import { ACTIVITY_PATH, RUNS_PATH } from '#components/shell/routes.ts'
import { Count } from '#components/ui/chip.tsx'
import { isUnderWay } from '#lib/query/domain-types.ts'
import { useRuns } from '#lib/query/run-queries.ts'

const PATHS = { decisions: ACTIVITY_PATH, runs: RUNS_PATH } as const
const NAMES = ['decisions', 'runs'] as const

/** The two pages of the Activity tab, side by side. */
export function ActivityNav() {
  const { runs: texts } = useMessages()
  const path = usePathname()
  const underWay = useRuns().filter(isUnderWay).length
  return (
    <nav
      aria-label={texts.nav.label}
      className="mb-4 inline-flex h-8 gap-0.5 rounded-md bg-segments p-0.5 max-tablet:h-11"
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
  )
}
