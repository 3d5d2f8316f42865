import type { Run, RunsTold } from '#lib/query/run.ts'

/** What tabs say to each other about the run. The leader speaks of it, the others ask and order. */
export type RunMessage =
  | { readonly kind: 'runs'; readonly runs: RunsTold }
  | { readonly kind: 'runAsk' }
  | { readonly kind: 'runOrder'; readonly order: Order }

/**
 * What a person asks of a run, in any tab; the leading one does it. `askedAt` is by the browser's own clock,
 * which all its tabs have.
 */
export type Order = (
  | { readonly do: 'start'; readonly run: Run }
  | { readonly do: OrderOfOne; readonly run: Run['id'] }
) & { readonly askedAt: number }

export type OrderOfOne = 'pause' | 'resume' | 'stop' | 'dismiss' | 'takeUp' | 'discard'

const KINDS: ReadonlySet<unknown> = new Set(['runs', 'runAsk', 'runOrder'])

export function isRunMessage(message: unknown): message is RunMessage {
  return (
    typeof message === 'object' && message !== null && 'kind' in message && KINDS.has(message.kind)
  )
}
