'use client'

import { useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useState } from 'react'

/**
 * One parameter of the address, so that a filtered list can be linked to and survives a reload.
 * '' is written as no parameter at all. Going back leaves the page, not the last letter typed.
 *
 * The router hears of a change late, in a transition; a field that waited for it would lose
 * letters. So the value is kept here, and the address itself is asked when the router speaks.
 */
export function useUrlParam(name: string): readonly [string, (value: string) => void] {
  const params = useSearchParams()
  const [value, setValue] = useState(params.get(name) ?? '')

  // biome-ignore lint/correctness/useExhaustiveDependencies: the router's change is only the sign to look
  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- the address is outside React
    setValue(new URLSearchParams(window.location.search).get(name) ?? '')
  }, [params, name])

  const set = useCallback(
    (next: string) => {
      setValue(next)
      const query = new URLSearchParams(window.location.search)
      if (next === '') query.delete(name)
      else query.set(name, next)
      const search = query.toString()
      window.history.replaceState(null, '', `${window.location.pathname}${search && `?${search}`}`)
    },
    [name],
  )
  return [value, set]
}
