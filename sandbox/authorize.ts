import type { Rights, Rule, User } from '#sandbox/identities.ts'

export interface ResourceAttributes {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
}

export function mayTouch(rights: Rights, user: User, wanted: ResourceAttributes): boolean {
  return rights.rulesOf(user).some((rule) => allowsResource(rule, wanted))
}

export function maySee(rights: Rights, user: User, verb: string, path: string): boolean {
  return rights
    .rulesOf(user)
    .some(
      (rule) => includes(rule.verbs, verb) && (rule.paths ?? []).some((one) => covers(one, path)),
    )
}

/** The API server's words after "is forbidden: ". */
export function cannot(user: User, wanted: ResourceAttributes): string {
  const { verb, group, namespace = '' } = wanted
  const scope = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const resource = resourceOf(wanted)
  return `User "${user.username}" cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`
}

/**
 * The approval admission's question: a right for the exact signer, or for every signer of its
 * domain.
 */
export function maySign(rights: Rights, user: User, signerName: string): boolean {
  const domain = `${signerName.split('/')[0]}/*`
  return [signerName, domain].some((name) =>
    mayTouch(rights, user, {
      verb: 'approve',
      group: 'certificates.k8s.io',
      resource: 'signers',
      name,
    }),
  )
}

function allowsResource(rule: Rule, wanted: ResourceAttributes): boolean {
  const { name = '' } = wanted
  return (
    includes(rule.verbs, wanted.verb) &&
    includes(rule.groups ?? [], wanted.group) &&
    includes(rule.resources ?? [], resourceOf(wanted)) &&
    (rule.names === undefined || rule.names.includes(name))
  )
}

function resourceOf({ resource, subresource = '' }: ResourceAttributes): string {
  return subresource === '' ? resource : `${resource}/${subresource}`
}

function includes(list: readonly string[], value: string): boolean {
  return list.includes(value) || list.includes('*')
}

function covers(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path
}
