import type { ComponentProps, ReactNode } from 'react'
import { Button, type OffReason } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { useMessages } from '#components/ui/messages.tsx'

interface ActDialogProps extends Omit<ComponentProps<typeof Dialog>, 'open' | 'footer'> {
  readonly look: 'primary' | 'danger'
  /** Words of the button that acts. */
  readonly label: ReactNode
  /** Reason that it is disabled. */
  readonly off?: OffReason | null
  readonly onAct: () => void
  /** Null until the act is sent. */
  readonly sent: ActSent | null
}

interface ActSent {
  readonly label: string
  /** Words before the buttons; by default, that closing the dialog does not stop the act. */
  readonly note?: ReactNode
  /** Button that replaces Close, for an act that can be stopped. */
  readonly stop?: ReactNode
}

/** A dialog with one act, which a person starts or cancels. */
export function ActDialog({ look, label, off, onAct, sent, note, ...dialog }: ActDialogProps) {
  const { decide, common } = useMessages()
  return (
    <Dialog
      open
      {...dialog}
      note={sent === null ? note : (sent.note ?? decide.sent)}
      footer={
        <>
          {sent?.stop ?? (
            <Button onClick={dialog.onClose}>{sent === null ? common.cancel : common.close}</Button>
          )}
          <Button look={look} off={off} busy={sent !== null} onClick={onAct}>
            {sent === null ? label : sent.label}
          </Button>
        </>
      }
    />
  )
}
