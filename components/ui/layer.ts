import { useSyncExternalStore } from 'react'

const never = () => () => {}

/**
 * Container of menus and tooltips: inside the page's main landmark, for screen readers that go by
 * landmarks. Undefined (the body) until the page is there.
 */
export function useLayer(): HTMLElement | undefined {
  const layer = useSyncExternalStore(
    never,
    () => document.getElementById('main'),
    () => null,
  )
  return layer ?? undefined
}
