import { parseIp } from '#lib/csr/addresses/ip.ts'
import { createAllowance } from '#lib/people/allowance.ts'
import { OF_STRANGERS } from '#lib/refusals/limits.ts'

interface Callers {
  /** Each is called with whether its sign-in is taken. */
  waiting: readonly ((isTaken: boolean) => void)[]
  underWay: number
}

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
  /** Attempts at once of one address, and of all addresses after many failures. */
  const { ofOne, inAll } = OF_STRANGERS.signIns
  /** Attempts at once: one less for each failure, one more a second. */
  const allowed = createAllowance(now, inAll)
  /** Callers with a sign-in that waits or is under way, by network, in the order of their turns. */
  const networks = new Map<string, Callers>()
  let underWay = 0

  const isFull = () => underWay >= Math.max(ofOne, allowed.left)
  const oneOf = <One>(all: readonly One[]) => all[Math.floor(random() * all.length)]

  function enter(network: string): true | Promise<boolean> {
    const callers = networks.get(network) ?? { waiting: [], underWay: 0 }
    networks.set(network, callers)
    if (!isFull() && callers.underWay < ofOne) {
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
   * newest one. At a provider that takes 0.3 s, the last of them is tried after 12 s.
   */
  function dropOneTooMany(newest: Callers['waiting'][number]): void {
    const all = [...networks]
    const queued = all.reduce((sum, [, { waiting }]) => sum + waiting.length, 0)
    if (queued <= OF_STRANGERS.waitingSignIns.inAll) return
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
      const next = callers.underWay < ofOne ? oneOf(callers.waiting) : undefined
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
