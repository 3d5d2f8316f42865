import type { RefObject } from 'react'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { useOffReasons } from '#components/decide/off-reason.tsx'
import { useReportOff } from '#components/decide/report-off.tsx'
import type { Target } from '#components/decide/target.ts'
import {
  clearSelected,
  selectRange,
  toggleSelected,
  usePickedStore,
} from '#components/machines/board-selection.tsx'
import type { RowKeys } from '#components/ui/in-its-place.ts'
import { useKeys } from '#components/ui/keyboard.tsx'
import { useKeyboardRow } from '#components/ui/keyboard-row.ts'
import type { View } from '#components/ui/list-handle.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'

export interface BoardKeysOptions {
  /** Every row on the page, list by list, in order. */
  readonly lists: readonly RowKeys[]
  readonly targetOf: (key: string) => Target | null
  /** Keys of the waiting rows that can be ticked, in order. */
  readonly tickable: () => readonly string[]
  readonly focusRow: (key: string, view?: View) => void
  readonly filter: RefObject<HTMLInputElement | null>
}

/** j k x ⇧x a ⇧a d enter / esc on the Machines page. */
export function useBoardKeys(options: BoardKeysOptions): void {
  const { lists, targetOf, tickable, focusRow } = options
  const store = usePickedStore()
  const { bulk, review } = useDecideActions()
  const byKey = useDecideByKey()
  const offReason = useOffReasons()
  const reportOff = useReportOff()
  const row = useKeyboardRow({
    lists,
    current: () => store.get().cursor,
    change: (cursor) => store.change((picked) => ({ ...picked, cursor })),
    placeOf: () => null,
    isUnread: () => false,
    focus: focusRow,
    rowOf: (element) => element.closest('tr[data-key]')?.getAttribute('data-key') ?? null,
  })

  function keys(): readonly string[] {
    return lists.flatMap((list) => list.all())
  }

  /** From the keyboard row, or from where it was if that row has left. */
  function move(step: 1 | 0 | -1): void {
    const { cursor } = store.get()
    const all = keys()
    const at = cursor === null ? -1 : all.indexOf(cursor)
    const next = at === -1 ? (step === -1 ? all.length - 1 : 0) : at + step
    const key = all[Math.max(0, Math.min(all.length - 1, next))]
    if (key === undefined) return
    row.moved()
    store.change((picked) => ({ ...picked, cursor: key }))
    focusRow(key)
  }

  function current(): Target | null {
    const { cursor } = store.get()
    return cursor === null || !lists.some((list) => list.has(cursor)) ? null : targetOf(cursor)
  }

  useKeys({
    // The mark has gone there by itself meanwhile.
    j: (event) => move(row.isUnseen(event) ? 0 : 1),
    k: () => move(-1),
    x(event) {
      if (row.isUnseen(event)) return true
      const { cursor } = store.get()
      if (cursor === null || !tickable().includes(cursor)) return false
      store.change((picked) => toggleSelected(picked, cursor))
    },
    'shift+x'(event) {
      if (row.isUnseen(event)) return true
      const { cursor } = store.get()
      if (cursor === null || !tickable().includes(cursor)) return false
      store.change((picked) => selectRange(picked, tickable(), cursor))
    },
    a(event) {
      if (row.isUnseen(event)) return true
      const target = current()
      return target !== null && byKey.approve(target)
    },
    d(event) {
      if (row.isUnseen(event)) return true
      const target = current()
      return target !== null && byKey.deny(target)
    },
    'shift+a'() {
      const { selected } = store.get()
      const off = offReason(KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING)
      if (off !== null) reportOff.bulk(off)
      else bulk(selected.size > 0 ? [...selected] : undefined)
    },
    Enter(event) {
      if (row.isUnseen(event)) return true
      const target = current()
      if (target === null) return false
      review(target)
    },
    '/'() {
      options.filter.current?.focus()
      options.filter.current?.select()
    },
    Escape() {
      if (store.get().selected.size === 0) return false
      store.change(clearSelected)
    },
  })
}
