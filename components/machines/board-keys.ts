import type { RefObject } from 'react'
import { useDecideByKey } from '#components/decide/decide-by-key.ts'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import type { Target } from '#components/decide/target.ts'
import {
  clearSelected,
  selectRange,
  toggleSelected,
  usePickedStore,
} from '#components/machines/board-selection.tsx'
import { useOff } from '#components/machines/permissions.tsx'
import { useKeys } from '#components/shell/keyboard.tsx'
import { useSay } from '#components/ui/live-region.tsx'

export interface BoardKeysOptions {
  /** Every row on the page, in order. */
  readonly keys: () => readonly string[]
  readonly targetOf: (key: string) => Target | null
  /** Keys of the waiting rows that can be ticked, in order. */
  readonly tickable: () => readonly string[]
  readonly focusRow: (key: string) => void
  readonly filter: RefObject<HTMLInputElement | null>
}

/** j k x ⇧x a ⇧a d enter / esc on the Machines page. */
export function useBoardKeys(options: BoardKeysOptions): void {
  const { targetOf, tickable, focusRow } = options
  const store = usePickedStore()
  const { bulk, review } = useDecideActions()
  const byKey = useDecideByKey()
  const off = useOff()
  const say = useSay()

  /** From the keyboard row, or from where it was if that row has left. */
  function move(step: 1 | -1): void {
    const { cursor } = store.get()
    const keys = options.keys()
    const at = cursor === null ? -1 : keys.indexOf(cursor)
    const next = at === -1 ? (step === 1 ? 0 : keys.length - 1) : at + step
    const key = keys[Math.max(0, Math.min(keys.length - 1, next))]
    if (key === undefined) return
    store.change((picked) => ({ ...picked, cursor: key }))
    focusRow(key)
  }

  function current(): Target | null {
    const { cursor } = store.get()
    return cursor === null || !options.keys().includes(cursor) ? null : targetOf(cursor)
  }

  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x() {
      const { cursor } = store.get()
      if (cursor === null || !tickable().includes(cursor)) return false
      store.change((picked) => toggleSelected(picked, cursor))
    },
    'shift+x'() {
      const { cursor } = store.get()
      if (cursor === null || !tickable().includes(cursor)) return false
      store.change((picked) => selectRange(picked, tickable(), cursor))
    },
    a() {
      const target = current()
      return target !== null && byKey.approve(target)
    },
    d() {
      const target = current()
      return target !== null && byKey.deny(target)
    },
    'shift+a'() {
      const { selected } = store.get()
      if (off.client !== null && off.serving !== null) say(off.client.text)
      else bulk(selected.size > 0 ? [...selected] : undefined)
    },
    Enter() {
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
