import { Layers } from 'lucide-react'
import { useId, useState } from 'react'
import { listRow } from '#components/bulk/plan-lists.tsx'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { useReasonWords } from '#components/reason-line.tsx'
import { machinePath } from '#components/shell/routes.ts'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Expander } from '#components/ui/expander.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import type { Listing, StayingRow } from '#lib/wire/run-answers.ts'

interface StayingProps {
  readonly staying: Listing<StayingRow>
  readonly onReview: () => void
  /** Absent where these requests are not denied from here. */
  readonly onDeny?: ((rows: readonly StayingRow[]) => void) | undefined
}

/** One line for the older requests that a bulk leaves pending; absent without any. */
export function Staying({ staying: { count, rows }, onReview, onDeny }: StayingProps) {
  const { staying: texts, preflight } = useMessages().bulk
  const [open, setOpen] = useState(false)
  const id = useId()
  if (count === 0) return null
  return (
    <section
      aria-labelledby={id}
      className="border-b border-line-soft px-5 py-1.5 text-fg-2 last:border-b-0"
    >
      <div className="flex min-h-7 items-center gap-3 max-tablet:flex-wrap">
        <Icon of={Layers} className="text-fg-3" />
        <p id={id} className="min-w-0 flex-1 text-pretty max-tablet:basis-4/5">
          {texts.text(count)}
        </p>
        <Expander open={open} onOpen={setOpen}>
          {open ? preflight.hide : texts.show}
        </Expander>
        {onDeny !== undefined && (
          <Button size="small" onClick={() => onDeny(rows)}>
            {texts.deny(rows.length)}
          </Button>
        )}
      </div>
      {open && (
        <ul className="mt-1 pl-7 max-tablet:pl-0">
          {rows.map((row) => (
            <StayingLine key={row.uid} row={row} onReview={onReview} />
          ))}
          {count > rows.length && (
            <li className={`${listRow} text-fg-3`}>{preflight.more(count - rows.length)}</li>
          )}
        </ul>
      )}
    </section>
  )
}

interface StayingLineProps extends Pick<StayingProps, 'onReview'> {
  readonly row: StayingRow
}

function StayingLine({ row: { nodeName, name, reason }, onReview }: StayingLineProps) {
  const { preflight } = useMessages().bulk
  const { words, blanks } = useReasonWords(reason)
  return (
    <li
      className={`${listRow} grid-cols-[minmax(0,1fr)_80px_minmax(0,1.3fr)_auto] max-tablet:grid-cols-[minmax(0,1fr)_auto]`}
    >
      <NodeName name={nodeName} />
      <ClusterText text={name} className="max-tablet:hidden" />
      <span className="min-w-0 max-tablet:order-last max-tablet:col-span-2">
        {words !== null && <Words text={words.short} blanks={blanks} />}
      </span>
      <LinkButton look="quiet" size="small" href={machinePath(nodeName)} onClick={onReview}>
        {preflight.review}
      </LinkButton>
    </li>
  )
}
