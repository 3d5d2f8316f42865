'use client'

import { Search, X } from 'lucide-react'
import { memo, type RefObject, useRef } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Field, fieldInput } from '#components/ui/field.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Kbd } from '#components/ui/kbd.tsx'

interface FilterFieldProps {
  readonly label: string
  readonly clearLabel: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly className?: string
  /** Ref for the shortcut that focuses it. */
  readonly inputRef?: RefObject<HTMLInputElement | null>
}

/** Filters the list below while a person types; Escape empties it. */
export const FilterField = memo(function FilterField(props: FilterFieldProps) {
  const { label, clearLabel, value, onChange, className } = props
  const own = useRef<HTMLInputElement>(null)
  const ref = props.inputRef ?? own
  return (
    <Field
      className={className ?? ''}
      icon={<Icon of={Search} />}
      end={
        value === '' ? (
          <Kbd>/</Kbd>
        ) : (
          <Button
            look="quiet"
            size="small"
            square
            aria-label={clearLabel}
            onClick={() => {
              onChange('')
              ref.current?.focus()
            }}
          >
            <Icon of={X} size="small" />
          </Button>
        )
      }
    >
      <input
        ref={ref}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          if (value === '') event.currentTarget.blur()
          else onChange('')
        }}
        autoComplete="off"
        spellCheck={false}
        className={`${fieldInput} [&::-webkit-search-cancel-button]:hidden`}
      />
    </Field>
  )
})
