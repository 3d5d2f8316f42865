import { parseIp } from '#lib/csr/addresses/ip.ts'
import { createAllowance } from '#lib/people/allowance.ts'

/** Attempts at once, one less for each failure, and milliseconds until one more is allowed. */
const TRIES = { burst: 30, forgiveMs: 1_000 }
/** Attempts at once of one address, and of all addresses after many failures. */
export const AT_ONCE = 5
/** Most waiting sign-ins: at a provider that takes 0.3 s, the last is tried after 12 s. */
export const MOST_WAITING = 200

type Begin = (isTaken: boolean) => void

interface Callers {
  waiting: readonly Begin[]
  underWay: number
}

export type SignInQueue<Answer> = ReturnType<typeof createSignInQueue<Answer>>

/**
 * Tries the sign-ins of one way. Addresses take turns. Chance decides among sign-ins of one
 * address, so that a flood of wrong ones cannot always precede a right one. `random`: numbers in
 * [0, 1).
 */
export function createSignInQueue<Answer>(
  now: () => number,
  isWrong: (answer: Answer) => boolean,
  random: () => number = Math.random,
) {
  const allowed = createAllowance(now, TRIES)
  /** Callers with a sign-in that waits or is under way, by network, in the order of their turns. */
  const networks = new Map<string, Callers>()
  let underWay = 0

  const isFull = () => underWay >= Math.max(AT_ONCE, allowed.left)
  const oneOf = <One>(all: readonly One[]) => all[Math.floor(random() * all.length)]

  function enter(network: string): true | Promise<boolean> {
    const callers = networks.get(network) ?? { waiting: [], underWay: 0 }
    networks.set(network, callers)
    if (!isFull() && callers.underWay < AT_ONCE) {
      callers.underWay += 1
      underWay += 1
      return true
    }
    return new Promise((begin) => {
      callers.waiting = [...callers.waiting, begin]
      dropOneTooMany(begin)
    })
  }

  /**
   * Beyond the limit drops a random waiting sign-in of a network that has the most, but never the
   * newest one.
   */
  function dropOneTooMany(newest: Begin): void {
    const all = [...networks]
    if (all.reduce((sum, [, { waiting }]) => sum + waiting.length, 0) <= MOST_WAITING) return
    const most = all.reduce((most, [, { waiting }]) => Math.max(most, waiting.length), 0)
    const longest = all.filter(([, { waiting }]) => waiting.length === most)
    const older = longest.flatMap(([, { waiting }]) => waiting).filter((one) => one !== newest)
    const dropped = oneOf(older)
    for (const [network, callers] of longest) {
      callers.waiting = callers.waiting.filter((one) => one !== dropped)
      forgetIdle(network, callers)
    }
    dropped?.(false)
  }

  function forgetIdle(network: string, { waiting, underWay }: Callers): void {
    if (waiting.length === 0 && underWay === 0) networks.delete(network)
  }

  function leave(network: string): void {
    const callers = networks.get(network)
    underWay -= 1
    if (callers !== undefined) {
      callers.underWay -= 1
      forgetIdle(network, callers)
    }
    while (!isFull() && beginNext()) {}
  }

  /** Starts one sign-in of the first network that may. The network then moves to the end. */
  function beginNext(): boolean {
    for (const [network, callers] of networks) {
      const next = callers.underWay < AT_ONCE ? oneOf(callers.waiting) : undefined
      if (next === undefined) continue
      callers.waiting = callers.waiting.filter((one) => one !== next)
      callers.underWay += 1
      underWay += 1
      networks.delete(network)
      networks.set(network, callers)
      next(true)
      return true
    }
    return false
  }

  return {
    /** Number of networks with a sign-in that waits or is under way. */
    get networks(): number {
      return networks.size
    },
    /** Null where the sign-in was dropped for others. `from`: the caller's address. */
    async attempt(from: string, tried: () => Promise<Answer>): Promise<Answer | null> {
      const network = networkOf(from)
      if (!(await enter(network))) return null
      try {
        const answer = await tried()
        if (isWrong(answer)) allowed.spend()
        return answer
      } finally {
        leave(network)
      }
    },
  }
}

/** A machine with one IPv6 address has its whole network of 64 bits. */
function networkOf(address: string): string {
  const bytes = parseIp(address)
  return bytes?.length === 16 ? `${bytes.slice(0, 8)}` : address
}
