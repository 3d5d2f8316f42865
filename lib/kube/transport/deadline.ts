import { type Cause, cause } from '#lib/csr/cause.ts'
import { type Clock, stopwatch } from '#lib/kube/transport/clock.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

/** What ends a call before its time, and why. */
export interface Deadline {
  readonly signal: AbortSignal
  /** So many milliseconds from now it is too late; what was said before counts no more. */
  within(ms: number): void
  giveUp(): void
  /** Why the signal was aborted, if it was. */
  reason(): KubeError | null
  end(): void
}

/** Timers stand still while the machine sleeps: so often it is looked how late it is. */
const LOOK_EVERY_MS = 1_000

/** Given up with `outer`. `late` says what did not come within so many seconds. */
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
        const left = ms - passed()
        if (left > 0) cancel = clock.after(Math.min(left, LOOK_EVERY_MS), look)
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
