import { classNames } from '#components/ui/class-names.ts'
import { hasInvisible, visible } from '#lib/csr/escape.ts'

interface ClusterTextProps {
  /** The cluster's value, unescaped. */
  readonly text: string
  /**
   * `middle` where both ends identify the value: a stranger could imitate either. `lines` is the
   * same over two lines, where one is too short for it.
   */
  readonly truncate?: 'end' | 'middle' | 'lines' | 'none'
  /** `sans` for text inside a sentence. */
  readonly face?: 'mono' | 'sans' | undefined
  readonly className?: string | undefined
}

/** Characters that the narrowest box shows; a shorter text needs no full value on hover. */
const MAY_BE_CUT = 12
/** Characters that a box of ordinary width shows; a shorter text is cut at its end, if at all. */
const HAS_TWO_ENDS = 18
/** Characters at the end that `middle` never cuts, as many as `-client-kubelet` has. */
const KEPT_AT_END = 15

/**
 * Text from the cluster, possibly a stranger's: isolated, never HTML, on one line. Invisible and
 * reordering characters are drawn as escapes; hover or focus shows the full value.
 */
export function ClusterText(props: ClusterTextProps) {
  const { text, truncate = 'end', face = 'mono', className } = props
  const shown = visible(text)
  const both = shown.length < HAS_TWO_ENDS ? undefined : BOTH_ENDS[truncate]
  const line = (
    <bdi
      className={classNames(
        face === 'mono' && 'mono',
        truncate === 'none' ? wrapLook(text) : (both?.look ?? 'one-line'),
        className,
      )}
    >
      {both === undefined ? marked(shown, text) : <BothEnds {...both} shown={shown} text={text} />}
    </bdi>
  )
  if (truncate === 'none' || shown.length < MAY_BE_CUT) return line
  return (
    <span data-full={shown} className="inline-flex max-w-full min-w-0">
      {line}
    </span>
  )
}

/** A text of one word is broken only where it is wider than its line; a sentence wraps as usual. */
function wrapLook(text: string): string {
  return /\s/.test(text) ? 'wrap-anywhere' : 'kept-whole'
}

interface Ends {
  /** Classes of the whole, of its start, and of its end. */
  readonly look: string
  readonly start: string
  readonly end: string
  /** Index where the end begins. */
  readonly cutAt: (shown: string) => number
}

/** Both parts of each are inline, so that a copy is one word. */
const BOTH_ENDS: Readonly<Record<string, Ends>> = {
  /**
   * The end gets its width first, the start the rest: as wide as what the start leaves for it, so
   * that nothing is cut where both fit.
   */
  middle: {
    look: 'one-line',
    start: 'max-w-[max(4ch,calc(100%-16ch))]',
    end: 'inline-block min-w-[16ch]',
    cutAt: endOf,
  },
  /** The end is on the second line where both are wider than the first; too long, it loses its start. */
  lines: {
    look: 'min-w-0 overflow-hidden whitespace-normal',
    start: 'max-w-full',
    end: 'inline-flex max-w-full justify-end overflow-hidden',
    cutAt: seamOf,
  },
}

interface BothEndsProps extends Omit<Ends, 'look'> {
  readonly shown: string
  readonly text: string
}

function BothEnds({ shown, text, start, end, cutAt }: BothEndsProps) {
  const at = cutAt(shown)
  return (
    <>
      <span
        data-cut
        className={classNames('one-line inline-block align-bottom whitespace-pre', start)}
      >
        {marked(shown.slice(0, at), text)}
      </span>
      <span className={classNames(end, 'align-bottom whitespace-pre')}>
        {marked(shown.slice(at), text)}
      </span>
    </>
  )
}

/** Index where the kept end begins, never inside a character or an escape. */
function endOf(shown: string): number {
  const parts = shown.match(UNCUT) ?? []
  let length = 0
  while (length < KEPT_AT_END && parts.length > 1) length += parts.pop()?.length ?? 0
  return shown.length - length
}

/** Index of the first seam after the middle, so that the start is never the shorter part. */
function seamOf(shown: string): number {
  const parts = shown.match(UNCUT) ?? []
  let at = 0
  for (const part of parts) {
    if (at * 2 >= shown.length && (SEAM.test(shown.charAt(at - 1)) || at * 3 >= shown.length * 2)) {
      break
    }
    at += part.length
  }
  return at
}

/** Characters that a name is broken after. */
const SEAM = /[-:./@]/

/** An escape, or a letter with its combining marks. */
const UNCUT = /\\u[0-9a-f]{4}|\\u\{[0-9a-f]+\}|[\s\S]\p{M}*/gu

const ESCAPE = /(\\u[0-9a-f]{4}|\\u\{[0-9a-f]+\})/

/** Highlights escapes, so that they are not taken for letters of the name. */
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
