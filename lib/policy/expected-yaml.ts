import { isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument } from 'yaml'
import type { ExpectedProblem } from '#lib/csr/policy/expected-problem.ts'
import {
  type ExpectedRow,
  type ExpectedRows,
  expectedProblem,
  splitAddresses,
} from '#lib/policy/expected-row.ts'
import { tooDeepLine } from '#lib/policy/yaml-tokens.ts'

export const EXPECTED_API_VERSION = 'countersign.dev/v1alpha1'
export const EXPECTED_KIND = 'ExpectedMachines'

type Node = ParsedNode | null
type Fields = ReadonlyMap<string, Node>

/**
 * A list as YAML or JSON: a document of our kind, or only the sequence of machines. Every scalar is
 * a text: a machine may be called `1e3` or `no`.
 */
export function readExpectedYaml(text: string): ExpectedRows {
  const deep = tooDeepLine(text)
  if (deep !== null) return { rows: [], problems: [expectedProblem('tooDeep', deep)] }
  const lines = new LineCounter()
  // Duplicate keys are found below. The parser compares each key of a map with every other: twenty
  // thousand keys would take half a minute.
  const options = { lineCounter: lines, schema: 'failsafe', uniqueKeys: false } as const
  const document = parseDocument(text, options)
  const problems: ExpectedProblem[] = document.errors.map(({ code, message, linePos }) =>
    expectedProblem('malformed', linePos?.[0].line ?? null, {
      // First line of the message: the parser draws the position in the rest, and `line` has it.
      detail: message.split(/ at line |\n/, 1)[0] ?? code,
    }),
  )
  if (problems.length > 0) return { rows: [], problems }

  const lineOf = (node: Node) => (node === null ? null : lines.linePos(node.range[0]).line)
  const refuse = (node: Node, what: string) => {
    problems.push(expectedProblem('wrongShape', lineOf(node), { what }))
    return null
  }

  /** Fields of a map, each a known name; null for another node. */
  function fieldsOf(node: Node, known: readonly string[], what: string): Fields | null {
    if (!isMap(node)) return refuse(node, what)
    const fields = new Map<string, Node>()
    for (const { key, value } of node.items as { key: ParsedNode; value: Node }[]) {
      const name = textOf(key)
      if (name !== null && fields.has(name)) {
        problems.push(expectedProblem('fieldTwice', lineOf(key), { value: name }))
      } else if (name !== null && known.includes(name)) fields.set(name, value)
      else problems.push(expectedProblem('unknownField', lineOf(key), { value: name ?? '' }))
    }
    return fields
  }

  function machinesOf(root: Node): Node {
    if (isSeq(root)) return root
    const top = fieldsOf(root, ['apiVersion', 'kind', 'metadata', 'spec'], 'document')
    if (top === null) return null
    for (const [field, expected] of [
      ['apiVersion', EXPECTED_API_VERSION],
      ['kind', EXPECTED_KIND],
    ] as const) {
      const node = top.get(field) ?? null
      if (textOf(node) === expected) continue
      problems.push(
        expectedProblem('wrongKind', lineOf(node), { expected: `${field}: ${expected}` }),
      )
    }
    const spec = fieldsOf(top.get('spec') ?? null, ['machines'], 'spec')
    return spec?.get('machines') ?? null
  }

  function rowOf(node: ParsedNode): ExpectedRow | null {
    const line = lineOf(node) ?? 0
    const only = textOf(node)
    if (only !== null) return { line, name: only, addresses: [], role: '' }
    const fields = fieldsOf(node, ['name', 'addresses', 'role'], 'machine')
    if (fields === null) return null
    const [name, role] = [textField(fields, 'name'), textField(fields, 'role')]
    const addresses = addressesOf(fields.get('addresses') ?? null)
    return name === null || role === null || addresses === null
      ? null
      : { line, name, addresses, role }
  }

  function textField(fields: Fields, name: string): string | null {
    const node = fields.get(name) ?? null
    return node === null ? '' : (textOf(node) ?? refuse(node, name))
  }

  function addressesOf(node: Node): readonly string[] | null {
    if (node === null) return []
    const text = textOf(node)
    if (text !== null) return splitAddresses(text)
    if (!isSeq(node)) return refuse(node, 'addresses')
    const addresses: string[] = []
    for (const item of node.items as ParsedNode[]) {
      const address = textOf(item)
      if (address === null) return refuse(item, 'addresses')
      addresses.push(address)
    }
    return addresses
  }

  const machines = machinesOf(document.contents)
  if (problems.length > 0) return { rows: [], problems }
  if (!isSeq(machines)) return { rows: [], problems: [expectedProblem('empty', null)] }
  const rows = (machines.items as ParsedNode[]).map(rowOf).filter((row) => row !== null)
  return { rows, problems }
}

/** Text of a scalar; null for a list, a map or an alias. */
function textOf(node: Node): string | null {
  if (!isScalar(node)) return null
  return typeof node.value === 'string' ? node.value : ''
}
