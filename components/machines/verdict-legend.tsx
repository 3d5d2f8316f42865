import { Info } from 'lucide-react'
import { VerdictMark } from '#components/machines/verdict-badge.tsx'
import { useMessages } from '#components/messages.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Popover } from '#components/ui/popover.tsx'

const VERDICTS = ['verified', 'plausible', 'suspicious', 'refused'] as const

/** Head of the column of verdicts, with what each of them means behind a button. */
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
      </Popover>
    </span>
  )
}
