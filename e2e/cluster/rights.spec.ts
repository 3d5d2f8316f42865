/**
 * The chart's identities: their rights by a real API server compared with the table in
 * docs/security.md.
 */
import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import type { Impersonated } from '../fixtures/kube-client.ts'
import { CHART, helm } from '../install/helm.ts'
import { sharedCluster } from './shared-cluster.ts'

const NAMESPACE = 'countersign'
/** The cluster's own identities have roles of the names that a release `countersign` makes. */
const RELEASE = 'rights-countersign'
const RULES_REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'
const DOCUMENT = new URL('../../docs/security.md', import.meta.url)

/** Values of every installation here; `legacy` impersonation has to name all people. */
const PEOPLE: Readonly<Record<string, readonly string[]>> = {
  'people.viewers.groups': ['viewers'],
  'people.viewers.users': ['bob'],
  'people.approvers.groups': ['approvers'],
  'people.approvers.users': ['alice'],
}
const VALUES: readonly string[] = [
  ...['dashboard.enabled=true', 'dashboard.publicUrl=https://countersign.example.com'],
  ...['dashboard.signIn={oidc}', 'dashboard.oidc.issuer=https://login.example.com'],
  'dashboard.oidc.clientId=countersign',
  // The cluster has OpenShift's APIs, by which the chart would give the rights of that setting.
  'openshift=false',
  ...Object.entries(PEOPLE).map(([name, list]) => `${name}={${list}}`),
]

const account = (name: string): Impersonated => ({
  username: `system:serviceaccount:${NAMESPACE}:${name}`,
})
const IDENTITIES: Readonly<Record<string, Impersonated>> = {
  'dashboard account': account(`${RELEASE}-dashboard`),
  'approver account': account(`${RELEASE}-approver`),
  viewers: { username: 'one-of-them', groups: ['viewers', 'system:authenticated'] },
  approvers: { username: 'one-of-them', groups: ['approvers', 'system:authenticated'] },
}
/** Identities without a right of their own, for the rights that every identity has. */
const EVERYBODY = {
  account: account('somebody'),
  person: { username: 'somebody', groups: ['system:authenticated'] },
}

interface Rules {
  readonly resourceRules: readonly {
    readonly verbs: readonly string[]
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly resourceNames?: readonly string[]
  }[]
  readonly nonResourceRules: readonly {
    readonly verbs: readonly string[]
    readonly nonResourceURLs: readonly string[]
  }[]
}

interface Row {
  readonly setting?: string
  readonly who: string
  readonly may: string
  readonly objects: string
  readonly named: string
  readonly in: string
}

const rows = tables(readFileSync(DOCUMENT, 'utf8'), 'What each may do') as unknown as readonly Row[]
const AS_SHIPPED = 'no other setting'
const settings = [...new Set(rows.map(({ setting = AS_SHIPPED }) => setting))]

const site = sharedCluster()
let namespaces: readonly string[]

beforeAll(async () => {
  for (const namespace of [NAMESPACE, 'other']) {
    await site.cluster.kubectl(['create', 'namespace', namespace])
  }
  const { body } = await site.admin.call<{ items: readonly { metadata: { name: string } }[] }>(
    'GET',
    '/api/v1/namespaces',
  )
  namespaces = body.items.map(({ metadata }) => metadata.name)
})

it.each(settings)(
  'each identity has the rights of the table and no other, with %s',
  async (setting) => {
    const more = setting === AS_SHIPPED ? [] : [setting.replace(': ', '=')]
    helm([
      ...['upgrade', '--install', RELEASE, CHART, '--namespace', NAMESPACE, '--reset-values'],
      ...['--kubeconfig', site.cluster.kubeconfigs.admin],
      ...[...VALUES, ...more].flatMap((value) => ['--set', value]),
    ])
    const wanted = rows.filter((row) => row.setting === undefined || row.setting === setting)
    // The authorizer learns of a changed role by a watch.
    await expect.poll(rightsOfAll, { timeout: 30_000 }).toEqual(documented(wanted))
  },
)

/** Rights as `<who>, <namespace>: <verb> <object> <name>`, sorted. */
function documented(wanted: readonly Row[]): readonly string[] {
  return wanted
    .flatMap((row) => {
      const where = row.in === 'everywhere' ? namespaces : listed(row.in)
      const named = row.named === '' ? ['*'] : listed(row.named).flatMap(namesHere)
      return listed(row.who).flatMap((who) =>
        where.flatMap((namespace) =>
          combined(listed(row.may), listed(row.objects), named).map(
            (right) => `${who}, ${namespace}: ${right}`,
          ),
        ),
      )
    })
    .sort()
}

/** Names of this release for a name that the table gives. */
function namesHere(name: string): string | readonly string[] {
  return PEOPLE[name] ?? name.replace(/^countersign-/, `${RELEASE}-`)
}

async function rightsOfAll(): Promise<readonly string[]> {
  const all = await Promise.all(
    Object.entries(IDENTITIES).map(async ([who, identity]) => {
      const plain = identity.groups === undefined ? EVERYBODY.account : EVERYBODY.person
      const inEach = namespaces.map(async (namespace) => {
        const common = await rightsOf(plain, namespace)
        const own = await rightsOf(identity, namespace)
        return [...own]
          .filter((right) => !common.has(right))
          .map((right) => `${who}, ${namespace}: ${right}`)
      })
      return (await Promise.all(inEach)).flat()
    }),
  )
  return all.flat().sort()
}

/** Answer of `kubectl auth can-i --list`, one text a right. */
async function rightsOf(as: Impersonated, namespace: string): Promise<ReadonlySet<string>> {
  const { status, body } = await site.admin.call<{ status: Rules }>('POST', RULES_REVIEWS, {
    as,
    body: { spec: { namespace } },
  })
  expect(status).toBe(201)
  const { resourceRules, nonResourceRules } = body.status
  return new Set([
    ...resourceRules.flatMap(({ verbs, apiGroups, resources, resourceNames = [] }) =>
      combined(
        verbs,
        apiGroups.flatMap((group) => resources.map((resource) => inGroup(resource, group))),
        resourceNames.length === 0 ? ['*'] : resourceNames,
      ),
    ),
    ...nonResourceRules.flatMap(({ verbs, nonResourceURLs }) =>
      combined(verbs, nonResourceURLs, ['*']),
    ),
  ])
}

/** The resource as kubectl writes it: `resource.group/subresource`. */
function inGroup(resource: string, group: string): string {
  const [name, subresource] = resource.split('/')
  return [`${name}${group === '' ? '' : `.${group}`}`, subresource].filter(Boolean).join('/')
}

function combined(
  verbs: readonly string[],
  objects: readonly string[],
  named: readonly string[],
): readonly string[] {
  return verbs.flatMap((verb) =>
    objects.flatMap((object) => named.map((name) => `${verb} ${object} ${name}`)),
  )
}

/** Rows of the tables under a heading, by the names of their columns, without backticks. */
function tables(text: string, heading: string): readonly Readonly<Record<string, string>>[] {
  const part = text.split(/^## /m).find((section) => section.startsWith(heading)) ?? ''
  let columns: readonly string[] = []
  return part.split('\n').flatMap((line, index, lines) => {
    if (!line.startsWith('|') || line.startsWith('| ---')) return []
    const cells = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', ''))
    if (lines[index + 1]?.startsWith('| ---')) {
      columns = cells
      return []
    }
    return [Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']))]
  })
}

function listed(cell: string): readonly string[] {
  return cell.split(', ')
}
