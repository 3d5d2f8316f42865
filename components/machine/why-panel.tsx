'use client'

import { Hourglass, UserRound } from 'lucide-react'
import { useOffReason } from '#components/decide/off-reason.tsx'
import { useProposalState } from '#components/decide/second-person.tsx'
import { nextRequest } from '#components/decide/target.ts'
import { CommandItem } from '#components/machine/commands-panel.tsx'
import { holdCommands } from '#components/machine/hold-commands.ts'
import { useMessages, Words } from '#components/messages.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { PanelHead, panelLook } from '#components/ui/panel.tsx'
import { holdWords } from '#lib/messages/hold-words.ts'
import { useCluster } from '#lib/query/live.ts'
import type { Hold, MachineDetail } from '#lib/query/wire.ts'

type WhyPanelProps = Pick<MachineDetail, 'machine' | 'holds'>

/** What holds the machine up and whose move it is; then whatever else is so. */
export function WhyPanel({ machine, holds }: WhyPanelProps) {
  const { hold: texts } = useMessages()
  const operators = useCluster()?.operators ?? []
  const request = nextRequest({ kind: 'machine', machine })
  const lacksRight = useOffReason(request?.signerName ?? '')?.more !== undefined
  const proposed = useProposalState(request?.secondPerson ?? null) === 'own'
  const mine = !lacksRight && !proposed
  const [first, ...rest] = holds
  if (first === undefined) return null
  const commands = holdCommands(first, { machine, openShift: operators.length > 0 })
  return (
    <section aria-label={texts.title} className={panelLook}>
      <PanelHead title={texts.title} />
      <div className="px-4 py-3">
        <HoldText hold={first} mine={mine} first />
      </div>
      {commands.length > 0 && (
        <ul className="border-t border-line-soft">
          {commands.map(({ kind, line }) => (
            <CommandItem key={line} label={texts.commands[kind]} line={line} />
          ))}
        </ul>
      )}
      {rest.length > 0 && (
        <div className="border-t border-line-soft px-4 py-3">
          <h3 className="mb-2 text-xs font-medium text-fg-3">{texts.also}</h3>
          <ul className="grid gap-3">
            {rest.map((hold) => (
              <li key={`${hold.holder}.${hold.finding}`}>
                <HoldText hold={hold} mine={mine} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}

interface HoldTextProps {
  readonly hold: Hold
  /** Whether who looks may decide: has the right, and is not the first of two people. */
  readonly mine: boolean
  readonly first?: boolean
}

function HoldText({ hold, mine, first = false }: HoldTextProps) {
  const { hold: texts } = useMessages()
  const words = holdWords(texts.table, hold)
  if (words === null) return <p>{texts.untold}</p>
  const { values } = hold
  return (
    <div className="grid min-w-0 gap-1 wrap-anywhere">
      <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
        <span className={first ? 'font-semibold' : 'font-medium'}>
          <Words text={words.title} blanks={values} />
        </span>
        <Chip>
          <Icon of={hold.holder === 'admin' ? UserRound : Hourglass} size="small" />
          {texts.holders[hold.holder === 'admin' && !mine ? 'otherAdmin' : hold.holder]}
        </Chip>
      </p>
      <p className="text-pretty text-fg-2">
        <Words text={words.text} blanks={values} />
      </p>
      {words.todo !== undefined && (
        <p className="text-pretty text-fg-2">
          <span className="font-medium text-fg">{texts.todo}: </span>
          <Words text={words.todo} blanks={values} />
        </p>
      )}
    </div>
  )
}
