import {
  isCollection,
  isMap,
  isScalar,
  type LineCounter,
  type Node,
  type ParsedNode,
  Scalar,
} from 'yaml'

export type Path = readonly (string | number)[]

/** Position in the text, both counted from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** `spec.rules[0].cel`; '' for the document itself. */
export function pathText(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`
      const plain = /^[A-Za-z][A-Za-z0-9]*$/.test(part) ? part : JSON.stringify(part)
      return index === 0 ? plain : `.${plain}`
    })
    .join('')
}

/** The node at that path, or the nearest existing node around it. */
export function nodeAt(root: ParsedNode | null, path: Path): Node | null {
  let node: unknown = root
  for (const part of path) {
    const inner: unknown = isCollection(node) ? node.get(part, true) : undefined
    if (!isNode(inner)) break
    node = inner
  }
  return isNode(node) ? node : null
}

/** The key of a map, as written in the text. */
export function keyAt(map: Node | null, key: string): Node | null {
  if (!isMap(map)) return null
  for (const pair of map.items) {
    if (isScalar(pair.key) && String(pair.key.value) === key) return pair.key
  }
  return null
}

export function placeOf(node: Node | null, lines: LineCounter): Place {
  return at(node?.range?.[0] ?? 0, lines)
}

/**
 * Position of an offset inside a scalar. Exact for plain and quoted texts on one line, and for
 * block texts (`|`), where each line is a line.
 */
export function placeWithin(
  node: Node | null,
  offset: number,
  text: string,
  lines: LineCounter,
): Place {
  const start = placeOf(node, lines)
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return start
  const [from, to] = node.range
  const source = text.slice(from, to)
  const { value } = node
  if (node.type === Scalar.BLOCK_LITERAL) {
    const [, ...body] = source.split('\n')
    const before = value.slice(0, offset).split('\n')
    const written = body[before.length - 1] ?? ''
    const meant = value.split('\n')[before.length - 1] ?? ''
    const indent = written.replace(/\r$/, '').length - meant.length
    const column = Math.max(0, indent) + (before.at(-1)?.length ?? 0) + 1
    return { line: start.line + before.length, column }
  }
  const quote = node.type === Scalar.PLAIN ? 0 : 1
  const inner = source.slice(quote, source.length - quote)
  return inner === value ? at(from + quote + offset, lines) : start
}

function at(offset: number, lines: LineCounter): Place {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function isNode(value: unknown): value is Node {
  return isCollection(value) || isScalar(value)
}
