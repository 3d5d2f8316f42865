import { randomFillSync } from 'node:crypto'
import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

const BLOCK = 64 * 1024

/** A file of so many bytes beside the record, deleted on a full volume: deleting entries takes room. */
export function createReserve(record: string, bytes: number) {
  const file = `${record}-reserve`

  function isThere(): boolean {
    return statSync(file, { throwIfNoEntry: false })?.size === bytes
  }

  function make(): void {
    const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants
    const descriptor = openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
    // A file system that packs would keep no room for zeros.
    const block = randomFillSync(Buffer.alloc(BLOCK))
    try {
      for (let left = bytes; left > 0; )
        left -= writeSync(descriptor, block, 0, Math.min(left, BLOCK))
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  }

  /** Deletes the reserve; answers whether there was one. */
  function free(): boolean {
    if (bytes === 0) return false
    const was = statSync(file, { throwIfNoEntry: false }) !== undefined
    rmSync(file, { force: true })
    return was
  }

  return {
    free,
    /**
     * Null while the reserve is there; bytes that are left on the volume where these are too few to
     * make it.
     */
    room(): number | null {
      if (bytes === 0 || isThere()) return null
      const { bavail, bsize } = statfsSync(dirname(file))
      const left = bavail * bsize
      // The reserve would otherwise take the room that it has just made.
      if (left < 2 * bytes) return left
      try {
        make()
        return null
      } catch {
        free()
        return 0
      }
    },
  }
}
