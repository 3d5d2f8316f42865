import { useEffect } from 'react'

/**
 * Shows the full text of a cut line while the line, or its link or button, is hovered or focused.
 * One for the whole page; the `full-value` utility draws it.
 */
export function FullValues() {
  useEffect(() => {
    let shown: readonly Shown[] = []
    let timer = 0
    // The browser reports a pointer over whatever moves under it, so hover never ends the focus.
    const wanted: Record<'hover' | 'focus', readonly HTMLElement[]> = { hover: [], focus: [] }

    function want(by: keyof typeof wanted, lines: readonly HTMLElement[]): void {
      wanted[by] = lines
      show([...new Set([...wanted.hover, ...wanted.focus])])
    }
    function show(lines: readonly HTMLElement[]): void {
      const cut = lines.filter(isCut)
      for (const { line, value } of shown) if (!cut.includes(line)) value.remove()
      shown = cut.map(
        (line) => shown.find((one) => one.line === line) ?? { line, value: wholeOf(line) },
      )
      follow()
      window.clearInterval(timer)
      if (shown.length > 0) timer = window.setInterval(follow, LOOK_MS)
    }
    function follow(): void {
      shown = shown.filter(isThere)
      if (shown.length === 0) window.clearInterval(timer)
      shown.forEach(place)
    }
    function hide(): void {
      wanted.hover = []
      want('focus', [])
    }
    const onPointer = (event: Event) => want('hover', around(event.target))
    const onFocus = (event: Event) =>
      want('focus', [...around(event.target), ...inside(event.target)])
    const onBlur = () => want('focus', [])
    // One press closes one thing: a dialog or a selection below it takes the next press.
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !shown.some(isThere)) return
      event.preventDefault()
      event.stopPropagation()
      hide()
    }

    document.addEventListener('pointerover', onPointer, { passive: true })
    document.addEventListener('focusin', onFocus)
    document.addEventListener('focusout', onBlur)
    document.addEventListener('keydown', onKey, { capture: true })
    // Any element may scroll, hence capture.
    document.addEventListener('scroll', follow, { capture: true, passive: true })
    return () => {
      document.removeEventListener('pointerover', onPointer)
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('focusout', onBlur)
      document.removeEventListener('keydown', onKey, { capture: true })
      document.removeEventListener('scroll', follow, { capture: true })
      hide()
    }
  }, [])
  return null
}

/** Interval for following the line: changes above it send no event. */
const LOOK_MS = 200

interface Shown {
  readonly line: HTMLElement
  readonly value: HTMLElement
}

/** Whether the line is still on screen. */
function isThere({ line }: Shown): boolean {
  return line.isConnected
}

/**
 * A popover in the top layer, where no scrolling box cuts it off. It stays a child of the line, so
 * that hovering it counts as hovering the line.
 */
function wholeOf(line: HTMLElement): HTMLElement {
  const value = document.createElement('span')
  value.className = 'full-value'
  value.popover = 'manual'
  value.ariaHidden = 'true'
  line.append(value)
  value.showPopover()
  return value
}

/** Pixels to the edges of the window, and around the letters of the line. */
const MARGIN = 8

/** Places the value below its line, or above where there is no room below. */
function place({ line, value }: Shown): void {
  // Drawn by CSS from the attribute: as text it would be in the line twice.
  value.dataset.value = line.dataset.full
  const { top, bottom, left } = line.getBoundingClientRect()
  const { width, height } = value.getBoundingClientRect()
  const isBelow = bottom + height <= window.innerHeight || top < height
  const rightmost = document.documentElement.clientWidth - width - MARGIN
  value.style.top = `${isBelow ? bottom : top - height}px`
  value.style.left = `${Math.max(MARGIN, Math.min(left - MARGIN, rightmost))}px`
}

function around(target: EventTarget | null): HTMLElement[] {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-full]') : null
  return element === null ? [] : [element]
}

function inside(target: EventTarget | null): HTMLElement[] {
  return target instanceof Element && target.matches(':is(a, button):focus-visible')
    ? [...target.querySelectorAll<HTMLElement>('[data-full]')]
    : []
}

function isCut(element: HTMLElement): boolean {
  return [element.firstElementChild, element.querySelector('[data-cut]')].some(
    (line) => line !== null && line.scrollWidth > line.clientWidth,
  )
}
