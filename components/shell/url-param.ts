import { useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useState } from 'react'

/**
 * One parameter of the address, so that a filter survives a reload; '' removes it. The value is
 * state of its own, because the router applies a change late and a field would lose letters.
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

/** A parameter that is one of these choices; the usual one is not in the address. */
export function useUrlChoice<Value extends string>(
  name: string,
  choices: readonly Value[],
  usual: Value,
): readonly [Value, (value: Value) => void] {
  const [text, set] = useUrlParam(name)
  const value = choices.find((known) => known === text) ?? usual
  return [value, useCallback((next: Value) => set(next === usual ? '' : next), [set, usual])]
}
