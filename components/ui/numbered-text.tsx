import { type Ref, useImperativeHandle, useLayoutEffect, useMemo, useRef } from 'react'

/** Pixels of a line: lines do not wrap, so each has a fixed position. */
const LINE_HEIGHT = 20
const LINES_ABOVE = 4

export interface NumberedTextHandle {
  /** Selects that line, counted from 1, and brings it into view. */
  goTo(line: number): void
}

interface NumberedTextProps {
  readonly label: string
  readonly describedBy: string
  readonly placeholder: string
  /** Position of the caret: before the text, or at the end of its last line. */
  readonly startsAt?: 'start' | 'end' | undefined
  readonly value: string
  readonly onChange: (value: string) => void
  readonly ref: Ref<NumberedTextHandle>
}

/** A text with its line numbers. */
export function NumberedText({
  ref,
  label,
  describedBy,
  startsAt = 'start',
  ...text
}: NumberedTextProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const gutter = useRef<HTMLPreElement>(null)
  const { value } = text
  const numbers = useMemo(() => {
    const count = value.split('\n').length
    return Array.from({ length: count }, (_, index) => index + 1).join('\n')
  }, [value])

  // Typing goes into the text, not to the page's shortcuts.
  const begin = useRef(startsAt)
  useLayoutEffect(() => {
    const area = field.current
    if (area === null) return
    area.focus()
    if (begin.current === 'start') return
    const end = area.value.replace(/\n$/, '').length
    area.setSelectionRange(end, end)
    area.scrollTop = area.scrollHeight
  }, [])
  useImperativeHandle(ref, () => ({
    goTo(line) {
      const area = field.current
      if (area === null) return
      const lines = area.value.split('\n')
      const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0)
      area.focus()
      area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
      area.scrollTop = Math.max(0, line - 1 - LINES_ABOVE) * LINE_HEIGHT
      area.scrollLeft = 0
    },
  }))

  return (
    <div className="flex h-[max(320px,calc(100dvh-380px))] max-tablet:h-80">
      <pre
        ref={gutter}
        aria-hidden
        className="mono min-w-11 flex-none overflow-hidden border-r border-line-soft bg-sunken px-2 py-2 text-right text-xs leading-5 text-fg-3 select-none"
      >
        {numbers}
        {/* Room below for the text's scroll bar. */}
        {'\n\n'}
      </pre>
      <textarea
        ref={field}
        aria-label={label}
        aria-describedby={describedBy}
        placeholder={text.placeholder}
        value={value}
        onChange={(event) => text.onChange(event.target.value)}
        onScroll={({ currentTarget }) => {
          if (gutter.current !== null) gutter.current.scrollTop = currentTarget.scrollTop
        }}
        wrap="off"
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        className="mono min-w-0 flex-1 resize-none overflow-auto bg-surface px-3 py-2 text-xs leading-5 whitespace-pre text-fg focus-visible:-outline-offset-2 max-tablet:text-sm max-tablet:leading-5"
      />
    </div>
  )
}
