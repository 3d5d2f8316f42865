import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import {
  asHeld,
  asTheyAre,
  createItemSorter,
  type HeldRow,
  holdOrder,
  type Sort,
} from '#components/machines/board-order.ts'
import { onDemand } from '#components/machines/tickable.ts'
import { knownRows, type Rows } from '#components/ui/rows.ts'
import type { Board } from '#lib/query/board.ts'
import { type BoardItem, factsOfMachine, factsOfRequest } from '#lib/query/board-facts.ts'
import type { ListedMachine } from '#lib/query/wire.ts'

/** The machines of the board, section by section, as they are shown. */
export interface BoardRows {
  readonly waiting: Rows<HeldRow>
  readonly alarms: Rows<HeldRow>
  readonly stopped: Rows<HeldRow>
  readonly onTheirWay: Rows<HeldRow>
  readonly joined: Rows<HeldRow>
  /** Requests of other signers. */
  readonly others: Rows<HeldRow>
  /** A mouse has come over the waiting ones, or left them. */
  readonly onPointed: (pointed: boolean) => void
}

/** While a mouse is over the waiting rows they keep their places: nobody clicks on another one. */
export function useBoardRows(board: Board, sort: Sort): BoardRows {
  const [sortItems] = useState(createItemSorter)
  const sorted = useMemo(() => sortItems(board.waiting, sort), [board.waiting, sort, sortItems])
  const [held, setHeld] = useState<readonly BoardItem[] | null>(null)
  // Only rows that are held may stand elsewhere on the board.
  const around = held === null ? null : board
  const waiting = useMemo(
    () =>
      around === null ? asTheyAre(sorted) : asHeld(holdOrder(sorted, held, elsewhere(around))),
    [sorted, held, around],
  )
  const shownAbove = useMemo(
    () => (held === null ? null : new Set(knownRows(waiting).map(({ item }) => item.key))),
    [held, waiting],
  )
  const alarms = useMachineRows(board.alarms, shownAbove)
  const stopped = useMachineRows(board.stopped, shownAbove)
  const onTheirWay = useMachineRows(board.onTheirWay, shownAbove)
  const joined = useMachineRows(board.joined, shownAbove)
  const others = useMemo(() => asTheyAre(board.others.map(factsOfRequest)), [board.others])
  const latest = useRef(waiting)
  useEffect(() => {
    latest.current = waiting
  })
  const onPointed = useCallback(
    (pointed: boolean) =>
      setHeld(pointed ? knownRows(latest.current).map(({ item }) => item) : null),
    [],
  )
  return { waiting, alarms, stopped, onTheirWay, joined, others, onPointed }
}

/** Rows of a section that nobody holds; those that stay above for a moment are not shown twice. */
function useMachineRows(
  machines: readonly ListedMachine[],
  shownAbove: ReadonlySet<string> | null,
): Rows<HeldRow> {
  return useMemo(() => {
    const shown =
      shownAbove === null ? machines : machines.filter(({ name }) => !shownAbove.has(name))
    return asTheyAre(shown.map(factsOfMachine))
  }, [machines, shownAbove])
}

/** A machine that waits no longer, where it stands now. */
function elsewhere({
  alarms,
  stopped,
  onTheirWay,
  joined,
}: Board): (key: string) => BoardItem | null {
  const byName = onDemand(
    () =>
      new Map(
        [...alarms, ...stopped, ...onTheirWay, ...joined].map((machine) => [machine.name, machine]),
      ),
  )
  return (key) => {
    const machine = byName().get(key)
    return machine === undefined ? null : factsOfMachine(machine)
  }
}
