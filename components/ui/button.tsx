import type { LucideIcon } from 'lucide-react'
import Link from 'next/link'
import { type ComponentPropsWithRef, type ReactNode, useId } from 'react'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { isHeldKey, isSecondPress } from '#components/ui/second-press.ts'
import { Tip } from '#components/ui/tooltip.tsx'

export type ButtonLook = 'plain' | 'primary' | 'danger' | 'deny' | 'quiet'
export type ButtonSize = 'small' | 'normal' | 'large'

interface Looks {
  readonly look?: ButtonLook | undefined
  readonly size?: ButtonSize | undefined
  /** A square for one icon; give it an `aria-label`. */
  readonly square?: boolean | undefined
}

export interface ButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'disabled'>, Looks {
  /** Drawn small before the words. */
  readonly icon?: LucideIcon | undefined
  /**
   * Reason that the button is disabled. The button stays focusable and shows the reason
   * (`aria-disabled`, `aria-describedby`, a tooltip).
   */
  readonly off?: OffReason | null | undefined
  /**
   * The button's action, or another one, is under way. No reason is shown. The element stays and
   * keeps the focus.
   */
  readonly busy?: boolean | undefined
}

export interface OffReason {
  /** One or two sentences, for screen readers. */
  readonly text: string
  /** The tooltip's content instead of the text: a rule, a command. */
  readonly more?: ReactNode
}

const LOOKS: Record<ButtonLook, string> = {
  plain:
    'border-control-edge bg-control text-fg shadow-pop hover:border-line-control hover:bg-control-hover',
  primary: 'border-transparent bg-accent text-on-accent shadow-pop hover:bg-accent-hover',
  danger: 'border-transparent bg-bad-solid text-on-accent shadow-pop hover:brightness-93',
  deny: 'border-control-edge bg-control text-bad-fg shadow-pop hover:border-line-control hover:bg-control-hover',
  quiet: 'border-transparent bg-transparent text-fg-2 hover:bg-sunken hover:text-fg',
}

const OFF: Record<'quiet' | 'other', string> = {
  quiet: 'border-transparent bg-transparent text-fg-3 cursor-not-allowed',
  other: 'border-line bg-sunken text-fg-3 cursor-not-allowed',
}

const SIZES: Record<ButtonSize, { readonly wide: string; readonly square: string }> = {
  small: { wide: 'h-7 px-2.5', square: 'h-7 w-7' },
  normal: { wide: 'h-8 px-3', square: 'h-8 w-8' },
  large: { wide: 'h-9 px-3.5 max-tablet:h-11 max-tablet:text-md', square: 'h-9 w-9' },
}

function look(props: Looks, off: boolean): string {
  const { look: name = 'plain', size = 'normal', square = false } = props
  return classNames(
    'reach screen-only inline-flex flex-none items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors',
    off ? OFF[name === 'quiet' ? 'quiet' : 'other'] : LOOKS[name],
    SIZES[size][square ? 'square' : 'wide'],
  )
}

/** A button that acts once, also on a double click or a held key. */
export function Button(props: ButtonProps) {
  const {
    look: name,
    size,
    square,
    off,
    busy = false,
    className,
    onClick,
    onKeyDown,
    icon,
    children,
    ...rest
  } = props
  const reasonId = useId()
  const isOff = off !== null && off !== undefined
  const isStopped = isOff || busy
  const button = (
    <button
      type="button"
      {...rest}
      className={classNames(look({ look: name, size, square }, isStopped), className)}
      data-primary={name === 'primary' || name === 'danger' || undefined}
      onClick={(event) => {
        if (isSecondPress(event) || isStopped) event.preventDefault()
        else onClick?.(event)
      }}
      onKeyDown={(event) => {
        if (isHeldKey(event)) event.preventDefault()
        else onKeyDown?.(event)
      }}
      {...(isStopped ? { 'aria-disabled': true } : {})}
      {...(isOff ? { 'aria-describedby': reasonId } : {})}
    >
      {icon !== undefined && <Icon of={icon} size="small" />}
      {children}
    </button>
  )
  if (!isOff) return button
  return (
    <>
      <Tip content={off.more ?? off.text}>{button}</Tip>
      <span id={reasonId} hidden>
        {off.text}
      </span>
    </>
  )
}

interface LinkButtonProps extends ComponentPropsWithRef<typeof Link>, Looks {}

/** A link that looks like a button. */
export function LinkButton(props: LinkButtonProps) {
  const { look: name, size, square, className, ...rest } = props
  return (
    <Link {...rest} className={classNames(look({ look: name, size, square }, false), className)} />
  )
}

interface SiteLinkProps extends ComponentPropsWithRef<'a'>, Looks {}

/** A link that looks like a button and leads out of the app: the browser loads the address. */
export function SiteLinkButton({ look: name, size, square, className, ...rest }: SiteLinkProps) {
  return (
    <a {...rest} className={classNames(look({ look: name, size, square }, false), className)} />
  )
}
