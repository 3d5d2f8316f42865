import type { Run, Runs } from '#lib/query/run.ts'

/** What tabs say to each other about the run. The leader speaks of it, the others ask and order. */
export type RunMessage =
  | { readonly kind: 'runs'; readonly runs: Runs }
  | { readonly kind: 'runAsk' }
  | { readonly kind: 'runOrder'; readonly order: Order }

/** What a person asks of the run, in any tab; the leading one does it. */
export type Order =
  | { readonly do: 'start'; readonly run: Run }
  | { readonly do: 'pause' | 'resume' | 'stop' | 'dismiss' | 'takeUp' | 'discard' }

const KINDS: ReadonlySet<unknown> = new Set(['runs', 'runAsk', 'runOrder'])

export function isRunMessage(message: unknown): message is RunMessage {
  return (
    typeof message === 'object' && message !== null && 'kind' in message && KINDS.has(message.kind)
  )
}
