type Compare<Row> = (a: Row, b: Row) => number
type Test<Row> = (row: Row) => boolean

/** Sorted rows that a view pages and filters. */
export interface RowList<Row> {
  readonly size: number
  slice(from: number, to: number): readonly Row[]
  /** Rows, in order, whose search text has each of the words and that pass the test. */
  filter(words: readonly string[], test: Test<Row> | null): readonly Row[]
}

/** Most rows of one chunk, and so of one move. */
const CHUNK_ROWS = 512

interface Chunk<Row> {
  readonly rows: Row[]
  /** Search texts of the rows, joined at the first search after a change. */
  text: ChunkText | null
}

/** One long text: searching it is ten times faster than searching one text for each row. */
interface ChunkText {
  readonly all: string
  /** Start of each row's text, and the end of the last one. */
  readonly starts: readonly number[]
}

/** Separator between the texts of two rows. */
const BETWEEN = '\0'

/**
 * Rows sorted in chunks: a change costs one chunk, a page the chunks it covers. Rows must not
 * compare equal. To move a row, remove the old object and add a new one.
 */
export class SortedRows<Row> implements RowList<Row> {
  readonly #compare: Compare<Row>
  readonly #textOf: (row: Row) => string
  readonly #chunks: Chunk<Row>[] = []
  #size = 0

  constructor(compare: Compare<Row>, textOf: (row: Row) => string = () => '') {
    this.#compare = compare
    this.#textOf = textOf
  }

  get size(): number {
    return this.#size
  }

  add(row: Row): void {
    this.#size += 1
    const found = this.#chunkFor(row) ?? this.#chunks.at(-1)
    if (found === undefined) {
      this.#chunks.push({ rows: [row], text: null })
      return
    }
    found.rows.splice(this.#placeIn(found, row), 0, row)
    found.text = null
    if (found.rows.length <= CHUNK_ROWS) return
    const rows = found.rows.splice(CHUNK_ROWS / 2)
    this.#chunks.splice(this.#chunks.indexOf(found) + 1, 0, { rows, text: null })
  }

  /** Removes a row that was added before. */
  remove(row: Row): void {
    const chunk = this.#chunkFor(row)
    const place = chunk === undefined ? -1 : this.#placeIn(chunk, row)
    if (chunk?.rows[place] !== row) throw new Error('The row is not in the list.')
    this.#size -= 1
    chunk.rows.splice(place, 1)
    chunk.text = null
    if (chunk.rows.length === 0) this.#chunks.splice(this.#chunks.indexOf(chunk), 1)
  }

  /** Removes and adds rows; returns whether there were any. */
  replace(gone: readonly Row[], come: readonly Row[]): boolean {
    for (const row of gone) this.remove(row)
    for (const row of come) this.add(row)
    return gone.length + come.length > 0
  }

  at(index: number): Row | undefined {
    return this.slice(index, index + 1)[0]
  }

  slice(from: number, to: number): readonly Row[] {
    const page: Row[] = []
    let first = 0
    for (const { rows } of this.#chunks) {
      if (first >= to) break
      if (first + rows.length > from)
        page.push(...rows.slice(Math.max(0, from - first), to - first))
      first += rows.length
    }
    return page
  }

  /** Number of rows before the first one for which `before` is false. */
  countBefore(before: Test<Row>): number {
    const whole = countBefore(this.#chunks, ({ rows }) => before(lastOf(rows)))
    let count = 0
    for (const { rows } of this.#chunks.slice(0, whole)) count += rows.length
    return count + countBefore(this.#chunks[whole]?.rows ?? [], before)
  }

  filter(words: readonly string[], test: Test<Row> | null): readonly Row[] {
    const found: Row[] = []
    for (const chunk of this.#chunks) {
      const rows = words.length === 0 ? chunk.rows : this.#search(chunk, words)
      for (const row of rows) if (test === null || test(row)) found.push(row)
    }
    return found
  }

  #search(chunk: Chunk<Row>, words: readonly string[]): readonly Row[] {
    chunk.text ??= chunkText(chunk.rows.map(this.#textOf))
    const { all, starts } = chunk.text
    const [first = '', ...others] = words
    const found: Row[] = []
    let row = 0
    for (let at = all.indexOf(first); at !== -1; ) {
      while ((starts[row + 1] ?? all.length) <= at) row += 1
      const end = (starts[row + 1] ?? all.length) - BETWEEN.length
      const isInside = at + first.length <= end
      if (isInside && holds(all.slice(starts[row], end), others)) found.push(chunk.rows[row] as Row)
      at = all.indexOf(first, isInside ? end : at + 1)
    }
    return found
  }

  /** The first chunk that ends at or after the row. */
  #chunkFor(row: Row): Chunk<Row> | undefined {
    const ended = countBefore(this.#chunks, ({ rows }) => this.#compare(lastOf(rows), row) < 0)
    return this.#chunks[ended]
  }

  #placeIn({ rows }: Chunk<Row>, row: Row): number {
    return countBefore(rows, (other) => this.#compare(other, row) < 0)
  }
}

function chunkText(texts: readonly string[]): ChunkText {
  const starts = [0]
  let end = 0
  for (const text of texts) {
    end += text.length + BETWEEN.length
    starts.push(end)
  }
  return { all: texts.map((text) => text + BETWEEN).join(''), starts }
}

function holds(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word))
}

/** The last row of a chunk; chunks are never empty. */
function lastOf<Row>(rows: readonly Row[]): Row {
  return rows[rows.length - 1] as Row
}

/** Number of ordered rows before the first one for which `before` is false. */
function countBefore<Row>(rows: readonly Row[], before: Test<Row>): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (before(rows[middle] as Row)) low = middle + 1
    else high = middle
  }
  return low
}
