/**
 * What has the focus stays in view when more comes in above it, or when there is less room: an
 * on-screen keyboard opens. Where a person has scrolled it away it is left there.
 */
export function keepFocusInView(box: HTMLElement, content: HTMLElement): () => void {
  const boxes = [box, content, content.closest<HTMLElement>('[role=dialog]')].filter(
    (each) => each !== null,
  )
  const sizes = () => boxes.map((each) => `${each.clientWidth} ${each.clientHeight}`).join()
  let size = sizes()
  let kept: Element | null = null

  // The browser scrolls to what takes the focus only after this event.
  function take(): void {
    const { activeElement } = document
    kept = content.contains(activeElement) ? activeElement : null
  }
  // One that is told before the observer has seen what came in speaks of the layout before that.
  function scrolled(): void {
    if (size !== sizes()) return
    take()
    if (kept !== null && !isInView(kept, content)) kept = null
  }
  const observer = new ResizeObserver(() => {
    size = sizes()
    if (kept !== null && kept === document.activeElement && !isInView(kept, content)) {
      kept.scrollIntoView({ block: 'nearest' })
    }
  })
  for (const each of boxes) observer.observe(each)
  box.addEventListener('focusin', take)
  document.addEventListener('scroll', scrolled, true)
  return () => {
    observer.disconnect()
    box.removeEventListener('focusin', take)
    document.removeEventListener('scroll', scrolled, true)
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
