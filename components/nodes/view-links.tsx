import Link from 'next/link'
import { KUBELETS_PATH, NODES_PATH } from '#components/shell/routes.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { useCount } from '#lib/query/live.ts'

/** Views of the page of nodes: the Nodes, or what their kubelets present. */
export const NODES_VIEWS = ['nodes', 'kubelets'] as const
type View = (typeof NODES_VIEWS)[number]

const PATHS: Readonly<Record<View, string>> = { nodes: NODES_PATH, kubelets: KUBELETS_PATH }

interface ViewLinksProps {
  readonly current: View
  /** Nodes left, where the page knows it. */
  readonly left?: number | undefined
}

/** Links to the two views. */
export function ViewLinks({ current, left }: ViewLinksProps) {
  const { views } = useMessages().kubelets
  const counts = { nodes: useCount('nodes'), kubelets: left }
  return (
    <nav
      aria-label={views.label}
      className="screen-only inline-flex h-8 flex-none gap-0.5 rounded-md bg-segments p-0.5 max-tablet:h-11 max-tablet:w-full"
    >
      {NODES_VIEWS.map((view) => (
        <Link
          key={view}
          href={PATHS[view]}
          prefetch={false}
          aria-current={view === current ? 'page' : undefined}
          className="reach inline-flex items-center justify-center gap-1.5 rounded-sm px-2.5 whitespace-nowrap text-fg-2 transition-colors aria-[current]:bg-segment aria-[current]:font-medium aria-[current]:text-fg aria-[current]:shadow-pop forced-colors:aria-[current]:border-2 max-tablet:flex-1"
        >
          {views[view]}
          {counts[view] !== undefined && (
            <span className="text-fg-2 tabular-nums">{counts[view]}</span>
          )}
        </Link>
      ))}
    </nav>
  )
}
