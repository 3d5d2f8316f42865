import { VerdictLegend } from '#components/machines/verdict-legend.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { useMessages } from '#components/ui/messages.tsx'

interface LegendDialogProps {
  readonly open: boolean
  readonly onClose: () => void
}

/** Meaning of the verdicts, over any page. */
export function LegendDialog({ open, onClose }: LegendDialogProps) {
  const { legend } = useMessages().board.verdict
  return (
    <Dialog open={open} onClose={onClose} title={legend.title}>
      <div className="px-5 pt-1 pb-5">
        <VerdictLegend onLeave={onClose} />
      </div>
    </Dialog>
  )
}
