import type { ReactNode } from 'react'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'

/** Names and values, one pair below the other. */
export function Facts({
  children,
  wide = false,
}: {
  readonly children: ReactNode
  readonly wide?: boolean
}) {
  return (
    <dl
      className={classNames(
        'grid gap-x-2.5 gap-y-[7px] px-4 py-3.5',
        wide
          ? 'grid-cols-[132px_minmax(0,1fr)] max-tablet:grid-cols-1 max-tablet:gap-y-0.5'
          : 'grid-cols-[98px_minmax(0,1fr)] ja:grid-cols-[118px_minmax(0,1fr)] tablet:grid-cols-[92px_minmax(0,1fr)] tablet:[&_.mono]:text-[12px]',
      )}
    >
      {children}
    </dl>
  )
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-fg-3">{name}</dt>
      <dd className="flex min-w-0 flex-wrap items-center gap-x-1.5 gap-y-1 max-tablet:mb-1.5">
        {children}
      </dd>
    </>
  )
}

/** A text from the cluster, in full. */
export function TextFact({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <Fact name={name}>
      <ClusterText text={text} truncate="none" />
    </Fact>
  )
}
