import type { Node } from '#lib/csr/model.ts'
import {
  DEFAULT_KUBELET_RULES,
  type Evidence,
  evidenceEnds,
  isAnswerTo,
  isAskable,
  isSamePlace,
  type KubeletPlace,
  type KubeletRules,
  kubeletPlace,
} from '#lib/csr/world/evidence.ts'

/**
 * What kubelets have said when they were asked, by the names of their Nodes. It counts for the very
 * Node that was asked, at the addresses that it has, and not for long.
 */
export class KubeletAnswers {
  readonly #evidence = new Map<string, Evidence>()
  #areAsked = false
  #rules = DEFAULT_KUBELET_RULES
  /** By the rules in force. */
  #places = new WeakMap<Node, KubeletPlace>()
  /** Where they have been waited for long enough. */
  readonly #overdue = new Map<string, KubeletPlace>()

  /**
   * Null once it is too long ago, and where the clock was set back since: nobody can say then how
   * long ago it is.
   */
  of(name: string, now: number): Evidence | null {
    const evidence = this.#evidence.get(name) ?? null
    if (evidence === null || now < evidence.askedAt) return null
    return now < evidenceEnds(evidence) ? evidence : null
  }

  /** Where the Node's kubelet is asked. */
  placeOf(node: Node): KubeletPlace {
    const known = this.#places.get(node)
    if (known !== undefined) return known
    const place = kubeletPlace(node, this.#rules)
    this.#places.set(node, place)
    return place
  }

  /** Other rules: what was answered where no kubelet is asked by them is dropped. */
  setRules(rules: Partial<KubeletRules>, nodeOf: (name: string) => Node | null): void {
    this.#rules = { ...this.#rules, ...rules }
    this.#places = new WeakMap()
    for (const name of this.#evidence.keys()) this.nodeChanged(name, nodeOf(name))
  }

  /** Whether the Node's kubelet is still to say what it presents since that request was made. */
  isAwaited(node: Node | null, requestedAt: number, now: number): boolean {
    if (!this.#areAsked || node === null) return false
    const evidence = this.of(node.name, now)
    if (evidence !== null && isAnswerTo(requestedAt, evidence)) return false
    const where = this.placeOf(node)
    const overdue = this.#overdue.get(node.name)
    return isAskable(where) && !(overdue !== undefined && isSamePlace(overdue, where))
  }

  /** Taken only of the Node that has the name now, at the addresses that it has now. Whether that is news. */
  set(name: string, evidence: Evidence | null, node: Node | null): boolean {
    if (evidence === null || !this.#isAt(evidence.where, node)) return this.#evidence.delete(name)
    this.#evidence.set(name, evidence)
    return true
  }

  /** Whether they are asked at all: where they are not, no answer is waited for. Whether that is new. */
  setAreAsked(areAsked: boolean): boolean {
    const before = this.#areAsked
    this.#areAsked = areAsked
    return before !== areAsked
  }

  /** Not waited for any longer where that Node says that it is; null: it is again. Whether that is new. */
  setOverdue(name: string, node: Node | null): boolean {
    if (node === null) return this.#overdue.delete(name)
    const known = this.#overdue.get(name)
    if (known !== undefined && this.#isAt(known, node)) return false
    this.#overdue.set(name, this.placeOf(node))
    return true
  }

  /** The Node of that name is another one now, or elsewhere, or gone: what does not count is dropped. */
  nodeChanged(name: string, node: Node | null): void {
    const evidence = this.#evidence.get(name)
    if (evidence !== undefined && !this.#isAt(evidence.where, node)) this.#evidence.delete(name)
  }

  /** Whether that very Node says that it is there now. */
  #isAt(where: KubeletPlace, node: Node | null): boolean {
    return node !== null && isSamePlace(where, this.placeOf(node))
  }
}
