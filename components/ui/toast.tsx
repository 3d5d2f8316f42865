import { Toast } from '@base-ui/react/toast'
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMessages } from '#components/messages.tsx'
import { Button } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useLayer } from '#components/ui/layer.ts'

/**
 * Base UI hides `bad` toasts and close buttons from screen readers and announces the text beside
 * (mui/base-ui#5659). These attributes show them, silently.
 */
const HEARD_BESIDE = { 'aria-hidden': false, 'aria-live': 'off' } as const

/** A message at the edge for some seconds. A `bad` one stays until it is closed. */
export interface ToastWords {
  readonly tone: 'good' | 'plain' | 'bad'
  readonly title: ReactNode
  readonly description?: ReactNode
  /** Replaces a toast about the same matter that is still on screen. */
  readonly about?: string
}

const manager = Toast.createToastManager<{ tone: ToastWords['tone'] }>()

/**
 * Shows a toast from any component below Toasts. The toast is announced itself; announce nothing
 * else.
 */
export function showToast({ tone, title, description, about }: ToastWords): void {
  manager.add({
    ...(about === undefined ? {} : { id: about }),
    title,
    description,
    data: { tone },
    timeout: tone === 'bad' ? 0 : 6_000,
    priority: tone === 'bad' ? 'high' : 'low',
  })
}

const GLYPHS = { good: CircleCheck, plain: Info, bad: CircleAlert } as const
const COLOURS = { good: 'text-good-fg', plain: 'text-fg-2', bad: 'text-bad-fg' } as const

export function Toasts({ children }: { readonly children: ReactNode }) {
  const layer = useLayer()
  return (
    <Toast.Provider toastManager={manager}>
      {children}
      <Toast.Portal container={layer}>
        <Toast.Viewport className="fixed right-6 bottom-6 z-50 flex w-[min(400px,calc(100vw-24px))] flex-col gap-2 max-tablet:inset-x-3 max-tablet:bottom-3 max-tablet:not-short:bottom-[184px] max-tablet:w-auto">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList() {
  const { toasts } = Toast.useToastManager<{ tone: ToastWords['tone'] }>()
  const { common } = useMessages()
  return toasts.map((toast) => {
    const tone = toast.data?.tone ?? 'plain'
    return (
      <Toast.Root
        key={toast.id}
        toast={toast}
        {...(tone === 'bad' ? HEARD_BESIDE : {})}
        className="animate-pop rounded-lg overlay transition-opacity data-ending-style:opacity-0 data-limited:hidden"
      >
        <Toast.Content className="flex items-start gap-2.5 py-2.5 pr-2 pl-3.5">
          <Icon of={GLYPHS[tone]} className={`mt-0.5 ${COLOURS[tone]}`} />
          <div className="min-w-0 flex-1 wrap-anywhere">
            <Toast.Title className="font-semibold" />
            <Toast.Description render={<div />} className="text-fg-2" />
          </div>
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
  })
}
