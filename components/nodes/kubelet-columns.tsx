import { ClockAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { targetOf } from '#components/decide/target.ts'
import { useWhose } from '#components/decide/whose.ts'
import { NextStep } from '#components/machines/row-action.tsx'
import { MachineLink } from '#components/machines/row-links.tsx'
import { KIND_LOOKS } from '#components/nodes/kubelet-strip.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import type { Columns, RowHeight } from '#components/ui/data-table.tsx'
import { IconText } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { areAsExpected, type KubeletNames } from '#lib/csr/kubelets/kubelet-finding.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { nodeRoles } from '#lib/csr/rows/node-status.ts'
import { useAtNow } from '#lib/query/live.ts'
import { ENDS_SOON_SECONDS, type KubeletRow } from '#lib/wire/views.ts'

/** Pixels with the hairline below; on phones rows are measured. */
export const KUBELET_HEIGHT: RowHeight = { row: 49, lines: 128, isMeasured: 'lines' }

/** On phones: name, end; what it presents; its names; the next action. */
export const kubeletLines =
  "max-roomy:grid-cols-[minmax(0,1fr)_auto] max-roomy:gap-x-3 max-roomy:gap-y-1 max-roomy:py-3 max-roomy:px-3.5 max-roomy:[grid-template-areas:'name_end''cert_cert''names_names''next_next']"

/** Columns of a Node: the certificate that its kubelet presents, and the next action. */
export const KUBELET_COLUMNS: Columns<KubeletRow> = {
  name: {
    look: 'max-roomy:[grid-area:name]',
    cell: ({ name, roles }) => (
      <Two>
        <MachineLink name={name} />
        <ClusterText text={nodeRoles(roles)} face="sans" />
      </Two>
    ),
  },
  presents: {
    width: 'w-[190px] wide:w-[222px]',
    look: 'max-roomy:[grid-area:cert]',
    cell: (row) => <Presents row={row} />,
  },
  names: {
    width: 'w-[178px] wide:w-[250px]',
    look: ({ finding }) =>
      classNames(
        'max-roomy:[grid-area:names]',
        (finding?.names == null || areAsExpected(finding.names)) && 'max-roomy:hidden',
      ),
    cell: (row) => <Names row={row} />,
  },
  ends: {
    width: 'w-[104px] wide:w-[116px]',
    look: 'max-roomy:[grid-area:end] max-roomy:self-start tabular-nums text-fg-2',
    cell: ({ finding }) => <Ends at={finding?.notAfter ?? null} />,
  },
  asked: {
    isWideOnly: true,
    width: 'w-[110px]',
    look: 'tabular-nums text-fg-2',
    cell: ({ finding }) => <AskedAt at={finding?.askedAt ?? null} />,
  },
  next: {
    headLook: 'text-right',
    width: 'w-[200px] wide:w-[236px]',
    look: 'max-roomy:[grid-area:next] roomy:text-right',
    cell: (row) => <Next row={row} />,
  },
}

interface TwoProps {
  readonly isAtEnd?: boolean
  readonly children: readonly [ReactNode, ReactNode]
}

/** A cell of two lines, the second smaller. */
function Two({ isAtEnd = false, children: [first, second] }: TwoProps) {
  return (
    <div className="grid min-w-0 leading-[18px]">
      <div className={classNames('flex min-w-0', isAtEnd && 'roomy:justify-end')}>{first}</div>
      <div className="min-w-0 truncate text-xs text-fg-3 max-roomy:whitespace-normal">{second}</div>
    </div>
  )
}

interface RowProps {
  readonly row: KubeletRow
}

function Presents({ row: { finding, asked } }: RowProps) {
  const texts = useMessages().kubelets
  const whose = useWhose([KUBELET_SERVING])
  const kind = finding?.presents ?? 'unasked'
  const { icon, text } = KIND_LOOKS[kind]
  const said = asked === 'waiting' ? texts.asked.waiting[whose] : texts.asked[asked]
  const of = (): ReactNode => {
    if (finding === null) return asked === 'nothing' ? '' : said
    const { outcome, issuer } = finding
    if (outcome in texts.noAnswer) return texts.noAnswer[outcome as keyof typeof texts.noAnswer]
    if (kind === 'unknownCa' && asked !== 'waiting' && asked !== 'held') {
      return <Words text={texts.issuer} blanks={{ issuer: issuer === '' ? '–' : issuer }} />
    }
    return kind === 'cluster' && (asked === 'nothing' || asked === 'issued') ? texts.verified : said
  }
  return (
    <Two>
      <IconText of={icon} className={text}>
        {texts.presents[kind]}
      </IconText>
      {of()}
    </Two>
  )
}

function Names({ row: { finding } }: RowProps) {
  const texts = useMessages().kubelets.names
  const names = finding?.names ?? null
  if (names === null) return <span className="text-fg-3">–</span>
  if (areAsExpected(names)) {
    return (
      <Two>
        <span className="text-fg-2">{texts.expected}</span>
        {texts.expectedParts}
      </Two>
    )
  }
  const { isNodes, commonName } = names
  // A self-signed certificate never has the Node's names: that is not a separate finding.
  const look = finding?.presents === 'selfSigned' ? 'text-fg-2' : 'text-warn-fg'
  return (
    <Two>
      <span className={classNames('flex min-w-0 gap-1', look)}>
        {isNodes ? texts.sansDiffer : commonName === '' ? texts.noCommonName : texts.commonName}
        {!isNodes && commonName !== '' && <ClusterText text={commonName} />}
      </span>
      <SansText names={names} />
    </Two>
  )
}

function SansText({ names: { missing, foreign, isNodes } }: { readonly names: KubeletNames }) {
  const { joined, kubelets } = useMessages()
  const texts = kubelets.names
  if (missing.length + foreign.length === 0) return isNodes ? texts.commonNameFine : texts.sansFine
  const list = (of: readonly string[]) => (
    <ClusterText text={joined.list(of)} truncate="none" face="sans" />
  )
  return (
    <>
      {missing.length > 0 && <Words text={texts.missing} blanks={{ names: list(missing) }} />}
      {missing.length > 0 && foreign.length > 0 && '; '}
      {foreign.length > 0 && <Words text={texts.foreign} blanks={{ names: list(foreign) }} />}
    </>
  )
}

function Ends({ at }: { readonly at: string | null }) {
  const { kubelets, times } = useMessages()
  const end = Date.parse(at ?? '')
  const isSoon = useAtNow((now) => (end - now) / 1_000 < ENDS_SOON_SECONDS)
  const said = useAtNow((now) => {
    const seconds = (end - now) / 1_000
    return seconds < 0 ? kubelets.ended(times.span(-seconds)) : kubelets.ends(times.span(seconds))
  })
  if (at === null) return <span className="text-fg-3">–</span>
  return (
    <Two>
      <IconText of={isSoon ? ClockAlert : null} className={isSoon ? 'text-warn-fg' : undefined}>
        {times.date(end)}
      </IconText>
      {said}
    </Two>
  )
}

function AskedAt({ at }: { readonly at: string | null }) {
  const { times } = useMessages()
  const asked = Date.parse(at ?? '')
  const text = useAtNow((now) => (at === null ? '–' : times.timeOrDay(asked, now)))
  return <span className={at === null ? 'text-fg-3' : undefined}>{text}</span>
}

function Next({ row }: RowProps) {
  const texts = useMessages().kubelets
  if (row.next !== null) return <NextStep target={targetOf(row)} />
  if (row.toDo === null) return null
  const [what, more] = texts.next[row.toDo]
  return (
    <Two isAtEnd>
      <span className="min-w-0 truncate">{what}</span>
      {more}
    </Two>
  )
}
