'use client'

import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { useOffReason } from '#components/decide/off-reason.tsx'
import { useMessages } from '#components/messages.tsx'
import { Button } from '#components/ui/button.tsx'
import { isPending } from '#lib/query/board-facts.ts'
import type { ListedRequest } from '#lib/query/wire.ts'

interface RequestSelectionProps {
  readonly requests: readonly ListedRequest[]
  readonly selected: ReadonlySet<string>
  readonly onClear: () => void
}

/** What can be done with the ticked requests: what is decided meanwhile leaves by itself. */
export function RequestSelection({ requests, selected, onClear }: RequestSelectionProps) {
  const { lists } = useMessages()
  const texts = lists.requests.selection
  const actions = useDecideActions()
  const chosen = requests.filter((request) => selected.has(request.uid) && isPending(request))
  const off = useOffReason(chosen[0]?.signerName ?? '')
  if (chosen.length === 0) return null
  const machines = [
    ...new Set(
      chosen
        .filter(({ verdict }) => verdict === 'verified' || verdict === 'plausible')
        .flatMap(({ nodeName }) => (nodeName === null ? [] : [nodeName])),
    ),
  ]
  return (
    <section
      aria-label={texts.region}
      className="fixed bottom-6 left-1/2 z-30 flex -translate-x-1/2 items-center gap-3 rounded-lg bg-overlay px-3 py-2 shadow-dialog max-tablet:inset-x-3 max-tablet:bottom-[72px] max-tablet:translate-x-0 max-tablet:flex-wrap"
    >
      <span className="font-medium tabular-nums">{texts.selected(chosen.length)}</span>
      <Button look="quiet" onClick={onClear}>
        {texts.clear}
      </Button>
      <Button
        off={off}
        onClick={() =>
          actions.deny(chosen.map((request) => ({ kind: 'request', request }) as const))
        }
      >
        {texts.deny(chosen.length)}
      </Button>
      {machines.length > 0 && (
        <Button look="primary" off={off} onClick={() => actions.bulk(machines)}>
          {texts.approve(machines.length)}
        </Button>
      )}
    </section>
  )
}
