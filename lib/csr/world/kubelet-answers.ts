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
} from '#lib/csr/kubelets/evidence.ts'
import type { Node } from '#lib/csr/model.ts'

/**
 * Kubelets' answers by node name. An answer counts for a short time, and only for the Node's uid
 * and addresses that were asked.
 */
export class KubeletAnswers {
  readonly #evidence = new Map<string, Evidence>()
  #areAsked = false
  #rules = DEFAULT_KUBELET_RULES
  /** Places under the rules in force. */
  #places = new WeakMap<Node, KubeletPlace>()
  /** Places whose answer is overdue. */
  readonly #overdue = new Map<string, KubeletPlace>()

  /**
   * The current evidence. Null once expired, and when the clock was set back: its age is unknown
   * then.
   */
  of(name: string, now: number): Evidence | null {
    const evidence = this.#evidence.get(name) ?? null
    if (evidence === null || now < evidence.askedAt) return null
    return now < evidenceEnds(evidence) ? evidence : null
  }

  /** The place where the Node's kubelet is asked. */
  placeOf(node: Node): KubeletPlace {
    const known = this.#places.get(node)
    if (known !== undefined) return known
    const place = kubeletPlace(node, this.#rules)
    this.#places.set(node, place)
    return place
  }

  /** Changes the rules and drops answers from places that they no longer allow. */
  setRules(rules: Partial<KubeletRules>, nodeOf: (name: string) => Node | null): void {
    this.#rules = { ...this.#rules, ...rules }
    this.#places = new WeakMap()
    for (const name of this.#evidence.keys()) this.nodeChanged(name, nodeOf(name))
  }

  /** Whether an answer to a request of that time is still expected from the Node's kubelet. */
  isAwaited(node: Node | null, requestedAt: number, now: number): boolean {
    if (!this.#areAsked || node === null) return false
    const evidence = this.of(node.name, now)
    if (evidence !== null && isAnswerTo(requestedAt, evidence)) return false
    const where = this.placeOf(node)
    const overdue = this.#overdue.get(node.name)
    return isAskable(where) && !(overdue !== undefined && isSamePlace(overdue, where))
  }

  /**
   * Stores the evidence if the Node of that name has the same uid, addresses and port. Returns
   * whether it changed.
   */
  set(name: string, evidence: Evidence | null, node: Node | null): boolean {
    if (evidence === null || !this.#isAt(evidence.where, node)) return this.#evidence.delete(name)
    this.#evidence.set(name, evidence)
    return true
  }

  /**
   * Sets whether kubelets are asked at all; if not, no answer is awaited. Returns whether it
   * changed.
   */
  setAreAsked(areAsked: boolean): boolean {
    const before = this.#areAsked
    this.#areAsked = areAsked
    return before !== areAsked
  }

  /**
   * Marks the Node's current place as overdue, or (null) as awaited again. Returns whether it
   * changed.
   */
  setOverdue(name: string, node: Node | null): boolean {
    if (node === null) return this.#overdue.delete(name)
    const known = this.#overdue.get(name)
    if (known !== undefined && this.#isAt(known, node)) return false
    this.#overdue.set(name, this.placeOf(node))
    return true
  }

  /** Drops evidence from another uid, address or port, after the Node changed. */
  nodeChanged(name: string, node: Node | null): void {
    const evidence = this.#evidence.get(name)
    if (evidence !== undefined && !this.#isAt(evidence.where, node)) this.#evidence.delete(name)
  }

  /** Whether the place is the Node's current one. */
  #isAt(where: KubeletPlace, node: Node | null): boolean {
    return node !== null && isSamePlace(where, this.placeOf(node))
  }
}
