import { type CelInput, celList, celMap } from '@bufbuild/cel'
import type { RuleDoubt } from '#lib/csr/policy/policy.ts'

/**
 * Types and bounds of what a rule can read. The cost of a rule is computed from these bounds; for a
 * request beyond them every rule is unknown.
 */
export type Shape =
  | { readonly kind: 'text'; readonly most: number }
  | { readonly kind: 'number' }
  | { readonly kind: 'flag' }
  /** `depth`: nested lists inside an element; 0 for a flat one. */
  | { readonly kind: 'list'; readonly most: number; readonly depth: number; readonly of: Shape }
  | {
      readonly kind: 'object'
      readonly fields: Readonly<Record<string, Shape>>
      /** The fields as an array, made once: ten thousand requests are bound in a row. */
      readonly entries: readonly (readonly [string, Shape])[]
    }
  | { readonly kind: 'other' }

const text = (most: number): Shape => ({ kind: 'text', most })
const list = (most: number, of: Shape): Shape => ({ kind: 'list', most, depth: 0, of })
const object = (fields: Readonly<Record<string, Shape>>): Shape => ({
  kind: 'object',
  fields,
  entries: Object.entries(fields),
})

const NAME = text(253)
const LONG = text(1_024)
const NUMBER: Shape = { kind: 'number' }
const FLAG: Shape = { kind: 'flag' }
/** Most subject alternative names of one kind. */
export const MAX_SANS = 1_000
const ADDRESSES = list(256, object({ type: text(64), address: NAME }))

/** Variables of a rule. A field is null where the cluster has none; so are `node` and `machine`. */
export const VARIABLES: Readonly<Record<string, Shape>> = {
  request: object({
    name: NAME,
    signerName: LONG,
    username: LONG,
    groups: list(64, LONG),
    usages: list(32, text(64)),
    expirationSeconds: NUMBER,
    nodeName: NAME,
    dnsNames: list(MAX_SANS, NAME),
    ipAddresses: list(MAX_SANS, text(45)),
    keyAlgorithm: text(64),
    keyParameter: text(64),
  }),
  node: object({
    name: NAME,
    createdAt: text(64),
    roles: list(64, NAME),
    version: LONG,
    addresses: ADDRESSES,
    ready: object({ status: text(64), reason: LONG, since: text(64) }),
    unschedulable: FLAG,
    taints: list(64, LONG),
  }),
  machine: object({
    apiGroup: NAME,
    namespace: NAME,
    name: NAME,
    createdAt: text(64),
    phase: text(64),
    role: NAME,
    nodeRef: object({ name: NAME }),
    addresses: ADDRESSES,
  }),
}

const SHAPES = Object.entries(VARIABLES)

export type Bindings = Readonly<Record<string, CelInput>>

/**
 * Binds the input as CEL values (whole numbers become ints), or names the list that exceeds its
 * bound.
 */
export function bind(
  input: object,
): { readonly bindings: Bindings } | { readonly tooMuch: RuleDoubt } {
  const excess: RuleDoubt[] = []
  const bindings: Record<string, CelInput> = {}
  for (const [name, shape] of SHAPES) {
    bindings[name] = convert(Reflect.get(input, name), shape, name, excess)
  }
  const [first] = excess
  return first === undefined ? { bindings } : { tooMuch: first }
}

function beyond(finding: 'tooLong' | 'tooMany', field: string, most: number): RuleDoubt {
  return { finding, values: { field, most: String(most) } }
}

function convert(value: unknown, shape: Shape, at: string, excess: RuleDoubt[]): CelInput {
  if (value === null || value === undefined) return null
  switch (shape.kind) {
    case 'text': {
      const text = typeof value === 'string' ? value : ''
      if (text.length > shape.most) excess.push(beyond('tooLong', at, shape.most))
      return text
    }
    case 'number':
      return BigInt(Number(value))
    case 'flag':
      return value === true
    case 'list': {
      const items = Array.isArray(value) ? (value as readonly unknown[]) : []
      if (items.length > shape.most) {
        excess.push(beyond('tooMany', at, shape.most))
        return celList([])
      }
      return celList(items.map((item) => convert(item, shape.of, at, excess)))
    }
    case 'object': {
      const fields = new Map<string, CelInput>()
      for (const [name, field] of shape.entries) {
        fields.set(name, convert(Reflect.get(Object(value), name), field, name, excess))
      }
      return celMap(fields)
    }
    case 'other':
      return null
  }
}
