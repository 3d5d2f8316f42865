import { BulkDialog, RunDialog } from '#components/bulk/bulk-dialog.tsx'
import { ConfirmDialog } from '#components/decide/confirm-dialog.tsx'
import type { ToConfirm } from '#components/decide/confirmation.ts'
import { DenyDialog } from '#components/decide/deny-dialog.tsx'
import type { Target } from '#components/decide/target.ts'
import type { PlanBody } from '#lib/query/domain-types.ts'

/** The open dialog, and its subject as it was on screen when the dialog opened. */
export type DecideDialogState =
  | ({ readonly kind: 'confirm' } & Omit<ToConfirm, 'onClose'>)
  | { readonly kind: 'deny'; readonly targets: readonly Target[] }
  | { readonly kind: 'bulk'; readonly selection: PlanBody['selection'] }
  /** Null for the runs in the top bar. */
  | { readonly kind: 'run'; readonly id: string | null }

interface DecideDialogProps {
  readonly dialog: DecideDialogState | null
  readonly onClose: () => void
  /** Replaces this dialog by the denial of these targets. */
  readonly onDeny: (targets: readonly Target[]) => void
}

/** Renders the dialog for this state. */
export function DecideDialog({ dialog, onClose, onDeny }: DecideDialogProps) {
  if (dialog === null) return null
  switch (dialog.kind) {
    case 'confirm':
      return <ConfirmDialog {...dialog} onClose={onClose} />
    case 'deny':
      return <DenyDialog targets={dialog.targets} onClose={onClose} />
    case 'bulk':
      return <BulkDialog selection={dialog.selection} onClose={onClose} onDeny={onDeny} />
    case 'run':
      return <RunDialog id={dialog.id} onClose={onClose} onDeny={onDeny} />
  }
}
