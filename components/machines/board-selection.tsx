'use client'

import { createContext, use, useCallback, useSyncExternalStore } from 'react'
import { createStore, type Store } from '#lib/query/store.ts'

/** What is ticked and where the keyboard is, by the rows' keys. */
export interface Picked {
  readonly selected: ReadonlySet<string>
  /** Where a range begins. */
  readonly anchor: string | null
  /** The keyboard row. */
  readonly cursor: string | null
}

export type PickedStore = Store<Picked>

export function createPickedStore(): PickedStore {
  return createStore<Picked>({ selected: new Set(), anchor: null, cursor: null })
}

const PickedContext = createContext<PickedStore | null>(null)
export const PickedProvider = PickedContext

export function usePickedStore(): PickedStore {
  const store = use(PickedContext)
  if (store === null) throw new Error('usePickedStore needs a PickedProvider above it')
  return store
}

/** One answer about what is picked; renders again only when that answer is another. */
function usePicked<Answer extends boolean | number | string | null>(
  read: (picked: Picked) => Answer,
): Answer {
  const store = usePickedStore()
  const get = useCallback(() => read(store.get()), [store, read])
  return useSyncExternalStore(store.subscribe, get, get)
}

export function useIsSelected(key: string): boolean {
  return usePicked(useCallback(({ selected }: Picked) => selected.has(key), [key]))
}

export function useIsCursor(key: string): boolean {
  return usePicked(useCallback(({ cursor }: Picked) => cursor === key, [key]))
}

export function useCursor(): string | null {
  return usePicked(cursorOf)
}

const cursorOf = ({ cursor }: Picked) => cursor

/** The whole set; for the bar that counts it, not for rows. */
export function useSelected(): ReadonlySet<string> {
  const store = usePickedStore()
  const get = () => store.get().selected
  return useSyncExternalStore(store.subscribe, get, get)
}

export function toggleSelected(picked: Picked, key: string): Picked {
  const selected = new Set(picked.selected)
  if (!selected.delete(key)) selected.add(key)
  return { ...picked, selected, anchor: key }
}

/** Everything between the anchor and this row, in the order that is on screen. */
export function selectRange(picked: Picked, keys: readonly string[], to: string): Picked {
  const from = picked.anchor === null ? -1 : keys.indexOf(picked.anchor)
  const end = keys.indexOf(to)
  if (from === -1 || end === -1) return toggleSelected(picked, to)
  const range = keys.slice(Math.min(from, end), Math.max(from, end) + 1)
  return { ...picked, selected: new Set([...picked.selected, ...range]) }
}

export function clearSelected(picked: Picked): Picked {
  return picked.selected.size === 0 ? picked : { ...picked, selected: new Set(), anchor: null }
}

export function withoutSelected(picked: Picked, keys: readonly string[]): Picked {
  if (!keys.some((key) => picked.selected.has(key))) return picked
  const selected = new Set(picked.selected)
  for (const key of keys) selected.delete(key)
  return { ...picked, selected }
}
