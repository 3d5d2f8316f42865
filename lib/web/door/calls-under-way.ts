import { OF_PEOPLE, OF_STRANGERS, ofTheMost } from '#lib/refusals/limits.ts'

/** Bytes of bodies that are counted otherwise than by their length. */
export const BODIES = {
  /** A body of up to this size is let in beside any bodies of others: an approval has 300 bytes. */
  short: 64 * 1024,
  /** A body without a session counts as at least this much: no more than 256 of them fit. */
  leastOfStranger: 16 * 1024,
}

/** A call under way. Both functions are idempotent. */
export interface CallUnderWay {
  /** Called once the body was read. */
  received(): void
  answered(): void
}

export interface CallsUnderWay {
  /** Null where the person, or all people together, have as much under way as allowed. */
  ofPerson(person: string, bytes: number): CallUnderWay | null
  /**
   * A body without a session. Where there are too many, the oldest of the address with the most
   * bytes is cut. A short body arrives at once, so another caller's half-sent bodies do not keep it
   * out.
   */
  ofStranger(address: string, bytes: number, cut: () => void): CallUnderWay
}

const NOTHING: CallUnderWay = { received() {}, answered() {} }

interface Count {
  calls: number
  sent: number
  bytes: number
}

interface StrangersBody {
  readonly address: string
  readonly bytes: number
  readonly cut: () => void
}

/**
 * Counts calls and bodies by their headers, before a body is read. `mostOfOne` is null on a laptop,
 * where a script's calls need not leave room for others.
 */
export function countCalls(mostOfOne: number | null): CallsUnderWay {
  const { sentBodies, bodies } = OF_PEOPLE
  const people = new Map<string, Count>()
  /** Oldest first. */
  const strangers = new Set<StrangersBody>()
  let inAll = 0

  function cutOne(): void {
    const [oldest] = ofTheMost(
      strangers,
      ({ address }) => address,
      ({ bytes }) => bytes,
    )
    if (oldest === undefined) return
    strangers.delete(oldest)
    oldest.cut()
  }

  return {
    ofPerson(person, bytes) {
      const count = people.get(person) ?? { calls: 0, sent: 0, bytes: 0 }
      const hasBody = bytes > 0
      const isFull = mostOfOne !== null && count.calls >= mostOfOne
      const sendsMost = mostOfOne !== null && hasBody && count.sent >= sentBodies.ofOne
      if (isFull || sendsMost) return null
      if (count.bytes + bytes > bodies.ofOne) return null
      if (bytes > BODIES.short && inAll + bytes > bodies.inAll) return null
      people.set(person, count)
      count.calls += 1
      count.sent += hasBody ? 1 : 0
      count.bytes += bytes
      inAll += bytes
      const received = once(() => {
        count.sent -= hasBody ? 1 : 0
      })
      const answered = once(() => {
        received()
        count.calls -= 1
        count.bytes -= bytes
        inAll -= bytes
        if (count.calls === 0) people.delete(person)
      })
      return { received, answered }
    },
    ofStranger(address, bytes, cut) {
      if (bytes === 0) return NOTHING
      const body = { address, bytes: Math.max(bytes, BODIES.leastOfStranger), cut }
      strangers.add(body)
      while (sum(strangers) > OF_STRANGERS.bodies.inAll && strangers.size > 1) cutOne()
      const gone = () => void strangers.delete(body)
      return { received: gone, answered: gone }
    },
  }
}

function sum(bodies: Iterable<StrangersBody>): number {
  return [...bodies].reduce((total, { bytes }) => total + bytes, 0)
}

function once(act: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    act()
  }
}
