import type { RefObject } from 'react'

/** What becomes of the window: it goes to the row, or stays, or stays and nothing is waited for. */
export type View = 'brought' | 'asItStands' | 'ifDrawn'

export interface ListHandle {
  /**
   * Gives the link of a row the focus, or the row itself where it has none; nothing for a negative
   * index.
   */
  readonly focusRow: (index: number, view?: View) => void
}

/** A row far away is drawn within a frame or two; a busy page may take a little longer. */
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
        // Another key has been pressed meanwhile, for a row or for something else.
        if (turn !== latest || !isStill(before)) return
        const row = rowNow()
        if (row !== null) return focusRowElement(row)
        // The row that was left must not take the Enter that is meant for this one.
        if (before instanceof HTMLElement && before.closest('[data-index]')) before.blur()
        if (frames > 0) requestAnimationFrame(() => focus(frames - 1))
      }
      focus(MOST_FRAMES)
    },
  }
}

/** Gives the focus to the link that opens the row, as Enter does, or to a row without a link. */
export function focusRowElement(row: HTMLElement): void {
  const link = row.querySelector<HTMLElement>('a[data-opens]') ?? row.querySelector('a')
  if (link === null) row.tabIndex = -1
  const target = link ?? row
  target.focus({ preventScroll: true })
}

/** Nothing else has taken the focus; a row that is drawn no more leaves it to the body. */
function isStill(before: Element | null): boolean {
  return document.activeElement === before || document.activeElement === document.body
}
