import { type ReactNode, useState } from 'react'
import { KeySheet } from '#components/palette/key-sheet.tsx'
import { LegendDialog } from '#components/palette/legend-dialog.tsx'
import { type Over, PaletteContext } from '#components/palette/palette-context.ts'
import { SearchDialog } from '#components/palette/search-dialog.tsx'

/** Dialogs that open over any page. */
export function Palette({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<Over | null>(null)
  const close = () => setShown(null)
  return (
    <PaletteContext value={setShown}>
      {children}
      <SearchDialog open={shown === 'search'} onClose={close} />
      <KeySheet open={shown === 'keys'} onClose={close} />
      <LegendDialog open={shown === 'verdicts'} onClose={close} />
    </PaletteContext>
  )
}
