import { type Cause, cause } from '#lib/csr/cause.ts'
import { type Clock, stopwatch } from '#lib/kube/transport/clock.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

/** Ends a call early, with the reason. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Sets the deadline to `ms` from now; an earlier one no longer counts. */
  within(ms: number): void
  giveUp(): void
  /** Why the signal was aborted; null if it was not. */
  reason(): KubeError | null
  end(): void
}

/** Timers stop while the machine sleeps, so the deadline is checked this often. */
const LOOK_EVERY_MS = 1_000

/** Ends with `outer`. `late`: the cause when nothing came within that many seconds. */
export function startDeadline(
  outer: AbortSignal | undefined,
  clock: Clock,
  late: (seconds: number) => Cause,
): Deadline {
  const controller = new AbortController()
  let reason: KubeError | null = null
  let cancel = () => {}
  const stop = (why: KubeError) => {
    reason ??= why
    controller.abort(why)
  }
  const giveUp = () => stop(new KubeError(cause('givenUp'), { kind: 'aborted' }))
  if (outer?.aborted) giveUp()
  outer?.addEventListener('abort', giveUp, { once: true })
  return {
    signal: controller.signal,
    within(ms) {
      const passed = stopwatch(clock)
      const look = () => {
        const remainingMs = ms - passed()
        if (remainingMs > 0) cancel = clock.after(Math.min(remainingMs, LOOK_EVERY_MS), look)
        else stop(new KubeError(late(ms / 1_000), { kind: 'timeout' }))
      }
      cancel()
      look()
    },
    giveUp,
    reason: () => reason,
    end() {
      cancel()
      outer?.removeEventListener('abort', giveUp)
    },
  }
}
