import { statSync } from 'node:fs'

export interface CaFacts {
  /** PEM as it is at the start; null means the system's roots. */
  readonly ca: string | null
  /** Where it is read from. */
  readonly files: readonly string[]
  /** Reads it anew; throws where there is none that can be read. */
  readonly read: () => string | null
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A CA is rotated over days; whoever has written its file wants it to be used soon. */
const LOOK_MS = 10_000

/**
 * The CA of the cluster as its files have it now, at most ten seconds old. Where they cannot be read, as in
 * the middle of being written, the last one stands.
 */
export function followCa({ ca, files, read, now }: CaFacts): () => string | null {
  let current = ca
  // Empty, so that the first look reads again: the files may have changed since the start.
  let version = ''
  let lookedAt = now()
  return () => {
    if (now() - lookedAt < LOOK_MS) return current
    lookedAt = now()
    const latest = versionOf(files)
    if (latest === version) return current
    try {
      current = read()
      version = latest
    } catch {
      // Looked at again in ten seconds.
    }
    return current
  }
}

/** Another text whenever one of the files was written or replaced, also by way of a link. */
function versionOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const facts = statSync(file, { throwIfNoEntry: false })
      return facts === undefined ? '' : [facts.ino, facts.size, facts.mtimeMs].join()
    })
    .join(' ')
}
