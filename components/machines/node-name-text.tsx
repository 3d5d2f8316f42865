import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { hasInvisible } from '#lib/csr/escape.ts'

interface NodeNameProps {
  readonly name: string
  readonly truncate?: 'end' | 'none'
  readonly className?: string | undefined
}

/** Length from which a box of ordinary width may cut off the name. */
const MAY_BE_CUT = 16

/** A node's name: its first label is emphasized, and its domain is shown where there is room. */
export function NodeName({ name, truncate = 'end', className }: NodeNameProps) {
  if (hasInvisible(name))
    return <ClusterText text={name} truncate={truncate} className={className} />
  const dot = name.indexOf('.')
  const label = dot > 0 ? name.slice(0, dot) : name
  const words = (part: string) => (truncate === 'none' ? <Labels of={part} /> : part)
  const line = (
    <bdi
      className={classNames(
        'mono font-medium',
        truncate === 'none' ? 'kept-whole' : 'one-line',
        className,
      )}
    >
      {words(label)}
      {dot > 0 && <span className="font-normal text-fg-3">{words(name.slice(dot))}</span>}
    </bdi>
  )
  if (truncate === 'none' || name.length < MAY_BE_CUT) return line
  return (
    <span data-full={name} className="inline-flex max-w-full min-w-0">
      {line}
    </span>
  )
}

/**
 * Breaks a name that is wider than its line before a dot, and not at the hyphen of a label that
 * fits.
 */
function Labels({ of }: { readonly of: string }) {
  return of.split(/(?=\.)/).map((label, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the labels of one name never move
    <span key={index} className="kept-whole">
      {label}
    </span>
  ))
}
