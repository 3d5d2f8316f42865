/** Small settings of this browser. Storage may be off or full: then they last until the page goes. */

const kept = new Map<string, string>()
const listeners = new Set<() => void>()

export function readFlag(name: string): string | null {
  const value = kept.get(name)
  if (value !== undefined) return value
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}

export function writeFlag(name: string, value: string): void {
  kept.set(name, value)
  try {
    localStorage.setItem(name, value)
  } catch {
    // kept for this page
  }
  for (const listener of [...listeners]) listener()
}

/** Told of changes in this tab and in others; the answer is the undo. */
export function subscribeFlag(listener: () => void): () => void {
  const fromAnotherTab = (event: StorageEvent) => {
    if (event.key !== null) kept.delete(event.key)
    listener()
  }
  listeners.add(listener)
  window.addEventListener('storage', fromAnotherTab)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', fromAnotherTab)
  }
}
