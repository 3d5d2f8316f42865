import type { Random } from '#e2e/reader/random.ts'
import { concat, type LengthForm, tlv } from '#lib/csr/fixtures/der-writer.ts'
import { contentOf, type DerElement, readDer } from '#lib/csr/reading/der.ts'

/** An element taken apart, so that it can be rebuilt with one part changed. */
interface Tree {
  tag: number
  form: LengthForm
  /** Bytes before the parts: the unused-bits octet of a BIT STRING that holds DER. */
  prefix: Uint8Array
  content: Uint8Array
  parts: Tree[]
}

/** Makes one to three changes to elements; enclosing lengths stay right. */
export function mutateElements(bytes: Uint8Array, random: Random): Uint8Array {
  const root = readDer(bytes, () => {})
  if (root === null) return mutateBytes(bytes, random)
  const tree = treeOf(root)
  const changes = 1 + random.below(3)
  for (let i = 0; i < changes; i++) {
    const nodes = [...nodesOf(tree)]
    changeNode(random.pick(nodes), nodes, random)
  }
  return encode(tree)
}

/** Changes, removes or inserts one to three octets; lengths may become wrong. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let changed = bytes
  const changes = 1 + random.below(3)
  for (let i = 0; i < changes; i++) {
    const at = random.below(changed.length)
    const before = changed.subarray(0, at)
    const octet = changed[at] ?? 0
    const oddOctet = random.pick([octet ^ (1 << random.below(8)), 0, 0xff, 0x80, random.below(256)])
    changed = random.pick([
      () => concat(before, Uint8Array.of(oddOctet), changed.subarray(at + 1)),
      () => concat(before, changed.subarray(at + 1)),
      () => concat(before, Uint8Array.of(oddOctet), changed.subarray(at)),
    ])()
  }
  return changed
}

function treeOf(element: DerElement): Tree {
  const content = contentOf(element)
  const node: Tree = { tag: element.tag, form: 'minimal', prefix: NOTHING, content, parts: [] }
  if ((element.tag & 0x20) !== 0) return { ...node, parts: element.children.map(treeOf) }
  // Extension values and public keys hold DER of their own.
  const prefix = content.subarray(0, element.tag === 0x03 ? 1 : 0)
  if (element.tag !== 0x03 && element.tag !== 0x04) return node
  let faults = 0
  const inner = readDer(content.subarray(prefix.length), () => {
    faults++
  })
  return inner === null || faults > 0 ? node : { ...node, prefix, parts: [treeOf(inner)] }
}

const NOTHING = new Uint8Array()

const TAGS = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x12, 0x13, 0x14, 0x16, 0x17, 0x1a, 0x1b, 0x1c,
  0x1e, 0x30, 0x31, 0x80, 0x81, 0x82, 0x86, 0x87, 0xa0, 0xa1, 0xa2, 0xa3, 0x24, 0x2c, 0x10, 0x61,
]

type Change = (node: Tree, nodes: readonly Tree[], random: Random) => void

const CHANGES: readonly Change[] = [
  (node, _, random) => {
    node.tag = random.pick(TAGS)
  },
  (node, _, random) => {
    node.form = random.pick(['long', 'long', 'indefinite'] as const)
  },
  (node, _, random) => {
    if (node.parts.length > 0) node.parts.splice(random.below(node.parts.length), 1)
    else node.content = NOTHING
  },
  (node, _, random) => {
    const at = random.below(node.parts.length + 1)
    const copied = node.parts[random.below(node.parts.length)]
    if (copied !== undefined) node.parts.splice(at, 0, structuredClone(copied))
  },
  (node) => {
    node.parts.reverse()
  },
  (node, nodes, random) => {
    const other = structuredClone(random.pick(nodes))
    if (node.parts.length > 0) node.parts.splice(random.below(node.parts.length + 1), 0, other)
  },
  (node, nodes, random) => {
    Object.assign(node, structuredClone(random.pick(nodes)))
  },
  (node, _, random) => {
    if (node.parts.length === 0 && node.content.length > 0) {
      node.content = mutateBytes(node.content, random)
    } else if (node.parts.length === 0) node.content = random.bytes(random.below(3))
  },
  (node, _, random) => {
    if (node.parts.length === 0) node.content = concat(node.content, random.bytes(1))
  },
]

function changeNode(node: Tree, nodes: readonly Tree[], random: Random): void {
  random.pick(CHANGES)(node, nodes, random)
}

function* nodesOf(tree: Tree): Generator<Tree> {
  yield tree
  for (const part of tree.parts) yield* nodesOf(part)
}

function encode(tree: Tree): Uint8Array {
  const content =
    tree.parts.length > 0 ? concat(tree.prefix, ...tree.parts.map(encode)) : contentOrEmpty(tree)
  return tlv(tree.tag, content, tree.form)
}

/** A constructed element without parts is empty; its old content belonged to them. */
function contentOrEmpty(tree: Tree): Uint8Array {
  return (tree.tag & 0x20) !== 0 ? NOTHING : tree.content
}
