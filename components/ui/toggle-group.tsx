import { Toggle } from '@base-ui/react/toggle'
import { ToggleGroup as Base } from '@base-ui/react/toggle-group'
import type { ReactNode } from 'react'

interface ToggleGroupProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly options: readonly { readonly value: Value; readonly body: ReactNode }[]
}

/** A choice of one, side by side; on a phone a second line holds what the first has no room for. */
export function ToggleGroup<Value extends string>(props: ToggleGroupProps<Value>) {
  const { label, value, onChange, options } = props
  return (
    <Base
      aria-label={label}
      value={[value]}
      onValueChange={(next) => {
        const chosen = next.find((candidate) => candidate !== value) ?? next[0]
        if (chosen !== undefined) onChange(chosen)
      }}
      className="screen-only inline-flex h-8 max-w-full flex-none gap-0.5 rounded-md bg-segments p-0.5 max-tablet:h-auto max-tablet:flex-wrap"
    >
      {options.map((option) => (
        <Toggle
          key={option.value}
          value={option.value}
          className="reach inline-flex items-center gap-1.5 rounded-sm px-2.5 whitespace-nowrap text-fg-2 transition-colors data-pressed:bg-segment data-pressed:font-medium data-pressed:text-fg data-pressed:shadow-pop forced-colors:data-pressed:border-2 max-tablet:h-10 max-tablet:px-3"
        >
          {option.body}
        </Toggle>
      ))}
    </Base>
  )
}
