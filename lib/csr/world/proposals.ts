import type { Csr } from '#lib/csr/model.ts'
import { isPerson, type ProposerRight, proposalTarget } from '#lib/csr/policy/proposal.ts'

/** A proposal as the API server has it, and what is known of who made it. */
export interface Proposal {
  readonly csr: Csr
  readonly target: string
  /** Whether they may approve the target themselves; null while that has not been answered. */
  readonly right: ProposerRight | null
}

/** All proposals of people, by uid and by the uid of the request that they are about. */
export class Proposals {
  readonly #byUid = new Map<string, Proposal>()
  readonly #ofTarget = new Map<string, Map<string, Proposal>>()
  readonly #unasked = new Set<string>()

  get(uid: string): Proposal | null {
    return this.#byUid.get(uid) ?? null
  }

  all(): IterableIterator<Proposal> {
    return this.#byUid.values()
  }

  /** Uids of those whose proposer's right is not known and may be worth asking about. */
  get unasked(): ReadonlySet<string> {
    return this.#unasked
  }

  /** In no order. */
  of(targetUid: string): Iterable<Proposal> {
    return this.#ofTarget.get(targetUid)?.values() ?? []
  }

  /**
   * Takes a person's proposal, keeping what is known of its proposer; answers the target's uid, else
   * null. Anybody who may file requests can name that signer: a machine's request is no proposal.
   */
  set(csr: Csr): string | null {
    const target = proposalTarget(csr)
    if (target === null || !isPerson(csr.requestor)) return null
    this.#put({ csr, target, right: this.get(csr.uid)?.right ?? null })
    return target
  }

  /** The target's uid; null when it is not known, or when that is no news. */
  setRight(uid: string, right: ProposerRight): string | null {
    const known = this.#byUid.get(uid)
    if (known === undefined || known.right === right) return null
    this.#put({ ...known, right })
    return known.target
  }

  /** Not worth asking about as things are: it cannot count, or what it is about is not there. */
  passOver(uid: string): void {
    this.#unasked.delete(uid)
  }

  /** What they are about has come, or is another: all of them are worth a look again. */
  lookAgain(targetUid: string): void {
    for (const { csr, right } of this.of(targetUid)) if (right === null) this.#unasked.add(csr.uid)
  }

  /** The target's uid; null when it was not known. */
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
