import { Hourglass, UserRound } from 'lucide-react'
import { nextRequest } from '#components/decide/target.ts'
import { useWhoseRequest, type Whose } from '#components/decide/whose.ts'
import { CommandItem } from '#components/machine/commands-panel.tsx'
import { holdCommands } from '#components/machine/hold-commands.ts'
import { usePartlyJudged } from '#components/machines/partly-judged.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import type { Hold } from '#lib/csr/model.ts'
import { isSound } from '#lib/csr/policy/trust.ts'
import { isSaidByChecks } from '#lib/csr/rows/hold-findings.ts'
import type { MachineDetail } from '#lib/csr/rows/rows.ts'
import { holdWords } from '#lib/messages/grammar/hold-words.ts'
import { useCluster } from '#lib/query/live.ts'

/** Reasons for waiting that no check gives, and who has to act. */
export function WhyPanel({ machine, holds }: Pick<MachineDetail, 'machine' | 'holds'>) {
  const { hold: texts } = useMessages()
  const operators = useCluster()?.operators ?? []
  const request = nextRequest({ kind: 'machine', machine })
  const whose = useWhoseRequest(request)
  const isPartly = usePartlyJudged()
  const [first, ...rest] = holds.filter((hold) => !isSaidByChecks(hold))
  if (isPartly && isSound(machine.verdict)) {
    return (
      <TitledPanel label={texts.title} title={texts.title}>
        <div className="grid gap-1 px-4 py-3">
          <p className="font-semibold">{texts.partlyJudged.title}</p>
          <p className="text-pretty text-fg-2">{texts.partlyJudged.text}</p>
        </div>
      </TitledPanel>
    )
  }
  if (first === undefined) return null
  const commands = holdCommands(first, { machine, openShift: operators.length > 0 })
  return (
    <TitledPanel label={texts.title} title={texts.title}>
      <div className="px-4 py-3">
        <HoldText hold={first} whose={whose} first />
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
                <HoldText hold={hold} whose={whose} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </TitledPanel>
  )
}

interface HoldTextProps {
  readonly hold: Hold
  /** Whether the viewer or another person must decide, where a person must. */
  readonly whose: Whose
  readonly first?: boolean
}

/** One reason for waiting, who has to act, and the remedy. */
export function HoldText({ hold, whose, first = false }: HoldTextProps) {
  const { hold: texts } = useMessages()
  const words = holdWords(texts, hold)
  if (words === null) return <p>{texts.unlisted}</p>
  const { holder, values } = hold
  // Inspecting the signer or the kubelet needs no right to approve.
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
