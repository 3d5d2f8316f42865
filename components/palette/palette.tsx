'use client'

import { createContext, type ReactNode, use, useMemo, useState } from 'react'
import { KeySheet } from '#components/palette/key-sheet.tsx'
import { SearchDialog } from '#components/palette/search-dialog.tsx'

interface PaletteContext {
  /** `search`: the ⌘K palette; `keys`: the list of keys. */
  readonly open: (what: 'search' | 'keys') => void
}

const Context = createContext<PaletteContext>({ open: () => {} })

export function usePalette(): PaletteContext {
  return use(Context)
}

export function Palette({ children }: { readonly children: ReactNode }) {
  const [shown, setShown] = useState<'search' | 'keys' | null>(null)
  const close = () => setShown(null)
  return (
    <Context value={useMemo(() => ({ open: setShown }), [])}>
      {children}
      <SearchDialog open={shown === 'search'} onClose={close} />
      <KeySheet open={shown === 'keys'} onClose={close} />
    </Context>
  )
}
