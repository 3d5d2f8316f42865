import { Search, X } from 'lucide-react'
import { memo, type RefObject } from 'react'
import { Button } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { Kbd } from '#components/ui/kbd.tsx'

interface FilterFieldProps {
  readonly label: string
  readonly clearLabel: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly className: string
  /** Ref for the shortcut that focuses it. */
  readonly inputRef: RefObject<HTMLInputElement | null>
}

/**
 * Filters the list below while a person types. Escape empties it, but in the middle of a word of an
 * input method, where it belongs to that word.
 */
export const FilterField = memo(function FilterField(props: FilterFieldProps) {
  const { label, clearLabel, value, onChange, className, inputRef: ref } = props
  return (
    <div
      className={classNames(
        'screen-only inline-flex h-8 min-w-0 items-center gap-2 rounded-md border border-line-control bg-surface pr-1.5 pl-2.5 text-fg-3 focus-within:border-focus focus-within:ring-1 focus-within:ring-focus max-tablet:h-11',
        className,
      )}
    >
      <Icon of={Search} />
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
          // The browser would empty the field.
          if (event.nativeEvent.isComposing) event.preventDefault()
          else if (value === '') event.currentTarget.blur()
          else onChange('')
        }}
        autoComplete="off"
        spellCheck={false}
        className="h-full min-w-0 flex-1 border-0 bg-transparent text-fg outline-none focus-visible:outline-none [&::-webkit-search-cancel-button]:hidden"
      />
      {value === '' ? (
        <Kbd>/</Kbd>
      ) : (
        <Button
          icon={X}
          look="quiet"
          size="small"
          square
          aria-label={clearLabel}
          onClick={() => {
            onChange('')
            ref.current?.focus()
          }}
        ></Button>
      )}
    </div>
  )
})
