import { type ReactNode, useState } from 'react'
import { VerdictLegend } from '#components/machines/verdict-legend.tsx'
import { KeySheet } from '#components/palette/key-sheet.tsx'
import { type Over, PaletteContext } from '#components/palette/palette-context.ts'
import { SearchDialog } from '#components/palette/search-dialog.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { useMessages } from '#components/ui/messages.tsx'

/** Dialogs that open over any page. */
export function Palette({ children }: { readonly children: ReactNode }) {
  const { legend } = useMessages().board.verdict
  const [shown, setShown] = useState<Over | null>(null)
  const close = () => setShown(null)
  return (
    <PaletteContext value={setShown}>
      {children}
      <SearchDialog open={shown === 'search'} onClose={close} />
      <KeySheet open={shown === 'keys'} onClose={close} />
      <Dialog open={shown === 'verdicts'} onClose={close} title={legend.title}>
        <div className="px-5 pt-1 pb-5">
          <VerdictLegend onLeave={close} />
        </div>
      </Dialog>
    </PaletteContext>
  )
}
