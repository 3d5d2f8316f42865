import { MINUTE_MS } from '#lib/csr/units-of-time.ts'
import { systemClock } from '#lib/kube/transport/clock.ts'
import { isBeyond, OF_PEOPLE, OF_STRANGERS, ofTheMost } from '#lib/refusals/limits.ts'

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
   * Counts an act. False where the person, or all people together, have acted as often as allowed.
   * Acts that stop or pause have a count of their own, so that no others keep a person from them.
   */
  mayAct(person: string, stops?: boolean): boolean
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
 * Counts calls, acts and bodies by their headers, before a body is read. `mostOfOne` is null on a
 * laptop, where a script's calls need not leave room for others. `passed`: milliseconds by a clock
 * that nobody sets.
 */
export function countCalls(
  mostOfOne: number | null,
  passed: () => number = systemClock.passed,
): CallsUnderWay {
  const { calls, acts, sentBodies, bodies } = OF_PEOPLE
  const people = new Map<string, Count>()
  /** Acts of this minute by person, those that stop apart, and the minute's end. */
  const acted = new Map<string, number>()
  let minuteEnds = 0
  /** Oldest first. */
  const strangers = new Set<StrangersBody>()
  let [bytesInAll, callsInAll, actsInAll] = [0, 0, 0]

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
      const isFull =
        mostOfOne !== null && isBeyond({ ...calls, ofOne: mostOfOne }, count.calls, callsInAll)
      const sendsMost = mostOfOne !== null && hasBody && count.sent >= sentBodies.ofOne
      if (isFull || sendsMost) return null
      if (count.bytes + bytes > bodies.ofOne) return null
      if (bytes > BODIES.short && bytesInAll + bytes > bodies.inAll) return null
      people.set(person, count)
      count.calls += 1
      count.sent += hasBody ? 1 : 0
      count.bytes += bytes
      callsInAll += 1
      bytesInAll += bytes
      const received = once(() => {
        count.sent -= hasBody ? 1 : 0
      })
      const answered = once(() => {
        received()
        count.calls -= 1
        count.bytes -= bytes
        callsInAll -= 1
        bytesInAll -= bytes
        if (count.calls === 0) people.delete(person)
      })
      return { received, answered }
    },
    mayAct(person, stops = false) {
      if (mostOfOne === null) return true
      if (passed() >= minuteEnds) {
        acted.clear()
        actsInAll = 0
        minuteEnds = passed() + MINUTE_MS
      }
      const key = stops ? `stop ${person}` : person
      const theirs = acted.get(key) ?? 0
      if (isBeyond(acts, theirs, actsInAll)) return false
      acted.set(key, theirs + 1)
      actsInAll += 1
      return true
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
