'use client'

import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { useOffReasons } from '#components/decide/off-reason.tsx'
import { useReportOff } from '#components/decide/report-off.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { filterRequests, type RequestFilter } from '#components/requests/request-filter.ts'
import { Button } from '#components/ui/button.tsx'
import { useKeys } from '#components/ui/keyboard.tsx'
import { TickedBar, tickedAction } from '#components/ui/ticked-bar.tsx'
import { isSound } from '#lib/csr/policy/trust.ts'
import { isPending } from '#lib/query/board-facts.ts'
import { useRequests } from '#lib/query/live.ts'

interface RequestSelectionProps {
  readonly filter: RequestFilter
  readonly selected: ReadonlySet<string>
  readonly onClear: () => void
}

/** What can be done with the ticked requests, by ⇧A too: what is decided meanwhile leaves by itself. */
export function RequestSelection({ filter, selected, onClear }: RequestSelectionProps) {
  const { board, lists } = useMessages()
  const texts = lists.requests.selection
  const actions = useDecideActions()
  const requests = useRequests()
  const chosen = requests.filter((request) => selected.has(request.uid) && isPending(request))
  // What of it cannot be decided is held back, or refused, by itself: only all of it stops it.
  const off = useOffReasons()(...new Set(chosen.map(({ signerName }) => signerName)))
  const reportOff = useReportOff()
  const machines = [
    ...new Set(
      chosen
        .filter(({ verdict }) => isSound(verdict))
        .flatMap(({ nodeName }) => (nodeName === null ? [] : [nodeName])),
    ),
  ]
  useKeys({
    'shift+a'() {
      if (chosen.length === 0) return false
      if (machines.length === 0) reportOff.bulk({ text: texts.noneSound })
      else if (off !== null) reportOff.bulk(off)
      else actions.bulk(machines)
    },
  })
  if (chosen.length === 0) return null
  const hidden = chosen.length - filterRequests(chosen, filter).shown.length
  return (
    <TickedBar
      label={texts.region}
      ticked={
        <>
          <Words
            text={texts.selected}
            blanks={{ count: <b className="font-semibold">{chosen.length}</b> }}
          />
          {hidden > 0 && <span className="text-fg-3"> {board.selection.hidden(hidden)}</span>}
        </>
      }
    >
      <Button look="quiet" size="small" onClick={onClear}>
        {texts.clear}
      </Button>
      <Button
        size="small"
        off={off}
        onClick={() =>
          actions.deny(chosen.map((request) => ({ kind: 'request', request }) as const))
        }
        className={tickedAction}
      >
        {texts.deny(chosen.length)}
      </Button>
      {machines.length > 0 && (
        <Button
          look="primary"
          size="small"
          off={off}
          onClick={() => actions.bulk(machines)}
          className={tickedAction}
        >
          {texts.approve(machines.length)}
        </Button>
      )}
    </TickedBar>
  )
}
