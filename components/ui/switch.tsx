interface SwitchProps {
  /** Accessible name. */
  readonly label: string
  readonly checked: boolean
  readonly disabled: boolean
  readonly onChange: (checked: boolean) => void
  /** Id of the words that explain the switch, or why it is off. */
  readonly describedBy: string
}

/** A choice between on and off that acts at once: the browser's own checkbox, drawn as a switch. */
export function Switch({ label, checked, disabled, onChange, describedBy }: SwitchProps) {
  return (
    <input
      type="checkbox"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      aria-describedby={describedBy}
      checked={checked}
      disabled={disabled}
      onChange={(event) => onChange(event.target.checked)}
      className="relative m-0 h-[18px] w-8 flex-none cursor-pointer appearance-none rounded-full border-[1.5px] border-line-control bg-surface transition-colors before:absolute before:-inset-3 before:content-[''] after:absolute after:top-1/2 after:left-[3px] after:size-2.5 after:-translate-y-1/2 after:rounded-full after:bg-fg-3 after:transition-transform after:content-[''] checked:border-accent checked:bg-accent checked:after:translate-x-3.5 checked:after:bg-on-accent disabled:cursor-not-allowed disabled:border-dashed forced-colors:after:bg-[CanvasText]"
    />
  )
}
