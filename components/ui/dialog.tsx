import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useId,
  useRef,
  useState,
} from 'react'
import { Button } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { useFocusAtOnce } from '#components/ui/focus-at-once.ts'
import { Icon } from '#components/ui/icon.tsx'
import { keepFocusInView } from '#components/ui/keep-in-view.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { useModal } from '#components/ui/modal.ts'

interface DialogProps {
  readonly open: boolean
  /** Called on Escape, the cross, a click outside, and the browser’s Back. */
  readonly onClose: () => void
  readonly title: ReactNode
  readonly description?: ReactNode
  /** `narrow` is 520 px, `wide` 760 px; with `sheet` a full-screen sheet on phones. */
  readonly width?: 'narrow' | 'wide'
  readonly sheet?: boolean
  /** Element that takes the focus; the title by default. */
  readonly focus?: RefObject<HTMLElement | null> | undefined
  /** Part of the body that stays in place above the footer. */
  readonly also?: ReactNode
  /** Buttons that stay in place while the body scrolls. Ctrl+Enter or ⌘↵ presses the primary one. */
  readonly footer?: ReactNode
  /** Words before them. */
  readonly note?: ReactNode
  /** Ignores clicks outside, so that typed words are not lost. */
  readonly sticky?: boolean
  readonly children: ReactNode
}

/**
 * A dialog with a fixed header and footer and a scrolling body. It returns the focus when it
 * closes.
 */
export function Dialog(props: DialogProps) {
  const { open, onClose, title, description, width = 'narrow', sheet = false, focus } = props
  const { common } = useMessages()
  const titleRef = useRef<HTMLHeadingElement>(null)
  const titleId = useId()
  useModal(open, onClose)
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose()
      }}
      disablePointerDismissal={props.sticky ?? false}
    >
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity screen-only data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport
          data-paper
          // A press outside must not move the focus: the dialog returns it when it closes.
          onMouseDown={(event) => {
            if (event.target === event.currentTarget) event.preventDefault()
          }}
          className={classNames(
            'fixed inset-0 z-40 grid items-center justify-items-center overflow-hidden p-6',
            sheet ? 'max-tablet:p-0' : 'max-tablet:p-2',
          )}
        >
          <Base.Popup
            // A frame later it would take the focus back from where a person has moved it.
            initialFocus={false}
            onKeyDownCapture={pressPrimary}
            className={classNames(
              'flex max-h-[calc(100dvh-32px)] w-full animate-pop scroll-py-4 flex-col overflow-hidden rounded-xl overlay outline-none',
              // With little room between header and footer they scroll as well.
              'short:overflow-y-auto max-tablet:short:max-h-[calc(100dvh-16px)]',
              width === 'wide' ? 'max-w-[760px]' : 'max-w-[520px]',
              sheet && 'max-tablet:h-dvh max-tablet:max-h-dvh max-tablet:rounded-none',
            )}
          >
            <header className="flex items-start gap-3 px-5 pt-[18px] pb-3.5">
              <div className="min-w-0 flex-1">
                <Base.Title
                  ref={titleRef}
                  id={titleId}
                  tabIndex={-1}
                  className="text-lg font-semibold tracking-snug wrap-anywhere"
                >
                  {title}
                </Base.Title>
                {description !== undefined && (
                  <Base.Description render={<div />} className="text-fg-2">
                    {description}
                  </Base.Description>
                )}
              </div>
              <Button look="quiet" size="small" square aria-label={common.close} onClick={onClose}>
                <Icon of={X} />
              </Button>
            </header>
            <Body labelledBy={titleId} focus={focus ?? titleRef} title={titleRef}>
              {props.children}
            </Body>
            {props.also !== undefined && (
              <div className="flex-none border-t border-line">{props.also}</div>
            )}
            {props.footer !== undefined && (
              <footer className="flex items-center gap-2 border-t border-line bg-overlay-foot px-5 py-3 max-tablet:flex-wrap max-tablet:[&_button]:h-11 max-tablet:[&_button]:flex-1">
                <span className="mr-auto min-w-0 text-xs text-fg-3 max-tablet:basis-full max-tablet:empty:hidden">
                  {props.note}
                </span>
                {props.footer}
              </footer>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}

/** Ctrl+Enter or ⌘↵ presses the footer's primary button; one that is off stays unpressed. */
function pressPrimary(event: KeyboardEvent<HTMLElement>): void {
  const isKey = event.key === 'Enter' && (event.ctrlKey || event.metaKey)
  const { currentTarget: dialog, target } = event
  // A menu of the dialog lies outside of it, and handles its own keys.
  if (!isKey || event.nativeEvent.isComposing || !dialog.contains(target as Node)) return
  event.preventDefault()
  event.stopPropagation()
  if (!event.repeat) dialog.querySelector<HTMLElement>('footer [data-primary]')?.click()
}

interface BodyProps {
  readonly labelledBy: string
  readonly focus: RefObject<HTMLElement | null>
  readonly title: RefObject<HTMLElement | null>
  readonly children: ReactNode
}

/** Focusable where the body scrolls, for scrolling by keyboard; otherwise no tab stop. */
function Body({ labelledBy, focus, title, children }: BodyProps) {
  useFocusAtOnce(focus, title)
  const [scrolls, setScrolls] = useState(false)
  const watch = useCallback((content: HTMLElement | null) => {
    const body = content?.parentElement
    if (content == null || body == null) return
    const observer = new ResizeObserver(() => setScrolls(body.scrollHeight > body.clientHeight))
    for (const box of [body, content]) observer.observe(box)
    const release = keepFocusInView(body, content)
    return () => {
      observer.disconnect()
      release()
    }
  }, [])
  return (
    <div
      className="min-h-0 flex-1 scroll-py-4 overflow-y-auto border-t border-line short:flex-none short:overflow-visible"
      {...(scrolls ? { role: 'group', 'aria-labelledby': labelledBy, tabIndex: 0 } : {})}
    >
      <div ref={watch}>{children}</div>
    </div>
  )
}
