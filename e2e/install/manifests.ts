/** Questions about rendered objects. */
import type { Manifest } from './helm.ts'

export type Fields = Readonly<Record<string, unknown>>

export interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

/** Objects as `Kind/namespace/name`. */
export function namesOf(objects: readonly Manifest[]): readonly string[] {
  return objects.map(
    ({ kind, metadata: { namespace = '-', name } }) => `${kind}/${namespace}/${name}`,
  )
}

/** The only object of a kind, a namespace or a name. Throws when there are several. */
export function one(objects: readonly Manifest[], kind: string, where?: string): Manifest {
  const [found, ...more] = objects.filter(
    ({ kind: found, metadata: { namespace, name } }) =>
      found === kind && (where === undefined || namespace === where || name === where),
  )
  if (found === undefined || more.length > 0) throw new Error(`${more.length} more ${kind}`)
  return found
}

/** Value at a path of fields and indexes. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce((inner, key) => (inner as Fields | undefined)?.[key], value)
}

/** Environment of a Pod's first container; undefined for a value from elsewhere. */
export function envIn(pod: unknown): Readonly<Record<string, string | undefined>> {
  const env = at(pod, 'containers', 0, 'env') as readonly { name: string; value?: string }[]
  return Object.fromEntries(env.map(({ name, value }) => [name, value]))
}

/** Rules of a role; none of any other object. */
export function rulesIn({ rules }: Manifest): readonly Rule[] {
  return (rules ?? []) as readonly Rule[]
}

export function isWrite({ verbs }: Rule): boolean {
  return verbs.some((verb) => !['get', 'list', 'watch'].includes(verb))
}
