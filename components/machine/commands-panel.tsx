'use client'

import type { Command } from '#components/machine/commands.ts'
import { useMessages } from '#components/messages.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { PanelHead, panelLook } from '#components/ui/panel.tsx'

/** What the buttons do, as one would type it. */
export function CommandsPanel({ commands }: { readonly commands: readonly Command[] }) {
  const { machine, common } = useMessages()
  const texts = machine.commands
  const label = ({ kind, signer }: Command): string => {
    const what = texts.kinds[signer ?? 'other']
    const words = texts[kind]
    return typeof words === 'string' ? words : words(what)
  }
  return (
    <section className={panelLook}>
      <PanelHead title={texts.title} aside={texts.aside} />
      <ul>
        {commands.map((command) => (
          <li
            key={command.line}
            className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2 border-b border-line-soft py-2.5 pr-2 pl-4 last:border-b-0"
          >
            <div className="min-w-0">
              <p className="text-xs text-fg-3">{label(command)}</p>
              <code className="block font-mono text-[12.5px]/5 tracking-[-0.02em] wrap-anywhere whitespace-pre-wrap">
                <span aria-hidden className="text-fg-3 select-none">
                  ${' '}
                </span>
                {command.line}
              </code>
            </div>
            <CopyButton
              text={command.line}
              label={texts.copy(label(command))}
              copiedLabel={common.copied}
              iconOnly
              look="quiet"
            />
          </li>
        ))}
      </ul>
    </section>
  )
}
