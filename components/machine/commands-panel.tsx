import type { Command } from '#components/machine/commands.ts'
import { usePartlyJudged } from '#components/machines/partly-judged.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'

/** The buttons' actions as shell commands. */
export function CommandsPanel({ commands }: { readonly commands: readonly Command[] }) {
  const { machine } = useMessages()
  const isPartly = usePartlyJudged()
  const texts = machine.commands
  const label = ({ kind, signer }: Command): string => {
    const words = texts[kind]
    if (typeof words === 'string') return words
    return signer === null ? '' : words(texts.kinds[signer])
  }
  return (
    <TitledPanel title={texts.title}>
      <ul>
        {commands
          .filter(({ kind }) => !(isPartly && kind.startsWith('approve')))
          .map((command) => (
            <CommandItem key={command.line} label={label(command)} line={command.line} />
          ))}
      </ul>
    </TitledPanel>
  )
}

interface CommandItemProps {
  /** Action in words. */
  readonly label: string
  readonly line: string
}

/** One command of a list, to copy. */
export function CommandItem({ label, line }: CommandItemProps) {
  const { machine } = useMessages()
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2 border-b border-line-soft py-2.5 pr-2 pl-4 last:border-b-0">
      <div className="min-w-0">
        <p className="text-xs text-fg-3">{label}</p>
        <code className="block font-mono text-[12.5px]/5 tracking-[-0.02em] wrap-anywhere whitespace-pre-wrap">
          <span aria-hidden className="text-fg-3 select-none">
            ${' '}
          </span>
          {line}
        </code>
      </div>
      <CopyButton text={line} label={machine.commands.copy(label)} iconOnly look="quiet" />
    </li>
  )
}
