import { isSound } from '#lib/csr/policy/trust.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import { type BoardEntry, groupFor } from '#lib/web/views/board/board-entry.ts'
import type { ReadOnlyRows } from '#lib/web/views/board/board-sections.ts'
import type { Deadline, Deadlines } from '#lib/wire/views.ts'

/** Entries read at once: a viewer has seldom filed a request themselves. */
const AT_ONCE = 32

/**
 * The first deadline after `now`, and the earliest one before it. `sound`: entries without a failed
 * check, by deadline. The viewer's own requests do not count: they are held back from the viewer.
 */
export function deadlinesOf(
  sound: ReadOnlyRows<BoardEntry>,
  viewer: ViewerName,
  now: number,
): Deadlines {
  const ended = sound.countBefore(({ order }) => order <= now)
  return {
    next: firstOf(sound, viewer, ended, sound.size),
    past: firstOf(sound, viewer, 0, ended),
  }
}

function firstOf(
  sound: ReadOnlyRows<BoardEntry>,
  viewer: ViewerName,
  from: number,
  to: number,
): Deadline | null {
  for (let at = from; at < to; at += AT_ONCE) {
    const entries = sound.slice(at, Math.min(to, at + AT_ONCE))
    const first = entries.find((entry) => isSound(groupFor(entry, viewer)))
    if (first !== undefined) return deadlineOf(first)
  }
  return null
}

/** Null for an entry without a deadline, which sorts last. */
function deadlineOf({ kind, key, name, order }: BoardEntry): Deadline | null {
  if (!Number.isFinite(order)) return null
  return { name, at: new Date(order).toISOString(), request: kind === 'request' ? key : null }
}
