/**
 * Keeps the focused element in view when content is added above it, or when an on-screen keyboard
 * opens. An element that a person scrolled away stays away.
 */
export function keepFocusInView(box: HTMLElement, content: HTMLElement): () => void {
  const boxes = [box, content, content.closest<HTMLElement>('[role=dialog]')].filter(
    (each) => each !== null,
  )
  const sizes = () => boxes.map((each) => `${each.clientWidth} ${each.clientHeight}`).join()
  let size = sizes()
  let kept: Element | null = null

  // The browser scrolls to a newly focused element only after this event.
  function take(): void {
    const { activeElement } = document
    kept = content.contains(activeElement) ? activeElement : null
  }
  // A scroll event before the observer's call still describes the old layout.
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

/** Pixels of the focus ring. */
const RING = 4

/** Whether the element is visible in every scrolling box up to the dialog. */
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
