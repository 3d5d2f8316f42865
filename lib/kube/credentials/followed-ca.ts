import { statSync } from 'node:fs'

/**
 * The CA from its files, at most ten seconds old. While they are unreadable (half written), the
 * last one is used.
 */
export function followCa({
  ca,
  files,
  read,
  now,
}: {
  /** PEM at the start; null for the system's roots. */
  readonly ca: string | null
  /** Files that it is read from. */
  readonly files: readonly string[]
  /** Reads the CA again; throws when unreadable. */
  readonly read: () => string | null
  /** Milliseconds since the epoch. */
  readonly now: () => number
}): () => string | null {
  let current = ca
  // Empty, so that the first check reads again: the files may have changed since the start.
  let version = ''
  let lookedAt = now()
  return () => {
    // CA rotations take days; an admin who writes the file expects its use within seconds.
    if (now() - lookedAt < 10_000) return current
    lookedAt = now()
    const latest = versionOf(files)
    if (latest === version) return current
    try {
      current = read()
      version = latest
    } catch {
      // The next check is in ten seconds.
    }
    return current
  }
}

/** A text that changes when a file is written or replaced, also through a link. */
function versionOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const facts = statSync(file, { throwIfNoEntry: false })
      return facts === undefined ? '' : [facts.ino, facts.size, facts.mtimeMs].join()
    })
    .join(' ')
}
