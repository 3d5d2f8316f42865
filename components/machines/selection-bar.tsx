'use client'

import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { useOffReasons } from '#components/decide/off-reason.tsx'
import type { Target } from '#components/decide/target.ts'
import type { HeldRow } from '#components/machines/board-order.ts'
import { useBulkOffer } from '#components/machines/bulk-offer.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { Button } from '#components/ui/button.tsx'
import { TickedBar, tickedAction } from '#components/ui/ticked-bar.tsx'
import type { Ticks } from '#components/ui/ticks.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { BoardCounts } from '#lib/query/board.ts'
import { useLiveClient } from '#lib/query/client.ts'
import { SNAPSHOT_KEY } from '#lib/query/snapshot-key.ts'
import type { ListedSnapshot } from '#lib/query/wire.ts'

interface SelectionBarProps {
  readonly counts: BoardCounts
  readonly ticks: Ticks<HeldRow>
  /** Keys that the filter shows. */
  readonly shown: () => ReadonlySet<string>
}

/** What is ticked, and what can be done with it; on phones the docked bulk button. */
export function SelectionBar({ counts, ticks, shown }: SelectionBarProps) {
  if (ticks.keys.size === 0) return <DockedBulk counts={counts} />
  const keys = shown()
  const hidden = [...ticks.keys].filter((key) => !keys.has(key)).length
  return <Bar selected={ticks.keys} hidden={hidden} onClear={ticks.clear} />
}

interface BarProps {
  readonly selected: ReadonlySet<string>
  readonly hidden: number
  readonly onClear: () => void
}

function Bar({ selected, hidden, onClear }: BarProps) {
  const { board } = useMessages()
  const words = board.selection
  const { bulk, deny } = useDecideActions()
  // Only both together stop a selection: its rows are ticked one by one, each by its own signer.
  const off = useOffReasons()(KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING)
  const targets = useTargets(selected)
  const count = selected.size
  return (
    <TickedBar
      label={words.region}
      ticked={
        <>
          <Words
            text={words.selected}
            blanks={{ count: <b className="font-semibold">{count}</b> }}
          />
          {hidden > 0 && <span className="text-fg-3"> {words.hidden(hidden)}</span>}
        </>
      }
    >
      <Button look="quiet" size="small" onClick={onClear}>
        {words.clear}
      </Button>
      <Button size="small" off={off} onClick={() => deny(targets())} className={tickedAction}>
        {words.deny(count)}
      </Button>
      <Button
        look="primary"
        size="small"
        off={off}
        onClick={() => bulk([...selected])}
        className={tickedAction}
      >
        {words.approve(count)}
      </Button>
    </TickedBar>
  )
}

/** The ticked machines as they are when the button is pressed. */
function useTargets(selected: ReadonlySet<string>): () => readonly Target[] {
  const { queryClient } = useLiveClient()
  return () => {
    const snapshot = queryClient.getQueryData<ListedSnapshot>(SNAPSHOT_KEY)
    return [...selected].flatMap((key): Target[] => {
      const machine = snapshot?.machines.get(key)
      return machine === undefined ? [] : [{ kind: 'machine', machine }]
    })
  }
}

function DockedBulk({ counts }: { readonly counts: BoardCounts }) {
  const { board } = useMessages()
  const { label, off } = useBulkOffer(counts)
  const { bulk } = useDecideActions()
  if (counts.waiting === 0) return null
  return (
    <section
      aria-label={board.summary.bulkRegion}
      className="inset-x-0 not-short:fixed bottom-[60px] z-29 flex border-t border-line bg-surface px-3 py-2 tablet:hidden"
    >
      <Button look="primary" size="large" off={off} onClick={() => bulk()} className="grow">
        {label}
      </Button>
    </section>
  )
}
