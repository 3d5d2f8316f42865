/** Splits a list's JSON into its items as it arrives, so that only one is parsed at a time. */
export interface ItemSplitter {
  /** The items that the chunk completes, unparsed. */
  push(chunk: Buffer): readonly Buffer[]
  /** The JSON without its items (`items` is empty), after the last chunk. */
  rest(): Buffer
  /** Buffered bytes: the unfinished item and everything outside items. */
  readonly heldBytes: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING: ReadonlySet<number> = new Set([0x7b, 0x5b])
const CLOSING: ReadonlySet<number> = new Set([0x7d, 0x5d])
const ARRAY = 0x5b

/** Depths of the list, of its array of items, of an item. */
const LIST_DEPTH = 1
const ITEMS_DEPTH = 2
const ITEM_DEPTH = 3
/** Longer than any key of a list. */
const LONGEST_KEY = 64

export function createItemSplitter(): ItemSplitter {
  let depth = 0
  let inString = false
  /** The last string in the list itself: the key of the next value. */
  let key = ''
  let inItems = false
  let item: Buffer[] = []
  let pendingBytes = 0
  const outside: Buffer[] = []
  let outsideBytes = 0

  function keep(piece: Buffer): void {
    if (inItems && depth >= ITEM_DEPTH) {
      item.push(piece)
      pendingBytes += piece.length
    } else if (!inItems) {
      outside.push(piece)
      outsideBytes += piece.length
    }
    // Between items are commas.
  }

  /** The end of a string that began before `from`: after its quote, or the chunk's end. */
  function endOfString(chunk: Buffer, from: number): number {
    for (let at = from; ; ) {
      const quote = chunk.indexOf(QUOTE, at)
      const end = quote === -1 ? chunk.length : quote
      if (depth === LIST_DEPTH && key.length < LONGEST_KEY) key += chunk.toString('latin1', at, end)
      const isEscaped = endsEscaped(chunk, from, end)
      if (quote === -1) {
        escapes = isEscaped
        return end
      }
      escapes = false
      at = quote + 1
      if (isEscaped) continue
      inString = false
      return at
    }
  }

  /** Whether the string so far ends with an escaping backslash. */
  let escapes = false

  function endsEscaped(chunk: Buffer, from: number, end: number): boolean {
    let at = end
    while (at > from && chunk[at - 1] === BACKSLASH) at -= 1
    const before = at === from && escapes ? 1 : 0
    return (end - at + before) % 2 === 1
  }

  return {
    push(chunk) {
      const items: Buffer[] = []
      let kept = 0
      const keepUpTo = (end: number) => {
        if (end > kept) keep(chunk.subarray(kept, end))
        kept = end
      }
      for (let at = 0; at < chunk.length; ) {
        if (inString) {
          at = endOfString(chunk, at)
          continue
        }
        const byte = chunk[at] ?? 0
        at += 1
        if (byte === QUOTE) {
          inString = true
          escapes = false
          if (depth === LIST_DEPTH) key = ''
        } else if (OPENING.has(byte)) {
          const isItem = inItems && depth === ITEMS_DEPTH
          if (isItem) keepUpTo(at - 1)
          depth += 1
          if (depth === ITEMS_DEPTH && byte === ARRAY && key === 'items') {
            keepUpTo(at)
            inItems = true
          }
        } else if (CLOSING.has(byte)) {
          if (inItems && depth === ITEM_DEPTH) {
            keepUpTo(at)
            items.push(Buffer.concat(item, pendingBytes))
            item = []
            pendingBytes = 0
          }
          if (inItems && depth === ITEMS_DEPTH) {
            keepUpTo(at - 1)
            inItems = false
          }
          depth -= 1
        }
      }
      keepUpTo(chunk.length)
      return items
    },
    rest: () => Buffer.concat(outside),
    get heldBytes() {
      return pendingBytes + outsideBytes
    },
  }
}
