import { History } from 'lucide-react'
import Link from 'next/link'
import { CertificatesPanel } from '#components/machine/certificates-panel.tsx'
import { DecisionsPanel, useDecisions } from '#components/machine/decisions-panel.tsx'
import { domainOf, PageHead } from '#components/machine/machine-header.tsx'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { decisionsPath, MACHINES_PATH, machinePath } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { linkLook } from '#components/ui/link-look.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { useNow } from '#lib/query/live.ts'
import type { GoneMachine } from '#lib/wire/request-record.ts'
import type { ActivityRow } from '#lib/wire/views.ts'

interface GoneMachinePageProps {
  readonly name: string
  readonly gone: GoneMachine
}

/**
 * A machine that is no longer in the cluster, from the record; empty until its decisions are read.
 */
export function GoneMachinePage({ name, gone }: GoneMachinePageProps) {
  const { machine: texts, times } = useMessages()
  const now = useNow(60_000)
  const { rows, isFailed } = useDecisions(name)
  if (rows === null && !isFailed) return null
  const last = lastOf(gone, rows ?? [])
  return (
    <>
      <PageHead
        name={name}
        parent={{ href: MACHINES_PATH, text: texts.crumb }}
        crumb={domainOf(name)}
        meta={
          <>
            <Chip>
              <Icon of={History} size="small" />
              {texts.gone.state}
            </Chip>
            {last !== null && (
              <span className="text-fg-3">
                {texts.gone.text[last.what](times.moment(Date.parse(last.at), now))}
              </span>
            )}
          </>
        }
        actions={
          <LinkButton href={decisionsPath(name)} prefetch={false} size="large">
            {texts.gone.search}
          </LinkButton>
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)_340px] items-start gap-6 max-wide:grid-cols-1 print:grid-cols-1">
        <DecisionsPanel
          machine={name}
          title={texts.decisions.titleGone}
          rows={rows ?? []}
          gone={gone}
        />
        <aside className="grid min-w-0 grid-cols-1 items-start gap-6">
          <CertificatesPanel rows={rows ?? []} text={texts.gone.certificatesStay} />
          <Alike machines={gone.alike} />
        </aside>
      </div>
    </>
  )
}

interface Last {
  readonly what: 'nodeDeleted' | 'decided' | 'filed'
  readonly at: string
}

/** Time of the latest fact about the machine; null without a known time. */
function lastOf(
  { nodeDeletedAt, undecided }: GoneMachine,
  rows: readonly ActivityRow[],
): Last | null {
  const known: readonly (readonly [Last['what'], string | null | undefined])[] = [
    ['nodeDeleted', nodeDeletedAt],
    ['decided', rows.find(({ decidedAt }) => decidedAt !== null)?.decidedAt],
    ['filed', undecided[0]?.createdAt],
  ]
  const [last = null] = known
    .flatMap(([what, at]) => (at ? [{ what, at }] : []))
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
  return last
}

/** Gone machines whose names are like the page's. */
function Alike({ machines }: { readonly machines: GoneMachine['alike'] }) {
  const { machine, common } = useMessages()
  if (machines.length === 0) return null
  return (
    <TitledPanel title={machine.gone.alike}>
      <ul className="py-1.5">
        {machines.map(({ name, stage, waiting }) => (
          <li key={name} className="flex min-w-0 items-baseline justify-between gap-3 px-4 py-1">
            <Link href={machinePath(name)} prefetch={false} className={linkLook}>
              <NodeName name={name} />
            </Link>
            <span className="flex-none text-xs text-fg-3">
              {waiting ? machine.gone.waits : common.stages[stage]}
            </span>
          </li>
        ))}
      </ul>
    </TitledPanel>
  )
}
