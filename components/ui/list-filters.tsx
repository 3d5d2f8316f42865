import type { ReactNode, RefObject } from 'react'
import { ChoiceMenu } from '#components/ui/choice-menu.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { ToggleGroup } from '#components/ui/toggle-group.tsx'

interface ListFiltersProps<Value extends string> {
  readonly words: { readonly filter: string; readonly clearFilter: string }
  /** Classes for the width of the field. */
  readonly width: string
  readonly text: readonly [string, (text: string) => void]
  readonly input: RefObject<HTMLInputElement | null>
  /** Name of the choice below. */
  readonly label: string
  readonly choice: readonly [Value, (value: Value) => void]
  readonly options: readonly Value[]
  readonly names: Readonly<Record<Value, string>>
  /** Number of rows for each value; null while unknown. */
  readonly counts: Readonly<Record<Value, number>> | null
  readonly children?: ReactNode
}

/** The filters above a list: a text, one counted choice, and what the page adds. */
export function ListFilters<Value extends string>(props: ListFiltersProps<Value>) {
  const { words, width, input, label, options, names, counts, children } = props
  const [text, onText] = props.text
  const [value, onChange] = props.choice
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2 print:hidden">
      <FilterField
        label={words.filter}
        clearLabel={words.clearFilter}
        value={text}
        onChange={onText}
        inputRef={input}
        className={width}
      />
      {/* Scrolls sideways where it is too long. On phones a menu has all choices in sight. */}
      <div className="pushed-aside max-tablet:hidden">
        <ToggleGroup
          label={label}
          value={value}
          onChange={onChange}
          options={options.map((option) => ({
            value: option,
            body: (
              <>
                {names[option]}
                <span className="text-fg-2 tabular-nums">{counts?.[option]}</span>
              </>
            ),
          }))}
        />
      </div>
      <div className="tablet:hidden">
        <ChoiceMenu
          label={label}
          value={value}
          onChange={onChange}
          options={options.map((option) => ({
            value: option,
            text: `${names[option]} ${counts?.[option] ?? ''}`,
          }))}
        />
      </div>
      {children}
    </div>
  )
}
