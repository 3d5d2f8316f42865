import { useEffect, useState } from 'react'
import { classNames } from '#components/ui/class-names.ts'
import { panelLook } from '#components/ui/panel.tsx'

/** Placeholder of a value. Give it a width, and a height where it is not a line of text. */
export function Skeleton({ className }: { readonly className: string }) {
  return (
    <span
      aria-hidden
      className={classNames(
        'inline-block max-w-full animate-skeleton rounded-[3px] bg-skeleton align-middle',
        /\b(h|size)-/.test(className) ? className : `h-2.5 ${className}`,
      )}
    />
  )
}

/** Milliseconds before a skeleton is shown; a shorter one would only flicker. */
const PATIENCE_MS = 300

/** Number of skeletons on screen. */
let said = 0

/** True once the wait is long enough to show; at once where another skeleton is replaced. */
export function useTakesLong(waiting: boolean): boolean {
  const [long, setLong] = useState(() => waiting && said > 0)
  useEffect(() => {
    if (!waiting) return
    let says = false
    const timer = setTimeout(() => {
      says = true
      said += 1
      setLong(true)
    }, PATIENCE_MS)
    return () => {
      clearTimeout(timer)
      if (says) said -= 1
      setLong(false)
    }
  }, [waiting])
  return waiting && long
}

const LINES = ['one', 'two', 'three', 'four', 'five', 'six']

/** A table that is still being read, shown once that takes long enough to notice. */
export function TableSkeleton({ title }: { readonly title: string }) {
  const long = useTakesLong(true)
  return (
    <div aria-busy="true" className={long ? '' : 'invisible'}>
      <h1 className="sr-only">{title}</h1>
      <Skeleton className="mb-3 h-8 w-80" />
      <div className={`${panelLook} grid gap-4 p-4`}>
        {LINES.map((line) => (
          <Skeleton key={line} className="w-full" />
        ))}
      </div>
    </div>
  )
}
