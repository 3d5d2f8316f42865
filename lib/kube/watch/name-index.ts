/** Index of uids by name: the same name with another uid is another object. */
export interface NameIndex {
  uidAt(key: string): string | undefined
  /** Returns the uid that had this name before, if different. */
  put(uid: string, key: string): string | null
  remove(uid: string): boolean
  clear(): void
}

export function createNameIndex(): NameIndex {
  const uids = new Map<string, string>()
  const keys = new Map<string, string>()

  function remove(uid: string): boolean {
    const key = keys.get(uid)
    if (key === undefined) return false
    keys.delete(uid)
    // A successor may have the name by now.
    if (uids.get(key) === uid) uids.delete(key)
    return true
  }

  return {
    uidAt: (key) => uids.get(key),
    put(uid, key) {
      const former = uids.get(key)
      uids.set(key, uid)
      keys.set(uid, key)
      if (former === undefined || former === uid) return null
      keys.delete(former)
      return former
    },
    remove,
    clear() {
      uids.clear()
      keys.clear()
    },
  }
}
