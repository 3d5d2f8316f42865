import { Fact, Facts } from '#components/machine/facts.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { ActivityRow } from '#lib/wire/views.ts'

interface CertificatesPanelProps {
  readonly rows: readonly Pick<ActivityRow, 'signerName' | 'notAfter'>[]
  /** Sentence below the facts. */
  readonly text?: string
}

const SIGNERS = { client: KUBE_APISERVER_CLIENT_KUBELET, serving: KUBELET_SERVING } as const

/** Ends of a machine's latest certificates, as far as its decisions show them. */
export function CertificatesPanel({ rows, text }: CertificatesPanelProps) {
  const { machine, times } = useMessages()
  const ends = (['client', 'serving'] as const).flatMap((purpose) => {
    const issued = rows.flatMap(({ signerName, notAfter }) =>
      notAfter !== null && signerName === SIGNERS[purpose] ? [notAfter] : [],
    )
    const end = issued.toSorted().at(-1)
    return end === undefined ? [] : [{ purpose, end }]
  })
  if (ends.length === 0) return null
  return (
    <TitledPanel title={machine.certificates.title}>
      <Facts>
        {ends.map(({ purpose, end }) => (
          <Fact key={purpose} name={machine.certificates[purpose]}>
            <time dateTime={end}>{times.fullMoment(Date.parse(end))}</time>
          </Fact>
        ))}
      </Facts>
      {text !== undefined && <p className="px-4 pb-3.5 text-pretty text-fg-2">{text}</p>}
    </TitledPanel>
  )
}
