import { createContext, use } from 'react'

/** The ⌘K palette, the list of keys, the meaning of the verdicts. */
export type Over = 'search' | 'keys' | 'verdicts'

type OpenPalette = (what: Over) => void

export const PaletteContext = createContext<OpenPalette>(() => {})

export function usePalette(): OpenPalette {
  return use(PaletteContext)
}
