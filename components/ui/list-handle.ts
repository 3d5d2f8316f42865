import type { RefObject } from 'react'

/** Scrolling of the window: to the row, not at all, or not at all and without waiting. */
export type View = 'brought' | 'asItStands' | 'ifDrawn'

export interface ListHandle {
  /** Focuses the link of a row, or the row itself without one; nothing for a negative index. */
  readonly focusRow: (index: number, view?: View) => void
}

/** Frames to wait for a distant row, which is drawn within one or two on an idle page. */
const MOST_FRAMES = 20

export function listHandle(
  body: RefObject<HTMLElement | null>,
  scrollTo: RefObject<(index: number) => void>,
): ListHandle {
  let latest = 0
  return {
    focusRow(index, view = 'brought') {
      if (index < 0) return
      const rowNow = () =>
        body.current?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null
      if (view === 'ifDrawn' && rowNow() === null) return
      latest += 1
      const turn = latest
      const before = document.activeElement
      if (view === 'brought') scrollTo.current(index)
      const focus = (frames: number) => {
        // Another key was pressed meanwhile.
        if (turn !== latest || !isStill(before)) return
        const row = rowNow()
        if (row !== null) return focusRowElement(row)
        // The row that was left must not take the Enter meant for this one.
        if (before instanceof HTMLElement && before.closest('[data-index]')) before.blur()
        if (frames > 0) requestAnimationFrame(() => focus(frames - 1))
      }
      focus(MOST_FRAMES)
    },
  }
}

/** Focuses the link that Enter opens, or a row without a link. */
export function focusRowElement(row: HTMLElement): void {
  const link = row.querySelector<HTMLElement>('a[data-opens]') ?? row.querySelector('a')
  if (link === null) row.tabIndex = -1
  const target = link ?? row
  target.focus({ preventScroll: true })
}

/** Whether no other element took the focus; a row that is no longer drawn leaves it to the body. */
function isStill(before: Element | null): boolean {
  return document.activeElement === before || document.activeElement === document.body
}
