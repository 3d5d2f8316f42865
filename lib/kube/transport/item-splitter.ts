/** Cuts the JSON of a list into its items as it arrives, so that no more than one of them is parsed at a time. */
export interface ItemSplitter {
  /** The items that the chunk has completed, as they came. */
  push(chunk: Buffer): readonly Buffer[]
  /** All but the items, `items` being empty, when everything has been pushed. */
  rest(): Buffer
  /** Of the item that has begun and of all that is no item, so far. */
  readonly heldBytes: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING: ReadonlySet<number> = new Set([0x7b, 0x5b])
const CLOSING: ReadonlySet<number> = new Set([0x7d, 0x5d])
const ARRAY = 0x5b

/** The list, its array of items, an item. */
const LIST_DEPTH = 1
const ITEMS_DEPTH = 2
const ITEM_DEPTH = 3
/** Longer than the keys of a list. */
const LONGEST_KEY = 64

export function createItemSplitter(): ItemSplitter {
  let depth = 0
  let inString = false
  /** The last string of the list itself: the key of what follows. */
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
    // Between the items stand commas.
  }

  /** Where the string that began before `from` ends: after its quote, or with the chunk. */
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

  /** The string's text so far ends with a backslash that escapes what follows. */
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
