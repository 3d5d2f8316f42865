import { Hourglass, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Whose } from '#components/decide/whose.ts'
import { useUnconfirmed } from '#components/machine/unconfirmed.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { holdWords } from '#lib/messages/hold-words.ts'
import type { Hold, MachineRow } from '#lib/query/wire.ts'

interface HoldTextProps {
  readonly hold: Hold
  readonly machine: Pick<MachineRow, 'name' | 'reason'>
  /** Whose it is to decide, where that is up to a person. */
  readonly whose: Whose
  readonly first?: boolean
  /** What to do about a plausible one is said elsewhere on the page. */
  readonly noted?: boolean
}

/** A reason why a machine waits, the party that has to act, and what to do. */
export function HoldText(props: HoldTextProps) {
  const { hold, machine, whose, first = false, noted = false } = props
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
      {holder === 'admin' && hold.finding === 'plausible' && !noted && (
        <Unconfirmed machine={machine} whose={whose} />
      )}
      {words.todo !== undefined && (
        <Todo label={todo}>
          <Words text={words.todo} blanks={values} />
        </Todo>
      )}
    </div>
  )
}

/** Why nothing confirms it, and what to do, which is not always to decide. */
function Unconfirmed({ machine, whose }: Pick<HoldTextProps, 'machine' | 'whose'>) {
  const { hold } = useMessages()
  const { words, blanks } = useUnconfirmed(machine.name, machine.reason)
  const todo = words.decision ?? words.remedy
  return (
    <>
      <p className="text-pretty text-fg-2">
        <Words text={words.summary} blanks={blanks} />
      </p>
      {todo !== undefined && (
        <Todo label={hold.todo[words.decision === undefined ? 'mine' : whose]}>
          <Words text={todo} blanks={blanks} />
        </Todo>
      )}
    </>
  )
}

interface TodoProps {
  readonly label: string
  readonly children: ReactNode
}

function Todo({ label, children }: TodoProps) {
  return (
    <p className="text-pretty text-fg-2">
      <span className="font-medium text-fg">{label}: </span>
      {children}
    </p>
  )
}
