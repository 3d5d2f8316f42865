'use client'

import { useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

/**
 * One parameter of the address, so that a filtered list can be linked to and survives a reload.
 * '' is written as no parameter at all. Going back leaves the page, not the last letter typed.
 */
export function useUrlParam(name: string): readonly [string, (value: string) => void] {
  const params = useSearchParams()
  const set = useCallback(
    (value: string) => {
      const next = new URLSearchParams(window.location.search)
      if (value === '') next.delete(name)
      else next.set(name, value)
      const query = next.toString()
      window.history.replaceState(null, '', `${window.location.pathname}${query && `?${query}`}`)
    },
    [name],
  )
  return [params.get(name) ?? '', set]
}
