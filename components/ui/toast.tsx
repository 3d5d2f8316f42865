import { Toast } from '@base-ui/react/toast'
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useLayer } from '#components/ui/layer.ts'
import { useMessages } from '#components/ui/messages.tsx'

/**
 * Base UI hides `bad` toasts and close buttons from screen readers and announces the text beside
 * (mui/base-ui#5659). These attributes show them, silently.
 */
const HEARD_BESIDE = { 'aria-hidden': false, 'aria-live': 'off' } as const
/** Other toasts ask for nothing, so they are no dialogs. */
const NO_DIALOG = { role: 'group', 'aria-modal': undefined } as const

/** A message at the edge for some seconds. A `bad` one stays until it is closed. */
export interface ToastWords extends ToastExtras {
  readonly title: ReactNode
  readonly description?: ReactNode
  /** Replaces a toast about the same matter that is still on screen. */
  readonly about?: string
}

interface ToastExtras {
  readonly tone: 'good' | 'plain' | 'bad'
  /** Page of the toast's subject; following the link closes the toast. */
  readonly view?: { readonly href: string; readonly text: string; readonly label: string } | null
}

/** Milliseconds; they stand still while the pointer or the focus is in a toast. */
const SHOWN_MS = 8_000
/** More toasts at once are counted. */
const MOST = 3

const manager = Toast.createToastManager<ToastExtras>()

/**
 * Shows a toast from any component below Toasts. The toast is announced itself; announce nothing
 * else.
 */
export function showToast({ title, description, about, ...data }: ToastWords): void {
  manager.add({
    ...(about === undefined ? {} : { id: about }),
    title,
    description,
    data,
    timeout: data.tone === 'bad' ? 0 : SHOWN_MS,
    priority: data.tone === 'bad' ? 'high' : 'low',
  })
}

const GLYPHS = { good: CircleCheck, plain: Info, bad: CircleAlert } as const
const COLOURS = { good: 'text-good-fg', plain: 'text-fg-2', bad: 'text-bad-fg' } as const

export function Toasts({ children }: { readonly children: ReactNode }) {
  const layer = useLayer()
  return (
    <Toast.Provider toastManager={manager} limit={MOST}>
      {children}
      <Toast.Portal container={layer}>
        <Toast.Viewport className="screen-only fixed right-6 bottom-6 z-50 flex w-[min(384px,calc(100vw-24px))] flex-col gap-2 max-tablet:inset-x-3 max-tablet:bottom-3 max-tablet:not-short:bottom-[184px] max-tablet:w-auto">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList() {
  const { toasts, close } = Toast.useToastManager<ToastExtras>()
  const { common } = useMessages()
  const more = toasts.filter(({ limited }) => limited === true).length
  return (
    <>
      {toasts.map((toast) => {
        const { tone = 'plain', view = null } = toast.data ?? {}
        return (
          <Toast.Root
            key={toast.id}
            toast={toast}
            {...(tone === 'bad' ? HEARD_BESIDE : NO_DIALOG)}
            className="animate-pop rounded-lg overlay transition-opacity data-ending-style:opacity-0 data-limited:hidden"
          >
            <Toast.Content className="flex items-center gap-2.5 py-2.5 pr-2 pl-3.5">
              <Icon of={GLYPHS[tone]} className={`mt-px self-start ${COLOURS[tone]}`} />
              <div className="min-w-0 flex-1 leading-[18px] wrap-anywhere">
                <Toast.Title className="font-medium" />
                <Toast.Description render={<div />} className="text-xs text-fg-3" />
              </div>
              {view !== null && (
                <LinkButton
                  href={view.href}
                  size="small"
                  aria-label={view.label}
                  onClick={() => close(toast.id)}
                >
                  {view.text}
                </LinkButton>
              )}
              <Toast.Close
                aria-label={common.close}
                aria-hidden={false}
                render={<Button look="quiet" size="small" square />}
              >
                <Icon of={X} />
              </Toast.Close>
            </Toast.Content>
          </Toast.Root>
        )
      })}
      {more > 0 && (
        <p
          aria-live="off"
          className="animate-pop rounded-lg overlay px-3.5 py-2 text-xs text-fg-2 tabular-nums"
        >
          {common.moreToasts(more)}
        </p>
      )}
    </>
  )
}
