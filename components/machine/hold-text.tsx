import { Hourglass, UserRound } from 'lucide-react'
import type { Whose } from '#components/decide/whose.ts'
import { useMessages, Words } from '#components/messages.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { holdWords } from '#lib/messages/hold-words.ts'
import type { Hold } from '#lib/query/domain-types.ts'

interface HoldTextProps {
  readonly hold: Hold
  /** Whose it is to decide, where that is up to a person. */
  readonly whose: Whose
  readonly first?: boolean
}

/** A reason why a machine waits, the party that has to act, and what to do. */
export function HoldText({ hold, whose, first = false }: HoldTextProps) {
  const { hold: texts } = useMessages()
  const words = holdWords(texts, hold)
  if (words === null) return <p>{texts.untold}</p>
  const { holder, values } = hold
  // To look at the signer or the kubelet takes no right to approve.
  const isToDecide = holder !== 'signer' && holder !== 'kubelet'
  const todo = texts.todo[isToDecide ? whose : 'mine']
  return (
    <div className="grid min-w-0 gap-1 wrap-anywhere">
      <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
        <span className={first ? 'font-semibold' : 'font-medium'}>
          <Words text={words.title} blanks={values} />
        </span>
        <Chip>
          <Icon of={holder === 'admin' ? UserRound : Hourglass} size="small" />
          {texts.holders[holder === 'admin' && whose === 'others' ? 'otherAdmin' : holder]}
        </Chip>
      </p>
      <p className="text-pretty text-fg-2">
        <Words text={words.text} blanks={values} />
      </p>
      {words.todo !== undefined && (
        <p className="text-pretty text-fg-2">
          <span className="font-medium text-fg">{todo}: </span>
          <Words text={words.todo} blanks={values} />
        </p>
      )}
    </div>
  )
}
