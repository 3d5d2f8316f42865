'use client'

import { useCallback } from 'react'
import { writeFlag } from '#components/shell/local-flag.ts'

/** Turns light into dark and back, and keeps it (public/theme.js reads it before the next paint). */
export function useToggleTheme(): () => void {
  return useCallback(() => {
    const root = document.documentElement
    const chosen = root.dataset.theme
    const dark =
      chosen === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark'
    const next = dark ? 'light' : 'dark'
    root.dataset.theme = next
    writeFlag('countersign.theme', next)
  }, [])
}
