import { History } from 'lucide-react'
import Link from 'next/link'
import { CertificatesPanel } from '#components/machine/certificates-panel.tsx'
import { DecisionsPanel } from '#components/machine/decisions-panel.tsx'
import { domainOf, PageHead } from '#components/machine/machine-header.tsx'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { useMessages } from '#components/messages.tsx'
import { decisionsPath, MACHINES_PATH, machinePath } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { linkLook } from '#components/ui/link-look.ts'
import { TitledPanel } from '#components/ui/panel.tsx'
import type { ActivityRow } from '#lib/query/domain-types.ts'
import { useNow, useSearch } from '#lib/query/live.ts'

interface GoneMachineProps {
  readonly name: string
  readonly rows: readonly ActivityRow[]
}

/** A machine that the cluster has no more, from the record. */
export function GoneMachine({ name, rows }: GoneMachineProps) {
  const { machine: texts, times } = useMessages()
  const { gone } = texts
  const now = useNow(60_000)
  const last = rows.find(({ decidedAt }) => decidedAt !== null)?.decidedAt ?? null
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
              {gone.state}
            </Chip>
            {last !== null && (
              <span className="text-fg-3">{gone.text(times.moment(Date.parse(last), now))}</span>
            )}
          </>
        }
        actions={
          <LinkButton href={decisionsPath(name)} prefetch={false} size="large">
            {gone.search}
          </LinkButton>
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)_340px] items-start gap-6 max-wide:grid-cols-1">
        <DecisionsPanel machine={name} title={texts.decisions.titleGone} rows={rows} />
        <aside className="grid min-w-0 grid-cols-1 items-start gap-6">
          <CertificatesPanel rows={rows} text={gone.certificatesStay} />
          <Alike name={name} />
        </aside>
      </div>
    </>
  )
}

/** Machines and nodes whose names have the first label of this one. */
function Alike({ name }: { readonly name: string }) {
  const { machine, common } = useMessages()
  const [label = ''] = name.split('.')
  const hits = useSearch(label).flatMap(({ kind, hits }) =>
    kind === 'requests' ? [] : hits.filter((hit) => hit.name !== name),
  )
  if (hits.length === 0) return null
  const stages: Readonly<Record<string, unknown>> = common.stages
  const stageOf = (hint: string) => (Object.hasOwn(stages, hint) ? String(stages[hint]) : hint)
  return (
    <TitledPanel title={machine.gone.alike}>
      <ul className="py-1.5">
        {hits.map((hit) => (
          <li key={hit.key} className="flex min-w-0 items-baseline justify-between gap-3 px-4 py-1">
            <Link href={machinePath(hit.name)} prefetch={false} className={linkLook}>
              <NodeName name={hit.name} />
            </Link>
            <span className="flex-none text-xs text-fg-3">{stageOf(hit.hint)}</span>
          </li>
        ))}
      </ul>
    </TitledPanel>
  )
}
