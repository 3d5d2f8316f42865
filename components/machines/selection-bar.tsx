import { useDecideActions } from '#components/decide/decide-context.ts'
import { useOffReasons } from '#components/decide/off-reason.tsx'
import { type Target, targetOfRow } from '#components/decide/target.ts'
import { useBulkOffer } from '#components/machines/bulk-offer.tsx'
import { useReadWaiting } from '#components/machines/ticked-machines.ts'
import { Button } from '#components/ui/button.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TickedBar } from '#components/ui/ticked-bar.tsx'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { machineQuery } from '#lib/query/queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { Summary } from '#lib/wire/views.ts'

interface SelectionBarProps {
  readonly summary: Summary
  readonly selected: ReadonlySet<string>
  /** Number of ticked rows that the filter hides. */
  readonly hidden: number
  readonly onClear: () => void
}

/** Ticked machines with their actions; on phones the docked bulk button. */
export function SelectionBar({ summary, ...selection }: SelectionBarProps) {
  return selection.selected.size === 0 ? <DockedBulk {...summary} /> : <Bar {...selection} />
}

function Bar({ selected, hidden, onClear }: Omit<SelectionBarProps, 'summary'>) {
  const { board } = useMessages()
  const words = board.selection
  const { bulk, deny } = useDecideActions()
  // Only two missing rights disable the bar: each ticked row is of its own signer.
  const off = useOffReasons()(KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING)
  const readTargets = useReadTargets(selected)
  const onDeny = () =>
    void readTargets().then(deny, () => {
      // The list itself shows why it cannot be read.
    })
  const count = selected.size
  return (
    <TickedBar
      count={count}
      hidden={hidden}
      off={off}
      onClear={onClear}
      deny={{ label: words.deny(count), onAct: onDeny }}
      approve={{ label: words.approve(count), onAct: () => bulk([...selected]) }}
    />
  )
}

/** Reads the ticked machines with all pending requests when the button is pressed. */
function useReadTargets(selected: ReadonlySet<string>): () => Promise<readonly Target[]> {
  const client = useLiveClient()
  const readWaiting = useReadWaiting()
  return async () => {
    const rows = await readWaiting()
    const targets = [...selected].flatMap((key) => {
      const row = rows.get(key)
      return row === undefined ? [] : (targetOfRow(row) ?? [])
    })
    const read = await Promise.all(
      targets.map(async (target): Promise<Target | null> => {
        if (target.kind === 'request' || target.machine.isPartial !== true) return target
        const query = machineQuery(client, target.machine.name)
        const { answer } = await client.queryClient.fetchQuery(query)
        return 'gone' in answer ? null : { kind: 'machine', machine: answer.machine }
      }),
    )
    return read.filter((target) => target !== null)
  }
}

function DockedBulk({ counts, offer }: Pick<Summary, 'counts' | 'offer'>) {
  const { board } = useMessages()
  const { label, off } = useBulkOffer({ counts, offer })
  const { bulk } = useDecideActions()
  if (counts.waiting === 0) return null
  return (
    <section
      aria-label={board.summary.bulkRegion}
      className="screen-only inset-x-0 not-short:fixed bottom-[60px] z-29 flex border-t border-line bg-surface px-3 py-2 tablet:hidden"
    >
      <Button look="primary" size="large" off={off} onClick={() => bulk()} className="grow">
        {label}
      </Button>
    </section>
  )
}
