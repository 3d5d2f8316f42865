import { createContext, use } from 'react'

/** Opens the ⌘K palette, or the list of keys. */
type OpenPalette = (what: 'search' | 'keys') => void

export const PaletteContext = createContext<OpenPalette>(() => {})

export function usePalette(): OpenPalette {
  return use(PaletteContext)
}
