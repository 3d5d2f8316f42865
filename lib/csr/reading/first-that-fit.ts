import { trimmed } from '#lib/csr/reading/trimmed.ts'

export interface Room {
  readonly entries: number
  /** All entries together, in characters as JSON writes them. */
  readonly characters: number
}

/** The first entries that fit into the room. Consumes at most one entry more. */
export function firstThatFit<T>(all: Iterable<T>, room: Room): readonly T[] {
  const first: T[] = []
  let characters = 0
  for (const one of all) {
    characters += JSON.stringify(one).length
    if (first.length === room.entries || characters > room.characters) break
    first.push(one)
  }
  return trimmed(first)
}
