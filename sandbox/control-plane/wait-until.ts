import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Polls until the answer is not null, undefined or false. Throws after `timeoutMs` with `what`.
 * `everyMs`: more where one question is expensive.
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeoutMs = 60_000,
  everyMs = 100,
): Promise<Exclude<T, null | undefined | false>> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) {
      return answer as Exclude<T, null | undefined | false>
    }
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`)
    await sleep(everyMs)
  }
}
