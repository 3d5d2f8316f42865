import { Info } from 'lucide-react'
import Link from 'next/link'
import { VerdictMark } from '#components/machines/verdict-badge.tsx'
import { VERDICT_SECTION } from '#components/shell/guide-sections.ts'
import { Icon } from '#components/ui/icon.tsx'
import { inlineLook } from '#components/ui/link-look.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { Popover } from '#components/ui/popover.tsx'

const VERDICTS = ['verified', 'plausible', 'suspicious', 'refused'] as const

/** Head of the column of verdicts, with a button that explains them. */
export function VerdictHead() {
  const { board } = useMessages()
  const { legend } = board.verdict
  return (
    <span className="inline-flex items-center gap-1.5">
      {board.columns.verdict}
      <Popover
        title={legend.title}
        trigger={
          <button
            type="button"
            aria-label={legend.title}
            className="reach -my-1 inline-flex p-1 text-fg-3 hover:text-fg"
          >
            <Icon of={Info} size="small" />
          </button>
        }
      >
        <VerdictLegend />
      </Popover>
    </span>
  )
}

/** Meaning of each verdict, and a link to its section of the guide. */
export function VerdictLegend({ onLeave = () => {} }: { readonly onLeave?: () => void }) {
  const { legend } = useMessages().board.verdict
  return (
    <>
      <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2.5 text-xs/[18px]">
        {VERDICTS.map((verdict) => (
          <div key={verdict} className="contents">
            <dt>
              <VerdictMark shown={verdict} hanging />
            </dt>
            <dd>{legend.means[verdict]}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-xs">
        <Link href={VERDICT_SECTION} prefetch={false} onClick={onLeave} className={inlineLook}>
          {legend.guide}
        </Link>
      </p>
    </>
  )
}
