import { type ReactNode, useState } from 'react'
import { KeySheet } from '#components/palette/key-sheet.tsx'
import { PaletteContext } from '#components/palette/palette-context.ts'
import { SearchDialog } from '#components/palette/search-dialog.tsx'

/** The two things that open over any page. */
export function Palette({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<'search' | 'keys' | null>(null)
  const close = () => setShown(null)
  return (
    <PaletteContext value={setShown}>
      {children}
      <SearchDialog open={shown === 'search'} onClose={close} />
      <KeySheet open={shown === 'keys'} onClose={close} />
    </PaletteContext>
  )
}
