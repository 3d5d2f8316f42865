import { createContext, use } from 'react'

export interface PaletteContext {
  /** `search`: the ⌘K palette; `keys`: the list of keys. */
  readonly open: (what: 'search' | 'keys') => void
}

export const PaletteProvider = createContext<PaletteContext>({ open: () => {} })

export function usePalette(): PaletteContext {
  return use(PaletteProvider)
}
