/**
 * What has the focus and is in view stays in view when more comes in above it, or when there is less
 * room: an on-screen keyboard opens. Where a person has scrolled it away it is left there.
 */
export function keepFocusInView(box: HTMLElement, content: HTMLElement): () => void {
  let seen: Element | null = null
  function look(): void {
    const { activeElement } = document
    seen = activeElement !== null && isInView(activeElement, content) ? activeElement : null
  }
  const observer = new ResizeObserver(() => {
    if (seen !== null && seen === document.activeElement && !isInView(seen, content)) {
      seen.scrollIntoView({ block: 'nearest' })
    }
  })
  for (const each of [box, content]) observer.observe(each)
  box.addEventListener('focusin', look)
  document.addEventListener('scroll', look, true)
  return () => {
    observer.disconnect()
    box.removeEventListener('focusin', look)
    document.removeEventListener('scroll', look, true)
  }
}

/** Around it is the ring of the focus. */
const RING = 4

/** Within all that could cut it off, up to the dialog. */
function isInView(element: Element, content: HTMLElement): boolean {
  if (!content.contains(element)) return false
  const { top, bottom } = element.getBoundingClientRect()
  for (let box = content.parentElement; box !== null; box = box.parentElement) {
    const { overflowY } = getComputedStyle(box)
    const edges = box.getBoundingClientRect()
    if (overflowY !== 'visible' && (top - RING < edges.top || bottom + RING > edges.bottom))
      return false
    if (box.role === 'dialog') break
  }
  return true
}
