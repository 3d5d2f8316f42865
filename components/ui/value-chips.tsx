import { Chip } from '#components/ui/chip.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'

interface ValueChipsProps {
  readonly values: readonly string[]
  /** More values than this are counted, not drawn. */
  readonly most: number
  readonly none: string
  readonly odd?: readonly string[]
}

/** The cluster's values as chips; a stranger may have sent ten thousand of them. */
export function ValueChips({ values, most, none, odd = [] }: ValueChipsProps) {
  if (values.length === 0) return <span className="text-fg-3">{none}</span>
  return (
    <>
      {values.slice(0, most).map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same value may stand there twice
        <Chip key={index} tone={odd.includes(value) ? 'bad' : 'plain'}>
          <ClusterText text={value} />
        </Chip>
      ))}
      {values.length > most && <span className="text-fg-3">+{values.length - most}</span>}
    </>
  )
}
