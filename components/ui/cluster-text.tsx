import { classNames } from '#components/ui/class-names.ts'
import { hasInvisible, visible } from '#lib/csr/escape.ts'

interface ClusterTextProps {
  /** As the cluster has it. */
  readonly text: string
  /** `start` only where the telling part is at the end and the beginning is a known one. */
  readonly truncate?: 'end' | 'start' | 'none'
  /** `sans` inside a sentence. */
  readonly face?: 'mono' | 'sans' | undefined
  readonly className?: string | undefined
}

/** What a box of ordinary width may cut off; below it there is nothing more to show on hover. */
const MAY_BE_CUT = 18

/**
 * Text from the cluster, which is a stranger's: isolated, never HTML, invisible and reordering
 * characters drawn as escapes, one line, the full value on hover and on focus of what it stands in.
 */
export function ClusterText(props: ClusterTextProps) {
  const { text, truncate = 'end', face = 'mono', className } = props
  const shown = visible(text)
  const line = (
    <bdi
      className={classNames(
        face === 'mono' && 'mono',
        truncate === 'none' ? 'wrap-anywhere' : 'one-line',
        truncate === 'start' && 'text-left [direction:rtl]',
        className,
      )}
    >
      {truncate === 'start' ? <bdi dir="ltr">{marked(shown, text)}</bdi> : marked(shown, text)}
    </bdi>
  )
  if (truncate === 'none' || shown.length < MAY_BE_CUT) return line
  return (
    <span data-full={shown} className="inline-flex max-w-full min-w-0">
      {line}
    </span>
  )
}

const ESCAPE = /(\\u[0-9a-f]{4}|\\u\{[0-9a-f]+\})/

/** Escapes stand out, so that nobody takes them for letters of the name. */
function marked(shown: string, text: string) {
  if (!hasInvisible(text)) return shown
  return shown.split(ESCAPE).map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <span key={index} className="rounded-[3px] bg-void-tint px-[3px] text-void-fg">
        {part}
      </span>
    ) : (
      part
    ),
  )
}
