import { ToggleGroup } from '#components/ui/toggle-group.tsx'

interface CountedGroupProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly options: readonly Value[]
  readonly names: Readonly<Record<Value, string>>
  /** Number of rows for each value; null while unknown. */
  readonly counts: Readonly<Record<Value, number>> | null
}

/** A choice of one filter, each with its count; scrolls sideways where it is too long. */
export function CountedGroup<Value extends string>(props: CountedGroupProps<Value>) {
  const { label, value, onChange, options, names, counts } = props
  return (
    <div className="pushed-aside">
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
  )
}
