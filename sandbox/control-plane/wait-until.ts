import { setTimeout as sleep } from 'node:timers/promises'

/** A long wait asks seldom: each question takes processor time from what it waits for. */
const PART_OF_WAITED = 1 / 8

/**
 * Polls until the answer is not null, undefined or false. Throws after `timeoutMs` with `what`.
 * `everyMs`: time between the first questions, more where one is expensive.
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeoutMs = 60_000,
  everyMs = 100,
): Promise<Exclude<T, null | undefined | false>> {
  const began = Date.now()
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) {
      return answer as Exclude<T, null | undefined | false>
    }
    const waited = Date.now() - began
    if (waited > timeoutMs) throw new Error(`not within ${timeoutMs} ms: ${what}`)
    await sleep(pauseAfter(waited, everyMs))
  }
}

export function pauseAfter(waitedMs: number, everyMs: number): number {
  return Math.max(everyMs, Math.min(waitedMs * PART_OF_WAITED, 1_000))
}
