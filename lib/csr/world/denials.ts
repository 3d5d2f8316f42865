import type { Claim } from '#lib/csr/claim/claim.ts'
import type { Denial } from '#lib/csr/claim/machine-denial.ts'
import { DENIED, NODE_USER_PREFIX } from '#lib/csr/names.ts'
import { condition, isDenied } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** Least milliseconds that an admin needs to see a request before denying an older one. */
const TIME_TO_SEE = 10_000

/**
 * Denied requests, until kube-controller-manager deletes them after one to two hours. A denial
 * counts against the machine's other requests of that signer, except duplicates that were pending
 * then.
 */
export class Denials {
  readonly #groups = new Map<string, Group>()

  /**
   * The denial that counts against the request; null for none. Constant cost for any number of
   * denials.
   */
  against(claim: Claim): Denial | null {
    // Fast path: every judgement asks, and usually nothing was denied.
    if (this.#groups.size === 0 || claim.nodeName === null) return null
    const ends = this.#groups.get(isOwn(claim) ? ownKey(claim) : anyKey(claim))?.ends() ?? null
    if (ends === null) return null
    // Where neither the earliest nor the newest denial counts, none between them does.
    if (counts(ends.first, claim)) return ends.first
    return counts(ends.newest, claim) ? ends.newest : null
  }

  /** Whether a request of that machine and signer was denied. */
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

/** Denials of one machine and one signer. */
class Group {
  readonly #denials = new Map<string, Denial>()
  /** The two ends; null until needed, so that deleting thousands recomputes them once. */
  #ends: Ends | null = null

  ends(): Ends | null {
    this.#ends ??= [...this.#denials.values()].reduce<Ends | null>(widened, null)
    return this.#ends
  }

  add(denial: Denial): void {
    this.#denials.set(denial.uid, denial)
    if (this.#ends !== null) this.#ends = widened(this.#ends, denial)
  }

  /** Removes a denial; returns the number left. */
  delete(uid: string): number {
    this.#denials.delete(uid)
    const { first, newest } = this.#ends ?? {}
    if (first?.uid === uid || newest?.uid === uid) this.#ends = null
    return this.#denials.size
  }
}

interface Ends {
  /** The earliest denial. */
  readonly first: Denial
  /** The denial of the request filed last. */
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

/**
 * Whether the denial counts: a request of the same second is neither older nor newer, so it does.
 */
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
    // The earlier of two clocks: with kubectl's ahead, a kubelet's next request would look older
    // than the denial. An unreadable time counts against every request.
    seenUntil:
      times.length === 0
        ? Number.NEGATIVE_INFINITY
        : Math.min(...times.map(({ at }) => at)) - TIME_TO_SEE,
  }
}

/**
 * The groups that a denied request belongs to: that of all requests for the node's name, and if the
 * node itself filed it, that of the node's own requests.
 */
function keysOf(claim: Claim): readonly string[] {
  if (claim.nodeName === null || !isDenied(claim.csr)) return []
  return isOwn(claim) ? [anyKey(claim), ownKey(claim)] : [anyKey(claim)]
}

/**
 * Whether the node itself filed the request, by the API server's stamp. A stranger's denied request
 * does not count against it. A new machine has no credential yet, so there all requests count.
 */
function isOwn({ csr, nodeName }: Claim): boolean {
  return csr.requestor.username === NODE_USER_PREFIX + nodeName
}

/** The key for all: a line break occurs in no node name and no signer name. */
function anyKey({ nodeName, csr }: Claim): string {
  return keyOf(nodeName, csr.signerName)
}

function keyOf(nodeName: string | null, signerName: string): string {
  return `${nodeName}\n${signerName}`
}

function ownKey(claim: Claim): string {
  return `${anyKey(claim)}\nown`
}
