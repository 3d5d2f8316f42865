import type { MissingRight } from '#lib/query/domain-types.ts'

interface MissingRule extends Pick<MissingRight, 'group' | 'resource'> {
  readonly verbs: readonly string[]
}

/** The missing rights as a role would have them: the verbs of one resource in one rule. */
export function rulesOf(missing: readonly MissingRight[]): readonly MissingRule[] {
  const rules = new Map<string, MissingRule>()
  for (const { group, resource, verb } of missing) {
    const key = `${group}/${resource}`
    const verbs = [...(rules.get(key)?.verbs ?? []), verb]
    rules.set(key, { group, resource, verbs })
  }
  return [...rules.values()]
}
