import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '#components/ui/class-names.ts'

interface IconProps {
  readonly of: LucideIcon
  /** `small` goes inside text: 14 px with a matching stroke. */
  readonly size?: 'small' | 'normal' | 'large'
  readonly className?: string | undefined
}

const SIZES = {
  small: { pixels: 14, stroke: 2 },
  normal: { pixels: 16, stroke: 1.75 },
  large: { pixels: 20, stroke: 1.75 },
} as const

/** Decoration only: the word stands beside it. */
export function Icon({ of: Glyph, size = 'normal', className }: IconProps) {
  const { pixels, stroke } = SIZES[size]
  return (
    <Glyph
      aria-hidden
      focusable="false"
      width={pixels}
      height={pixels}
      strokeWidth={stroke}
      className={classNames('flex-none', className)}
    />
  )
}

interface IconTextProps {
  /** Null for none now. */
  readonly of: LucideIcon | null
  readonly className?: string | undefined
  readonly title?: string | undefined
  readonly children: ReactNode
}

/** A few words with their icon before them, on one line. */
export function IconText({ of, className, title, children }: IconTextProps) {
  return (
    <span title={title} className={classNames('inline-flex items-center gap-1.5', className)}>
      {of !== null && <Icon of={of} size="small" />}
      {children}
    </span>
  )
}
