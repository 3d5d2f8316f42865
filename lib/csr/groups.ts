const NONE: readonly string[] = []

/**
 * Members by key, for indexes. An empty key takes no memory; a single member, the usual case, takes
 * no set.
 */
export class Groups {
  readonly #groups = new Map<string, string | Set<string>>()

  get keys(): Iterable<string> {
    return this.#groups.keys()
  }

  get(key: string): Iterable<string> {
    const group = this.#groups.get(key) ?? NONE
    return typeof group === 'string' ? [group] : group
  }

  count(key: string): number {
    const group = this.#groups.get(key)
    return typeof group === 'object' ? group.size : group === undefined ? 0 : 1
  }

  has(key: string): boolean {
    return this.#groups.has(key)
  }

  includes(key: string, member: string): boolean {
    const group = this.#groups.get(key)
    return typeof group === 'object' ? group.has(member) : group === member
  }

  add(key: string, member: string): void {
    const group = this.#groups.get(key)
    if (group === undefined) this.#groups.set(key, member)
    else if (typeof group !== 'string') group.add(member)
    else if (group !== member) this.#groups.set(key, new Set([group, member]))
  }

  delete(key: string, member: string): void {
    const group = this.#groups.get(key)
    if (typeof group === 'object') group.delete(member)
    if (group === member || (typeof group === 'object' && group.size === 0))
      this.#groups.delete(key)
  }
}
