import type { Claim } from '#lib/csr/claim/claim.ts'
import { compareTexts } from '#lib/csr/compare-texts.ts'
import { BOOTSTRAP_USER_PREFIX, NODE_BOOTSTRAPPER, NODE_USER_PREFIX } from '#lib/csr/names.ts'
import { SortedTimes } from '#lib/csr/sorted-times.ts'
import { isDenied, isFailed } from '#lib/csr/status.ts'

/** A requested name and the creation time of its oldest request, in milliseconds. */
export interface AskingName {
  readonly name: string
  readonly since: number
}

/** Most objects that one check names or compares, so that a flood costs no more. */
export const MOST_NAMED = 8

const NONE: readonly AskingName[] = []

/**
 * Requested names by skeleton, oldest first. Anyone may file a request in any name, so only those
 * of the node itself and of known bootstrappers count, and no denied ones.
 */
export class AskingNames {
  readonly #times = new Map<string, SortedTimes>()
  readonly #byLook = new Map<string, readonly AskingName[]>()

  /** The creation time of the name's oldest request that counts; null for none. */
  since(name: string): number | null {
    const times = this.#times.get(name)
    return times?.latest(times.size) ?? null
  }

  /** All names with that skeleton, oldest first, then by name. */
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
    const all = since === null ? others : [...others, { name, since }].toSorted(oldestFirst)
    if (all.length > 0) this.#byLook.set(look, all)
    else this.#byLook.delete(look)
  }
}

/** The skeleton of the claim's node name; null for a claim without a node name. */
export function lookOf({ nodeName, names }: Claim): string | null {
  return names.find(({ name }) => name === nodeName)?.skeleton ?? null
}

/** Names whose check may change when a skeleton's names change from `before` to `after`. */
export function reordered(
  before: readonly AskingName[],
  after: readonly AskingName[],
): Set<string> {
  const isNamed = Math.min(before.length, after.length) <= MOST_NAMED
  // Beyond the named ones every answer is the same, except the oldest name's.
  const most = isNamed ? MOST_NAMED + 1 : 1
  return new Set([...before.slice(0, most), ...after.slice(0, most)].map(({ name }) => name))
}

function counts({ csr, nodeName }: Claim): boolean {
  const { username } = csr.requestor
  const isJoining = username === NODE_BOOTSTRAPPER || username.startsWith(BOOTSTRAP_USER_PREFIX)
  const isItself = username === `${NODE_USER_PREFIX}${nodeName}`
  return (isJoining || isItself) && !isDenied(csr) && !isFailed(csr)
}

function oldestFirst(a: AskingName, b: AskingName): number {
  return a.since - b.since || compareTexts(a.name, b.name)
}
