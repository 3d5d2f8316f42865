import { VERDICT_COLOURS, VERDICT_ICONS } from '#components/machines/verdict-badge.tsx'
import { useReasonWords } from '#components/reason-line.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import type { Reason, WhyHeldBack } from '#lib/query/domain-types.ts'

interface HeldBackWordsProps {
  readonly why: WhyHeldBack
  readonly reason: Reason | null
}

/** One line: why a machine or request is not part of a bulk approval. */
export function HeldBackWords({ why, reason }: HeldBackWordsProps) {
  const { bulk, common } = useMessages()
  const texts = { ...common.verdicts, ...bulk.preflight.heldBack.why }
  const stops = why === 'suspicious' || why === 'refused'
  const { words, blanks } = useReasonWords(reason)
  return (
    <span className="text-fg-2">
      {stops && (
        <Icon
          of={VERDICT_ICONS[why]}
          size="small"
          className={`mr-1.5 inline ${VERDICT_COLOURS[why]}`}
        />
      )}
      <span className={stops ? `font-medium ${VERDICT_COLOURS[why]}` : ''}>{texts[why]}</span>
      {stops && words !== null && (
        <>
          {' · '}
          <Words text={words.short} blanks={blanks} />
        </>
      )}
    </span>
  )
}
