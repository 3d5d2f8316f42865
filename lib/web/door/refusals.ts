import { MINUTE_MS } from '#lib/csr/units-of-time.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import type { ProblemCode } from '#lib/refusals/problem.ts'
import type { GateRequest } from '#lib/web/door/gate.ts'
import { routeOf } from '#lib/web/door/route-table.ts'

export type Refusals = ReturnType<typeof createRefusals>

/** Most log lines a minute; further refusals are summed up at the minute's end. */
export const LINES_A_MINUTE = 20
/**
 * Refusals without a line of their own, because a signed-in person can cause any number of them.
 */
const SUMMED_UP: ReadonlySet<ProblemCode> = new Set(['noAccess', 'rightsUnknown', 'tooManyCalls'])
/** Longest logged text of an unauthenticated sender, in characters. */
const MOST_SHOWN = 100

/**
 * Counts refusals and logs them up to the limit. Only known routes are logged: the path of a badly
 * copied link may contain the launch key.
 */
export function createRefusals({
  clock,
  count,
  log,
}: {
  readonly clock: Clock
  readonly count: (code: ProblemCode) => void
  readonly log: (entry: Readonly<Record<string, unknown>>) => void
}) {
  let lines = 0
  const unlogged = new Map<ProblemCode, number>()

  function endMinute(): void {
    if (unlogged.size > 0) log({ event: 'refusedMore', counts: Object.fromEntries(unlogged) })
    unlogged.clear()
    lines = 0
  }

  return {
    /** Counts a request that the gate has refused. */
    add(code: ProblemCode, request: GateRequest): void {
      count(code)
      if (lines === 0 && unlogged.size === 0) clock.after(MINUTE_MS, endMinute)
      if (lines >= LINES_A_MINUTE || SUMMED_UP.has(code)) {
        unlogged.set(code, (unlogged.get(code) ?? 0) + 1)
        return
      }
      lines += 1
      const { method, url, headers } = request
      log({
        event: 'refused',
        code,
        method: shown(method),
        route: routeOf(url.split('?', 1)[0] ?? '')?.path ?? null,
        host: shown(headers.host?.[0]),
        origin: shown(headers.origin?.[0]),
      })
    },
  }
}

function shown(text: string | undefined): string | null {
  if (text === undefined) return null
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text
}
