import { Check, ChevronDown, type LucideIcon } from 'lucide-react'
import { Button } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Menu, MenuItem } from '#components/ui/menu.tsx'

interface Option<Value extends string> {
  readonly value: Value
  readonly text: string
  /** Language of the text, where it is not the page's. */
  readonly lang?: string
}

interface ChoiceMenuProps<Value extends string> {
  readonly label: string
  readonly icon?: LucideIcon
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly options: readonly Option<Value>[]
}

/** A menu for one choice; its button shows the choice: "Signer: any". */
export function ChoiceMenu<Value extends string>(props: ChoiceMenuProps<Value>) {
  const { label, icon, value, onChange, options } = props
  const chosen = options.find((option) => option.value === value)
  return (
    <Menu
      align="start"
      trigger={
        <Button icon={icon} className="max-w-full shrink max-tablet:h-11">
          <span className="truncate">
            {label}: {chosen?.text ?? value}
          </span>
          <Icon of={ChevronDown} size="small" />
        </Button>
      }
    >
      <ChoiceItems value={value} onChange={onChange} options={options} />
    </Menu>
  )
}

type ChoiceItemsProps<Value extends string> = Pick<
  ChoiceMenuProps<Value>,
  'value' | 'onChange' | 'options'
>

/** One choice among the items of a menu. */
export function ChoiceItems<Value extends string>(props: ChoiceItemsProps<Value>) {
  const { value, onChange, options } = props
  return options.map((option) => (
    <MenuItem key={option.value} onSelect={() => onChange(option.value)}>
      <span
        lang={option.lang}
        className="flex items-center gap-2"
        aria-current={option.value === value}
      >
        <Icon of={Check} size="small" className={option.value === value ? '' : 'invisible'} />
        {option.text}
      </span>
    </MenuItem>
  ))
}
