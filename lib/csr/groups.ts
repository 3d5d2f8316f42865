const EMPTY: ReadonlySet<string> = new Set()

/** Members by key: what an index is made of. A key without members takes no room. */
export class Groups {
  readonly #groups = new Map<string, Set<string>>()

  get(key: string): ReadonlySet<string> {
    return this.#groups.get(key) ?? EMPTY
  }

  has(key: string): boolean {
    return this.#groups.has(key)
  }

  add(key: string, member: string): void {
    const group = this.#groups.get(key)
    if (group === undefined) this.#groups.set(key, new Set([member]))
    else group.add(member)
  }

  delete(key: string, member: string): void {
    const group = this.#groups.get(key)
    if (group === undefined) return
    group.delete(member)
    if (group.size === 0) this.#groups.delete(key)
  }
}
