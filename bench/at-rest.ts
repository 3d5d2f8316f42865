import { setTimeout as sleep } from 'node:timers/promises'

/** The count once it is unchanged for a second: earlier writes may still arrive. NaN is no count. */
export async function atRest(count: () => number | Promise<number>): Promise<number> {
  for (let i = 0, last = Number.NaN, same = 0; i < 300; i++) {
    const now = await count()
    same = now === last ? same + 1 : 0
    last = now
    if (same === 10) return now
    await sleep(100)
  }
  throw new Error('the page does not come to rest')
}
