import type { Clock } from '#lib/kube/transport/clock.ts'

/**
 * Calls `act` soon after a request, once for any number of them; `now` calls it in their place.
 * `leastMs`: between two acts. `longestMs`: an act during which the machine stood still only seems
 * to take as long.
 */
export function spaced(
  { after, passed }: Pick<Clock, 'after' | 'passed'>,
  { leastMs, longestMs }: { readonly leastMs: number; readonly longestMs: number },
  act: () => void,
): { soon(): void; now(): void; cancel(): void } {
  let cancel: (() => void) | null = null
  let restsUntil = Number.NEGATIVE_INFINITY
  const it = {
    soon() {
      cancel ??= after(Math.max(0, restsUntil - passed()), it.now)
    },
    now() {
      it.cancel()
      const began = passed()
      act()
      const ended = passed()
      // Rest after an act, as a multiple of its duration: acts take at most a twentieth of the
      // time.
      restsUntil = ended + Math.max(leastMs, Math.min(19 * (ended - began), longestMs))
    },
    cancel() {
      cancel?.()
      cancel = null
    },
  }
  return it
}
