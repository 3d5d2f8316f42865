import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { hasInvisible } from '#lib/csr/escape.ts'

interface NodeNameProps {
  readonly name: string
  readonly truncate?: 'end' | 'none'
  readonly className?: string | undefined
}

/** Characters from which a box of ordinary width may cut off the name. */
const MAY_BE_CUT = 16

/** A node's name: the first label is what people call it, the domain only where it stands. */
export function NodeName({ name, truncate = 'end', className }: NodeNameProps) {
  if (hasInvisible(name))
    return <ClusterText text={name} truncate={truncate} className={className} />
  const dot = name.indexOf('.')
  const label = dot > 0 ? name.slice(0, dot) : name
  const line = (
    <bdi
      className={classNames(
        'mono font-medium',
        truncate === 'none' ? 'wrap-anywhere' : 'one-line',
        className,
      )}
    >
      {label}
      {dot > 0 && <span className="font-normal text-fg-3">{name.slice(dot)}</span>}
    </bdi>
  )
  if (truncate === 'none' || name.length < MAY_BE_CUT) return line
  return (
    <span data-full={name} className="inline-flex max-w-full min-w-0">
      {line}
    </span>
  )
}
