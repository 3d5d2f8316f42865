import { age } from '#lib/csr/machine/human-duration.ts'
import { useAtNow } from '#lib/query/live.ts'

interface AgeProps {
  /** RFC 3339. */
  readonly of: string
}

/** kubectl's AGE column. It updates by itself, without its row. */
export function Age({ of }: AgeProps) {
  return useAtNow((now) => age(of, now))
}
