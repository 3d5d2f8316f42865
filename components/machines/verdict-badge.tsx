import { Ban, Shield, ShieldCheck, ShieldQuestionMark, TriangleAlert } from 'lucide-react'
import { usePartlyJudged } from '#components/machines/partly-judged.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { useMessages } from '#components/ui/messages.tsx'
import type { Verdict } from '#lib/csr/model.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import { shownVerdict } from '#lib/query/shown-verdict.ts'

type Shown = Verdict | 'partlyJudged'

export const VERDICT_ICONS = {
  verified: ShieldCheck,
  plausible: Shield,
  suspicious: TriangleAlert,
  refused: Ban,
  partlyJudged: ShieldQuestionMark,
} as const satisfies Record<Shown, unknown>

export const VERDICT_COLOURS = {
  verified: 'text-good-fg',
  plausible: 'text-fg-2',
  suspicious: 'text-bad-fg',
  refused: 'text-void-fg',
  partlyJudged: 'text-fg-2',
} as const satisfies Record<Shown, string>

const PILLS = {
  verified: 'border-good-edge bg-good-tint',
  plausible: 'border-line bg-sunken',
  suspicious: 'border-bad-edge bg-bad-tint',
  refused: 'border-void-edge bg-void-tint',
  partlyJudged: 'border-line bg-sunken',
} as const satisfies Record<Shown, string>

interface VerdictBadgeProps {
  readonly verdict: Verdict
  /** `auto`: only the two verdicts that stop an approval are drawn as a pill. */
  readonly pill?: 'auto' | 'always' | 'never'
  /** In lists the pill overhangs to the left, so that the icons are aligned. */
  readonly hanging?: boolean
}

/** A request's verdict now, as icon and word, never by colour alone. */
export function VerdictBadge({ verdict, ...look }: VerdictBadgeProps) {
  return <VerdictMark shown={shownVerdict(verdict, usePartlyJudged())} {...look} />
}

interface VerdictMarkProps extends Omit<VerdictBadgeProps, 'verdict'> {
  readonly shown: Shown
}

/** Shows `shown` as it is, without looking at lost sources: also for verdicts from the record. */
export function VerdictMark({ shown, pill = 'auto', hanging = false }: VerdictMarkProps) {
  const { common } = useMessages()
  const Glyph = VERDICT_ICONS[shown]
  const stops = shown !== 'partlyJudged' && isHeldBack(shown)
  const boxed = pill === 'always' || (pill === 'auto' && stops)
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1.5 align-top font-medium whitespace-nowrap',
        VERDICT_COLOURS[shown],
        boxed && 'rounded-full border pr-2 pl-1.5 text-xs',
        boxed && PILLS[shown],
        boxed && (hanging ? '-my-px -ml-[7px] h-5' : 'h-[22px]'),
      )}
    >
      <Glyph aria-hidden width={15} height={15} strokeWidth={1.75} className="flex-none" />
      {common.verdicts[shown]}
    </span>
  )
}
