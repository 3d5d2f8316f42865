import type { LucideIcon } from 'lucide-react'
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
