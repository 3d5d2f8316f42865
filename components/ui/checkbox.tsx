import { Check, Minus } from 'lucide-react'
import { type ComponentPropsWithRef, useCallback } from 'react'
import { classNames } from '#components/ui/class-names.ts'

interface CheckboxProps extends Omit<ComponentPropsWithRef<'input'>, 'type' | 'ref'> {
  /** True when some rows are ticked, and not all. */
  readonly mixed?: boolean | undefined
}

/**
 * The browser's own checkbox in our style: 16 px, with a target of 36 px, or 44 px for fingers.
 * Name it with `aria-label`.
 */
export function Checkbox({ mixed = false, className, ...rest }: CheckboxProps) {
  const setMixed = useCallback(
    (input: HTMLInputElement | null) => {
      if (input !== null) input.indeterminate = mixed
    },
    [mixed],
  )
  const Mark = mixed ? Minus : Check
  return (
    <span
      className={classNames(
        'screen-only relative inline-grid size-4 flex-none place-items-center',
        className,
      )}
    >
      <input
        {...rest}
        ref={setMixed}
        type="checkbox"
        className="peer m-0 size-4 cursor-pointer appearance-none rounded-sm border-[1.5px] border-line-control bg-surface transition-colors before:absolute before:-inset-2.5 before:content-[''] pointer-coarse:before:-inset-3.5 checked:border-accent checked:bg-accent indeterminate:border-accent indeterminate:bg-accent hover:not-checked:not-indeterminate:not-disabled:border-fg-2 focus-visible:outline-offset-1 disabled:cursor-not-allowed disabled:border-dashed disabled:border-line disabled:bg-sunken"
      />
      <Mark
        aria-hidden
        width={12}
        height={12}
        strokeWidth={3}
        className="pointer-events-none absolute text-on-accent opacity-0 forced-colors:text-[CanvasText] peer-checked:opacity-100 peer-indeterminate:opacity-100 peer-disabled:opacity-0"
      />
    </span>
  )
}
