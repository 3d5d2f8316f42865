'use client'

import { useCallback } from 'react'
import { readFlag, writeFlag } from '#components/shell/local-flag.ts'

const FLAG = 'countersign.theme'

/** Turns light into dark and back, and keeps it (public/theme.js reads it before the next paint). */
export function useToggleTheme(): () => void {
  return useCallback(() => {
    const root = document.documentElement
    const chosen = root.dataset.theme
    const dark =
      chosen === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark'
    const next = dark ? 'light' : 'dark'
    root.dataset.theme = next
    writeFlag(FLAG, next)
  }, [])
}

/** The one that was chosen, as public/theme.js shows it at first. */
export function showTheme(): void {
  const chosen = readFlag(FLAG)
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
}
