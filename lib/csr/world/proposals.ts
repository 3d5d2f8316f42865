import type { Csr } from '#lib/csr/model.ts'
import { isPerson, type ProposerRight, proposalTarget } from '#lib/csr/policy/proposal.ts'

/** A proposal request, and what is known about its proposer. */
export interface Proposal {
  readonly csr: Csr
  readonly target: string
  /**
   * Whether the proposer may approve the target themselves; null until the API server has answered.
   */
  readonly right: ProposerRight | null
}

/** All people's proposals, by uid and by the uid of their target. */
export class Proposals {
  readonly #byUid = new Map<string, Proposal>()
  readonly #ofTarget = new Map<string, Map<string, Proposal>>()
  readonly #unasked = new Set<string>()

  get(uid: string): Proposal | null {
    return this.#byUid.get(uid) ?? null
  }

  /** Uids of proposals whose proposer's right should be reviewed. */
  get unasked(): ReadonlySet<string> {
    return this.#unasked
  }

  /** Proposals for a target, in no order. */
  of(targetUid: string): Iterable<Proposal> {
    return this.#ofTarget.get(targetUid)?.values() ?? []
  }

  /**
   * Stores a person's proposal, keeping its proposer's known right. Returns the target's uid; null
   * for any other request. Anyone may file requests for that signer: a machine's is no proposal.
   */
  set(csr: Csr): string | null {
    const target = proposalTarget(csr)
    if (target === null || !isPerson(csr.requestor)) return null
    this.#put({ csr, target, right: this.get(csr.uid)?.right ?? null })
    return target
  }

  /**
   * Stores the right. Returns the target's uid; null when the proposal is unknown or the right
   * unchanged.
   */
  setRight(uid: string, right: ProposerRight): string | null {
    const known = this.#byUid.get(uid)
    if (known === undefined || known.right === right) return null
    this.#put({ ...known, right })
    return known.target
  }

  /** Skips the review for now: the proposal cannot count, or its target is missing. */
  passOver(uid: string): void {
    this.#unasked.delete(uid)
  }

  /** Queues the reviews again, as the target has arrived or changed. */
  lookAgain(targetUid: string): void {
    for (const { csr, right } of this.of(targetUid)) if (right === null) this.#unasked.add(csr.uid)
  }

  /** Deletes a proposal. Returns the target's uid; null for an unknown proposal. */
  delete(uid: string): string | null {
    const known = this.#byUid.get(uid)
    if (known === undefined) return null
    this.#byUid.delete(uid)
    this.#unasked.delete(uid)
    const siblings = this.#ofTarget.get(known.target)
    siblings?.delete(uid)
    if (siblings?.size === 0) this.#ofTarget.delete(known.target)
    return known.target
  }

  #put(proposal: Proposal): void {
    const { csr, target, right } = proposal
    this.#byUid.set(csr.uid, proposal)
    if (right === null) this.#unasked.add(csr.uid)
    else this.#unasked.delete(csr.uid)
    const siblings = this.#ofTarget.get(target) ?? new Map<string, Proposal>()
    siblings.set(csr.uid, proposal)
    this.#ofTarget.set(target, siblings)
  }
}
