import { createAllowance } from '#lib/server/door/allowance.ts'

/** Tries sign-ins of one way: wrong ones cost the API server little, and keep no right one out. */
export interface SignInQueue<Answer> {
  /** Null where too many wait. `from`: addresses take turns. */
  attempt(from: string, tried: () => Promise<Answer>): Promise<Answer | null>
}

/** Tries at once, one less for each wrong one, and milliseconds until one more is allowed. */
const TRIES = { burst: 30, forgiveMs: 1_000 }
/** Sign-ins that wait for others. */
export const MOST_WAITING = 50

interface Waiting {
  readonly from: string
  readonly begin: (isTaken: boolean) => void
}

export function createSignInQueue<Answer>(
  now: () => number,
  isWrong: (answer: Answer) => boolean,
): SignInQueue<Answer> {
  const allowed = createAllowance(now, TRIES)
  let waiting: readonly Waiting[] = []
  let underWay = 0
  /** Address of the last sign-in that had waited. */
  let served = ''

  /** Beyond the allowance one at a time is tried: a right one among them gets in. */
  const isFull = () => underWay >= Math.max(1, allowed.left)
  const countOf = (from: string) => waiting.filter((one) => one.from === from).length

  function enter(from: string): boolean | Promise<boolean> {
    if (!isFull()) {
      underWay += 1
      return true
    }
    if (waiting.length >= MOST_WAITING && !makeRoom(from)) return false
    return new Promise((begin) => {
      waiting = [...waiting, { from, begin }]
    })
  }

  /** Refuses the latest of the address with the most, where that is not the newcomer's. */
  function makeRoom(newcomer: string): boolean {
    const most = Math.max(...waiting.map(({ from }) => countOf(from)))
    if (most <= countOf(newcomer) + 1) return false
    const last = waiting.findLast(({ from }) => countOf(from) === most)
    waiting = waiting.filter((one) => one !== last)
    last?.begin(false)
    return true
  }

  function leave(): void {
    underWay -= 1
    while (!isFull()) {
      const next = waiting.find(({ from }) => from !== served) ?? waiting[0]
      if (next === undefined) return
      waiting = waiting.filter((one) => one !== next)
      served = next.from
      underWay += 1
      next.begin(true)
    }
  }

  return {
    async attempt(from, tried) {
      if (!(await enter(from))) return null
      try {
        const answer = await tried()
        if (isWrong(answer)) allowed.spend()
        return answer
      } finally {
        leave()
      }
    },
  }
}
