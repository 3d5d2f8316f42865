import type { ServedResource } from '#sandbox/served-resources.ts'
import { groupVersion } from '#sandbox/served-resources.ts'

export const VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3',
  gitTreeState: 'clean',
  platform: 'linux/amd64',
}

/** Reviews by group: kinds that are created and never stored. */
const REVIEWS: Readonly<Record<string, readonly string[]>> = {
  'authentication.k8s.io': ['SelfSubjectReview'],
  'authorization.k8s.io': ['SelfSubjectAccessReview', 'SubjectAccessReview'],
}

/**
 * Discovery document of `/api`, `/apis`, `/apis/<group>`, `/api/v1` or `/apis/<group>/<version>`;
 * null for other paths.
 */
export function discover(path: string, served: readonly ServedResource[]): unknown {
  const [root, group, version, ...rest] = path.split('/').slice(1)
  if (rest.length > 0) return null
  if (root === 'api' && group === undefined) return { kind: 'APIVersions', versions: ['v1'] }
  if (root === 'api' && version === undefined && group === 'v1') return resourceList('v1', served)
  if (root !== 'apis') return null
  if (group === undefined) {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(served) }
  }
  if (version === undefined) {
    const found = groupsOf(served).find(({ name }) => name === group)
    return found === undefined ? null : { kind: 'APIGroup', apiVersion: 'v1', ...found }
  }
  return resourceList(`${group}/${version}`, served)
}

function groupsOf(served: readonly ServedResource[]) {
  const versions = new Map(Object.keys(REVIEWS).map((name) => [name, 'v1']))
  for (const { group, version } of served) if (group !== '') versions.set(group, version)
  return [...versions].map(([name, version]) => {
    const preferred = { groupVersion: `${name}/${version}`, version }
    return { name, versions: [preferred], preferredVersion: preferred }
  })
}

function resourceList(wanted: string, served: readonly ServedResource[]): unknown {
  const here = served.filter((resource) => groupVersion(resource) === wanted)
  const reviews = REVIEWS[wanted.replace(/\/v1$/, '')] ?? []
  if (here.length === 0 && reviews.length === 0) return null
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: wanted,
    resources: [
      ...reviews.map((kind) => ({
        ...{ name: `${kind.toLowerCase()}s`, singularName: kind.toLowerCase(), kind },
        ...{ namespaced: false, verbs: ['create'] },
      })),
      ...here.flatMap(resourcesOf),
    ],
  }
}

function resourcesOf(resource: ServedResource): readonly object[] {
  const { plural, singular, shortNames, namespaced, kind, subresources } = resource
  return [
    {
      name: plural,
      singularName: singular,
      shortNames,
      namespaced,
      kind,
      verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
    },
    ...subresources.map((one) => ({
      name: `${plural}/${one}`,
      singularName: '',
      namespaced,
      kind,
      verbs: ['get', 'patch', 'update'],
    })),
  ]
}
