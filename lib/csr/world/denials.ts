import type { Claim } from '#lib/csr/claim.ts'
import type { Denial } from '#lib/csr/machine/machine-denial.ts'
import { DENIED, NODE_USER_PREFIX } from '#lib/csr/names.ts'
import { condition, isDenied } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** Nobody sees a request and denies the one before it within so many milliseconds. */
const TIME_TO_SEE = 10_000

/**
 * What people have denied, for as long as the cluster has it: kube-controller-manager deletes a
 * denied request an hour or two after. It counts against what the machine asks of the same signer,
 * before and after, but not against what lay beside it, newer, when it was denied: whoever did that
 * tidied up a duplicate.
 */
export class Denials {
  readonly #groups = new Map<string, Group>()

  /** The one that counts against the request; null for none. Costs the same however many there are. */
  against(claim: Claim): Denial | null {
    // Asked with every judging, and mostly nobody has denied anything.
    if (this.#groups.size === 0 || claim.nodeName === null) return null
    const ends = this.#groups.get(isOwn(claim) ? ownKey(claim) : anyKey(claim))?.ends() ?? null
    if (ends === null) return null
    // Where neither of the two counts, none of the others does.
    if (counts(ends.first, claim)) return ends.first
    return counts(ends.newest, claim) ? ends.newest : null
  }

  /** Whether any request of that machine and signer was denied. */
  has(nodeName: string, signerName: string): boolean {
    return this.#groups.size > 0 && this.#groups.has(keyOf(nodeName, signerName))
  }

  add(claim: Claim): void {
    for (const key of keysOf(claim)) {
      const group = this.#groups.get(key) ?? new Group()
      this.#groups.set(key, group)
      group.add(denialOf(claim))
    }
  }

  delete(claim: Claim): void {
    for (const key of keysOf(claim)) {
      const group = this.#groups.get(key)
      if (group?.delete(claim.csr.uid) === 0) this.#groups.delete(key)
    }
  }
}

/** The denied ones of a machine and a signer. */
class Group {
  readonly #denials = new Map<string, Denial>()
  /** Null until somebody asks: of thousands that go one by one it is looked for once. */
  #ends: Ends | null = null

  ends(): Ends | null {
    this.#ends ??= [...this.#denials.values()].reduce<Ends | null>(widened, null)
    return this.#ends
  }

  add(denial: Denial): void {
    this.#denials.set(denial.uid, denial)
    if (this.#ends !== null) this.#ends = widened(this.#ends, denial)
  }

  /** How many are left. */
  delete(uid: string): number {
    this.#denials.delete(uid)
    const { first, newest } = this.#ends ?? {}
    if (first?.uid === uid || newest?.uid === uid) this.#ends = null
    return this.#denials.size
  }
}

interface Ends {
  /** The first that was denied. */
  readonly first: Denial
  /** The one that was filed last. */
  readonly newest: Denial
}

function widened(ends: Ends | null, denial: Denial): Ends {
  if (ends === null) return { first: denial, newest: denial }
  const { first, newest } = ends
  const isFirst =
    denial.seenUntil < first.seenUntil ||
    (denial.seenUntil === first.seenUntil && denial.uid < first.uid)
  const isNewest =
    denial.createdAt > newest.createdAt ||
    (denial.createdAt === newest.createdAt && denial.uid > newest.uid)
  return { first: isFirst ? denial : first, newest: isNewest ? denial : newest }
}

/** Of the same second neither is the newer. */
function counts(denial: Denial, { createdAt }: Claim): boolean {
  return createdAt <= denial.createdAt || createdAt >= denial.seenUntil
}

function denialOf({ csr, createdAt }: Claim): Denial {
  const said = condition(csr, DENIED)
  const times = [said?.lastUpdateTime, said?.lastTransitionTime].flatMap((time) => {
    const at = milliseconds(time ?? null)
    return at === null ? [] : [{ time, at }]
  })
  return {
    uid: csr.uid,
    request: csr.name,
    createdAt,
    deniedAt: times[0]?.time ?? null,
    // The earlier of the two: kubectl's clock may be ahead of the API server's, by which a kubelet's next
    // request would look older than the no. Of no time nobody knows: whatever came may have come after.
    seenUntil:
      times.length === 0
        ? Number.NEGATIVE_INFINITY
        : Math.min(...times.map(({ at }) => at)) - TIME_TO_SEE,
  }
}

/** A machine's own counts among its own, and among all. */
function keysOf(claim: Claim): readonly string[] {
  if (claim.nodeName === null || !isDenied(claim.csr)) return []
  return isOwn(claim) ? [anyKey(claim), ownKey(claim)] : [anyKey(claim)]
}

/**
 * Asked for by the node itself, which the API server has stamped. What anybody else filed in its
 * name, and was denied, says nothing of it. A machine without a credential of its own cannot be told
 * from another that asks in its name: there each counts.
 */
function isOwn({ csr, nodeName }: Claim): boolean {
  return csr.requestor.username === NODE_USER_PREFIX + nodeName
}

/** A line break occurs in neither a machine's nor a signer's name. */
function anyKey({ nodeName, csr }: Claim): string {
  return keyOf(nodeName, csr.signerName)
}

function keyOf(nodeName: string | null, signerName: string): string {
  return `${nodeName}\n${signerName}`
}

function ownKey(claim: Claim): string {
  return `${anyKey(claim)}\nown`
}
