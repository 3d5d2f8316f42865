import type { Claim } from '#lib/csr/claim.ts'
import { BOOTSTRAP_USER_PREFIX, NODE_BOOTSTRAPPER, NODE_USER_PREFIX } from '#lib/csr/names.ts'
import { isDenied, isFailed } from '#lib/csr/status.ts'
import { SortedTimes } from '#lib/csr/world/sorted-times.ts'

/** A name, and when the oldest of its requests was made, in milliseconds. */
export interface AskingName {
  readonly name: string
  readonly since: number
}

/** By more names than this one look is not told name by name, so that a flood costs no more. */
export const NAMED_LOOKALIKES = 8

const NONE: readonly AskingName[] = []

/**
 * Names that machines ask for, by what they look like, oldest first. Anybody may file a request in any
 * name: only those of the node itself and of who lets machines join count, and none that was denied.
 */
export class AskingNames {
  readonly #times = new Map<string, SortedTimes>()
  readonly #byLook = new Map<string, readonly AskingName[]>()

  /** Since when requests ask for this name; null for none that counts. */
  since(name: string): number | null {
    const times = this.#times.get(name)
    return times?.latest(times.size) ?? null
  }

  /** All names of that look, oldest first; of the same second in their own order. */
  ofLook(look: string): readonly AskingName[] {
    return this.#byLook.get(look) ?? NONE
  }

  add(claim: Claim): void {
    this.#change(claim, (times) => times.add(claim.createdAt))
  }

  delete(claim: Claim): void {
    this.#change(claim, (times) => times.delete(claim.createdAt))
  }

  #change(claim: Claim, change: (times: SortedTimes) => void): void {
    const look = lookOf(claim)
    if (claim.nodeName === null || look === null || !counts(claim)) return
    const { nodeName: name } = claim
    const before = this.since(name)
    const times = this.#times.get(name) ?? new SortedTimes()
    change(times)
    if (times.size > 0) this.#times.set(name, times)
    else this.#times.delete(name)
    const since = this.since(name)
    if (since === before) return
    const others = this.ofLook(look).filter((one) => one.name !== name)
    const all = since === null ? others : [...others, { name, since }].sort(oldestFirst)
    if (all.length > 0) this.#byLook.set(look, all)
    else this.#byLook.delete(look)
  }
}

/** What the name of a claim's machine looks like; null where it stands under none. */
export function lookOf({ nodeName, names }: Claim): string | null {
  return names.find(({ name }) => name === nodeName)?.skeleton ?? null
}

/** Names whose answers another order of a look may change, given all that had it before and after. */
export function reordered(
  before: readonly AskingName[],
  after: readonly AskingName[],
): Set<string> {
  const isNamed = Math.min(before.length, after.length) <= NAMED_LOOKALIKES
  // Beyond the named ones all but the oldest are told the same.
  const most = isNamed ? NAMED_LOOKALIKES + 1 : 1
  return new Set([...before.slice(0, most), ...after.slice(0, most)].map(({ name }) => name))
}

function counts({ csr, nodeName }: Claim): boolean {
  const { username } = csr.requestor
  const isJoining = username === NODE_BOOTSTRAPPER || username.startsWith(BOOTSTRAP_USER_PREFIX)
  const isItself = username === `${NODE_USER_PREFIX}${nodeName}`
  return (isJoining || isItself) && !isDenied(csr) && !isFailed(csr)
}

function oldestFirst(a: AskingName, b: AskingName): number {
  if (a.since !== b.since) return a.since - b.since
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
