import { useSyncExternalStore } from 'react'

const never = () => () => {}

/**
 * Where menus and tooltips are drawn: inside the page's main landmark, so that whoever walks from
 * landmark to landmark finds them. Undefined before the page is there: then the body.
 */
export function useLayer(): HTMLElement | undefined {
  const layer = useSyncExternalStore(
    never,
    () => document.getElementById('main'),
    () => null,
  )
  return layer ?? undefined
}
