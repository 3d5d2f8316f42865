import { RotateCcw } from 'lucide-react'
import { Fragment } from 'react'
import { useSilentSince } from '#components/machines/silence.ts'
import { Button } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import type { Summary } from '#lib/wire/views.ts'

interface ReturningLineProps extends Pick<Summary, 'returning'> {
  /** Scrolls to the row of that machine. */
  readonly onShow: (name: string) => void
}

/** One line above the list for one to three returning machines, whose rows are in the list. */
export function ReturningLine({ returning, onShow }: ReturningLineProps) {
  const { board } = useMessages()
  const words = board.returning.few
  const since = useSilentSince(returning)
  const names = returning.few
  const [first] = names
  if (first === undefined) return null
  return (
    <div
      className={classNames(
        panelLook,
        'mb-5 flex max-tablet:mb-4 items-center gap-3 py-1.5 pr-2 pl-3.5',
      )}
    >
      <Icon of={RotateCcw} className="text-fg-2" />
      <p className="min-w-0 flex-1 text-pretty wrap-anywhere text-fg-2">
        <Sentences>
          <Words text={words.text(names.length, since)} blanks={{ names: <Names of={names} /> }} />
          <span className="max-tablet:sr-only">{words.advice(names.length)}</span>
        </Sentences>
      </p>
      <Button look="quiet" size="small" onClick={() => onShow(first)}>
        {words.show(names.length)}
      </Button>
    </div>
  )
}

function Names({ of: names }: { readonly of: readonly string[] }) {
  const { between } = useMessages().board.returning.few
  return names.map((name, at) => (
    <Fragment key={name}>
      {at > 0 && (at === names.length - 1 ? between.last : between.others)}
      <b className="font-medium text-fg">
        <ClusterText text={shortName(name, names)} truncate="none" face="sans" />
      </b>
    </Fragment>
  ))
}

/** First label of the name, where that distinguishes it from the others. */
function shortName(name: string, names: readonly string[]): string {
  const labelOf = (one: string) => one.split('.')[0] ?? ''
  const label = labelOf(name)
  return names.filter((one) => labelOf(one) === label).length === 1 ? label : name
}
