import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { CHART, helm, type RenderOptions, render, rendered, type Values } from './helm.ts'
import { at, envIn, isWrite, namesOf, one, rulesIn } from './manifests.ts'

const PUBLIC_URL = 'https://countersign.example.com'
const TEAM = { enabled: true, publicUrl: PUBLIC_URL, signIn: ['token'] }
const OIDC = { issuer: 'https://id.example.com:8444/realms/team', clientId: 'countersign' }
const ROUTES = 'route.openshift.io/v1'

/** The chart with a dashboard where people sign in with a token, and further values. */
const team = (dashboard: Values = {}, values: Values = {}): Values => ({
  dashboard: { ...TEAM, ...dashboard },
  ...values,
})
const objectsOf = (dashboard: Values = {}, values: Values = {}, options: RenderOptions = {}) =>
  rendered({ ...options, values: team(dashboard, values) })
const deploymentOf = (dashboard: Values = {}, values: Values = {}) =>
  one(objectsOf(dashboard, values), 'Deployment', 'countersign-dashboard')
const podOf = (dashboard: Values = {}, values: Values = {}) =>
  at(deploymentOf(dashboard, values), 'spec', 'template', 'spec')
const envOf = (dashboard: Values = {}) => envIn(podOf(dashboard))

const IMPERSONATING = { signIn: ['oidc'], oidc: OIDC, impersonation: 'constrained' }

it('the dashboard is off as shipped, with its roles', () => {
  expect(namesOf(rendered()).filter((name) => /dashboard|viewer/.test(name))).toEqual([])
})

describe('memory', () => {
  const { scripts } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )

  // The dashboard's Pod has half the young generation: some MB less, and a start 0.5 s longer.
  it.each([
    ['start', 'countersign-dashboard', 2],
    ['approver', 'countersign-approver', 1],
  ])('the memory is set as by `npm run %s` for %s', (script, name, share) => {
    const pod = at(one(objectsOf(), 'Deployment', name), 'spec', 'template', 'spec')
    const [, semiSpace = ''] = /--max-semi-space-size=(\d+)/.exec(scripts[script]) ?? []
    const ofMalloc = Object.entries(envIn(pod)).filter(([variable]) =>
      variable.startsWith('MALLOC_'),
    )
    expect(envIn(pod)).toMatchObject({
      NODE_OPTIONS: `--max-semi-space-size=${Number(semiSpace) / share}`,
    })
    expect(ofMalloc.map(([variable, value]) => `${variable}=${value}`)).toEqual(
      scripts[script].match(/MALLOC_\w+=\d+/g),
    )
  })

  it('the approver’s memory is limited in the image by the V8 flags of package.json', () => {
    const image = readFileSync(new URL('../../deploy/release/program.ts', import.meta.url), 'utf8')
    const [, inImage = ''] = /approver\/main\.js',\s*\[([^\]]*)\]/.exec(image) ?? []
    const [, flags = ''] = / node (.*) approver\//.exec(scripts.approver) ?? []
    // NODE_OPTIONS of the Pod sets this flag.
    const others = flags.split(' ').filter((flag) => !flag.startsWith('--max-semi-space-size='))
    expect(inImage.match(/--[^']+/g)).toEqual(others)
  })
})

it('a dashboard that is switched on adds these objects', () => {
  const before = new Set(namesOf(rendered()))
  const added = namesOf(objectsOf()).filter((name) => !before.has(name))
  expect(added.sort()).toEqual([
    'ClusterRole/-/countersign-approver',
    'ClusterRole/-/countersign-dashboard',
    'ClusterRole/-/countersign-viewer',
    'ClusterRoleBinding/-/countersign-dashboard',
    'Deployment/countersign/countersign-dashboard',
    'Ingress/countersign/countersign-dashboard',
    'NetworkPolicy/countersign/countersign-dashboard',
    'Role/countersign/countersign-dashboard',
    'Role/default/countersign-dashboard',
    'Role/kube-system/countersign-dashboard',
    'RoleBinding/countersign/countersign-dashboard',
    'RoleBinding/default/countersign-dashboard',
    'RoleBinding/kube-system/countersign-dashboard',
    'Service/countersign/countersign-dashboard',
    'ServiceAccount/countersign/countersign-dashboard',
  ])
})

it('a dashboard that is switched on leaves every object of the approver unchanged', () => {
  const approvers = (objects: ReturnType<typeof rendered>) =>
    objects.filter(({ metadata }) => !/dashboard|viewer|countersign-approver$/.test(metadata.name))
  expect(approvers(objectsOf())).toEqual(approvers(rendered()))
  const deployment = (objects: ReturnType<typeof rendered>) =>
    one(objects, 'Deployment', 'countersign-approver')
  expect(deployment(objectsOf())).toEqual(deployment(rendered()))
})

it.each<[refused: string, dashboard: Values, because: RegExp]>([
  ['no address', { publicUrl: '' }, /dashboard\.publicUrl is missing/],
  ['an address without TLS', { publicUrl: 'http://countersign.example.com' }, /specifications/],
  ['an address with a path', { publicUrl: `${PUBLIC_URL}/team` }, /specifications/],
  ['no way to sign in', { signIn: [] }, /dashboard\.signIn is empty/],
  ['a cluster name in two lines', { clusterName: 'prod\nedge' }, /specifications/],
  ['a way that does not exist', { signIn: ['password'] }, /specifications/],
  ['a provider that is not named', { signIn: ['oidc'] }, /dashboard\.oidc\.issuer/],
  ['a proxy whose address is not named', { signIn: ['proxy'] }, /dashboard\.trustedProxies/],
  ['acting as people who sign in otherwise', { impersonation: 'constrained' }, /needs oidc/],
  [
    'acting as people of OpenShift',
    { ...IMPERSONATING, oidc: { ...OIDC, kind: 'openshift' } },
    /oidc\.kind oidc/,
  ],
  ['acting as anybody', { ...IMPERSONATING, impersonation: 'legacy' }, /have to name everybody/],
  ['a database that is not named', { record: { store: 'postgres' } }, /existingSecret is needed/],
  ['a second replica', { replicas: 2 }, /specifications/],
])('the chart refuses %s', (_, dashboard, because) => {
  expect(() => render({ values: team(dashboard) })).toThrow(because)
})

const guide = readFileSync(new URL('../../docs/install.md', import.meta.url), 'utf8')
/** Examples of values, without objects of another program. */
const examples = [...guide.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```$/gm)]
  .map(([, , text = '']) => text)
  .filter((text) => !text.includes('\nkind: ImageSetConfiguration'))

it.each(examples)('the chart accepts the values of the guide: %#', (text) => {
  expect(examples.length).toBeGreaterThan(3)
  expect(render({ values: parse(text) })).toContain('kind: Deployment')
})

describe('its own account', () => {
  const objects = objectsOf({}, { openshift: true })
  const bound = objects.filter(
    ({ kind, subjects }) =>
      kind.endsWith('RoleBinding') && at(subjects, 0, 'name') === 'countersign-dashboard',
  )
  const roles = bound.map((binding) =>
    one(
      objects.filter(({ metadata }) => metadata.namespace === binding.metadata.namespace),
      binding.kind.replace('Binding', ''),
      'countersign-dashboard',
    ),
  )

  it('the dashboard’s account only reads, and reads no Secret', () => {
    const rules = roles.flatMap(rulesIn)
    expect(roles).toHaveLength(5)
    expect(rules.filter(isWrite)).toEqual([])
    expect(rules.flatMap(({ resources }) => resources)).not.toContain('secrets')
    expect(JSON.stringify(rules)).not.toContain('*')
  })

  it('the account acts as people only as users and groups, to ask for names and rights, and to approve', () => {
    const role = one(objectsOf(IMPERSONATING), 'ClusterRole', 'countersign-dashboard')
    const writes = rulesIn(role).filter(isWrite)
    expect(
      writes.flatMap(({ resources, verbs }) => resources.map((one) => `${verbs} ${one}`)),
    ).toEqual([
      'impersonate:user-info users',
      'impersonate:user-info groups',
      'impersonate-on:user-info:create selfsubjectreviews',
      'impersonate-on:user-info:create selfsubjectaccessreviews',
      'impersonate-on:user-info:update certificatesigningrequests/approval',
    ])
  })

  it('the account acts on an older API server only as people whom the values name', () => {
    const people = {
      viewers: { groups: ['viewers'], users: ['oidc:bob'] },
      approvers: { users: ['oidc:alice'] },
    }
    const legacy = objectsOf({ ...IMPERSONATING, impersonation: 'legacy' }, { people })
    const writes = rulesIn(one(legacy, 'ClusterRole', 'countersign-dashboard')).filter(isWrite)
    expect(writes).toEqual([
      {
        ...{ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] },
        resourceNames: ['oidc:bob', 'oidc:alice'],
      },
      {
        ...{ apiGroups: [''], resources: ['groups'], verbs: ['impersonate'] },
        resourceNames: ['viewers'],
      },
    ])
  })

  it('the account is bound to no role of the approver or of people', () => {
    expect([...new Set(bound.map(({ roleRef }) => at(roleRef, 'name')))]).toEqual([
      'countersign-dashboard',
    ])
  })

  it('the account reads everything that a person who may see has to be able to read', () => {
    const readable = rulesIn(one(objects, 'ClusterRole', 'countersign-dashboard'))
    const seen = rulesIn(one(objects, 'ClusterRole', 'countersign-viewer'))
    expect(readable).toEqual(expect.arrayContaining([...seen]))
  })
})

describe('roles of people', () => {
  const PEOPLE = { viewers: { groups: ['oidc:viewers'] }, approvers: { users: ['oidc:alice'] } }
  const objects = objectsOf({}, { people: PEOPLE })

  it('the role of viewers only reads', () => {
    expect(rulesIn(one(objects, 'ClusterRole', 'countersign-viewer')).filter(isWrite)).toEqual([])
  })

  it('the role of approvers sees what a viewer sees, and approves for the two kubelet signers', () => {
    const rules = rulesIn(one(objects, 'ClusterRole', 'countersign-approver'))
    const seen = rulesIn(one(objects, 'ClusterRole', 'countersign-viewer'))
    expect(rules.filter((rule) => !isWrite(rule))).toEqual(seen)
    expect(rules.filter(isWrite)).toEqual([
      {
        apiGroups: ['certificates.k8s.io'],
        resources: ['certificatesigningrequests/approval'],
        verbs: ['update'],
      },
      {
        apiGroups: ['certificates.k8s.io'],
        resources: ['signers'],
        resourceNames: [
          'kubernetes.io/kube-apiserver-client-kubelet',
          'kubernetes.io/kubelet-serving',
        ],
        verbs: ['approve'],
      },
    ])
  })

  it('the roles of people are bound to people whom the values name', () => {
    const binding = (name: string) => one(objects, 'ClusterRoleBinding', name)
    const apiGroup = 'rbac.authorization.k8s.io'
    expect(binding('countersign-viewers')).toMatchObject({
      roleRef: { kind: 'ClusterRole', name: 'countersign-viewer' },
      subjects: [{ apiGroup, kind: 'Group', name: 'oidc:viewers' }],
    })
    expect(binding('countersign-approvers')).toMatchObject({
      roleRef: { kind: 'ClusterRole', name: 'countersign-approver' },
      subjects: [{ apiGroup, kind: 'User', name: 'oidc:alice' }],
    })
  })

  it('the roles of people are aggregated on OpenShift only, and an approver’s never', () => {
    const labels = (role: string, values: Values = {}) =>
      Object.keys(at(one(objectsOf({}, values), 'ClusterRole', role), 'metadata', 'labels') ?? {})
    const aggregated = (names: readonly string[]) =>
      names.filter((name) => name.includes('/aggregate-to-'))
    expect(aggregated(labels('countersign-viewer'))).toEqual([])
    expect(aggregated(labels('countersign-viewer', { openshift: true }))).toEqual([
      'rbac.authorization.k8s.io/aggregate-to-cluster-reader',
    ])
    expect(aggregated(labels('countersign-approver', { openshift: true }))).toEqual([])
  })

  it('the value propose lets approvers file a proposal, and ask for the rights of its proposer', () => {
    const proposing = objectsOf({}, { people: { propose: true } })
    const writes = rulesIn(one(proposing, 'ClusterRole', 'countersign-approver')).filter(isWrite)
    expect(writes.slice(2).map(({ resources, verbs }) => [...resources, ...verbs])).toEqual([
      ['certificatesigningrequests', 'create'],
      ['subjectaccessreviews', 'create'],
    ])
  })
})

describe('its Pod', () => {
  it('the dashboard has one Pod, which ends before the next one begins', () => {
    expect(at(deploymentOf(), 'spec', 'replicas')).toBe(1)
    expect(at(deploymentOf(), 'spec', 'strategy')).toEqual({ type: 'Recreate' })
  })

  it('the Pod can be scheduled on the control plane, and prefers it', () => {
    const keys = (at(podOf(), 'tolerations') as readonly { key: string }[]).map(({ key }) => key)
    expect(keys).toEqual([
      'node-role.kubernetes.io/control-plane',
      'node-role.kubernetes.io/master',
    ])
    expect(JSON.stringify(at(podOf(), 'affinity'))).toContain('control-plane')
  })

  it('the Pod is probed at a port of its own', () => {
    const container = at(podOf(), 'containers', 0)
    expect(at(container, 'livenessProbe', 'httpGet')).toEqual({ path: '/livez', port: 'probes' })
    expect(at(container, 'readinessProbe', 'httpGet')).toEqual({ path: '/readyz', port: 'probes' })
  })

  it.each<[name: string, dashboard: Values, env: Readonly<Record<string, string | undefined>>]>([
    [
      'as little as can be',
      {},
      {
        COUNTERSIGN_PUBLIC_URL: PUBLIC_URL,
        COUNTERSIGN_LISTEN: '0.0.0.0:8443',
        COUNTERSIGN_PROBES: '0.0.0.0:8081',
        COUNTERSIGN_METRICS: '0.0.0.0:9090',
        COUNTERSIGN_SIGN_IN: 'token',
        COUNTERSIGN_CLUSTER_NAME: undefined,
        COUNTERSIGN_SESSION_IDLE: '10m',
        COUNTERSIGN_RECORD: 'sqlite:/var/lib/countersign/record/record.sqlite',
        COUNTERSIGN_RECORD_REQUIRED: 'true',
        COUNTERSIGN_TLS_CERT: undefined,
        COUNTERSIGN_OIDC_ISSUER: undefined,
        COUNTERSIGN_IMPERSONATE: undefined,
      },
    ],
    [
      'files',
      {
        signIn: ['oidc'],
        oidc: { ...OIDC, existingSecret: 'client', existingCaConfigMap: 'provider-ca' },
        tls: { existingSecret: 'pages-tls' },
        webhook: { existingSecret: 'hook' },
      },
      {
        COUNTERSIGN_OIDC_CLIENT_SECRET_FILE: '/etc/countersign/oidc/client-secret',
        COUNTERSIGN_OIDC_CA_FILE: '/etc/countersign/oidc-ca/ca.crt',
        COUNTERSIGN_TLS_CERT: '/etc/countersign/tls/tls.crt',
        COUNTERSIGN_TLS_KEY: '/etc/countersign/tls/tls.key',
        COUNTERSIGN_WEBHOOK_SECRET_FILE: '/etc/countersign/webhook/secret',
      },
    ],
    [
      'an ingress, without a proxy that signs people in',
      { trustedProxies: ['10.128.0.0/14'] },
      { COUNTERSIGN_TRUSTED_PROXIES: '10.128.0.0/14', COUNTERSIGN_PROXY_SIGN_OUT: undefined },
    ],
    ['no record', { record: { store: 'off' } }, { COUNTERSIGN_RECORD: 'off' }],
    [
      'a database',
      { record: { store: 'postgres', database: { existingSecret: 'db' } } },
      { COUNTERSIGN_RECORD: 'postgres', DATABASE_URL: undefined },
    ],
    [
      'a webhook whose address is in a Secret',
      { webhook: { urlSecret: 'slack', url: 'https://no.example.com' } },
      { COUNTERSIGN_WEBHOOK_URL: undefined, COUNTERSIGN_WEBHOOK_FORMAT: 'json' },
    ],
    ['IPv6', { listenAddress: '[::]' }, { COUNTERSIGN_LISTEN: '[::]:8443' }],
  ])('the Pod’s environment has %s', (_, dashboard, env) => {
    const given = envOf(dashboard)
    expect(Object.fromEntries(Object.keys(env).map((name) => [name, given[name]]))).toEqual(env)
  })

  it.each([
    ['countersign', 'countersign-viewer'],
    ['team', 'team-countersign-viewer'],
  ])('the dashboard of the release %s knows the name of the viewers’ role', (release, role) => {
    const objects = objectsOf({}, {}, { release })
    const pod = at(one(objects, 'Deployment', role.replace('viewer', 'dashboard')), 'spec')
    expect(envIn(at(pod, 'template', 'spec'))).toMatchObject({ COUNTERSIGN_VIEWER_ROLE: role })
    expect(namesOf(objects)).toContain(`ClusterRole/-/${role}`)
  })

  it.each<[record: string, volume: Values, expected: object]>([
    ['in a bounded volume of the Pod', {}, { emptyDir: { sizeLimit: '2Gi' } }],
    ['in one with another bound', { sizeLimit: '300Mi' }, { emptyDir: { sizeLimit: '300Mi' } }],
    [
      'in a claim that exists',
      { existingClaim: 'ours', size: '1Gi' },
      { persistentVolumeClaim: { claimName: 'ours' } },
    ],
    [
      'in a claim of the chart',
      { size: '1Gi' },
      { persistentVolumeClaim: { claimName: 'countersign-dashboard-record' } },
    ],
  ])('the Pod keeps its record %s', (_, volume, expected) => {
    const objects = objectsOf({ record: { volume } })
    const pod = podOf({ record: { volume } })
    expect(at(pod, 'volumes', 1)).toEqual({ name: 'record', ...expected })
    const made = objects.filter(({ kind }) => kind === 'PersistentVolumeClaim')
    expect(made).toHaveLength(JSON.stringify(expected).includes('dashboard-record') ? 1 : 0)
  })

  it('the Pod gets the group of its volume from OpenShift there', () => {
    expect(at(podOf(), 'securityContext', 'fsGroup')).toBe(65_532)
    expect(at(podOf({}, { openshift: true }), 'securityContext', 'fsGroup')).toBe(undefined)
  })

  it('the Pod can have sidecars, and the Service leads to them', () => {
    const sidecar = { name: 'oauth2-proxy', image: 'proxy', ports: [{ containerPort: 4180 }] }
    const values = { sidecars: [sidecar], service: { targetPort: 4180 } }
    expect(at(podOf(values), 'containers', 1)).toEqual(sidecar)
    const service = one(objectsOf(values), 'Service', 'countersign-dashboard')
    expect(at(service, 'spec', 'ports', 0, 'targetPort')).toBe(4180)
  })
})

describe('from outside', () => {
  it.each<[where: string, dashboard: Values, apis: readonly string[], kinds: readonly string[]]>([
    ['auto, elsewhere', {}, [], ['Ingress']],
    ['auto, on OpenShift', {}, [ROUTES], ['Route']],
    ['ingress, on OpenShift', { exposure: 'ingress' }, [ROUTES], ['Ingress']],
    ['none', { exposure: 'none' }, [ROUTES], []],
  ])('the exposure %s', (_, dashboard, apiVersions, kinds) => {
    const objects = objectsOf(dashboard, {}, { apiVersions })
    const found = objects.map(({ kind }) => kind).filter((kind) => /Ingress|Route/.test(kind))
    expect(found).toEqual(kinds)
  })

  it('the exposed host is that of the address, without the port', () => {
    const publicUrl = `${PUBLIC_URL}:8443`
    const { spec } = one(objectsOf({ publicUrl }), 'Ingress')
    expect(at(spec, 'rules', 0, 'host')).toBe('countersign.example.com')
    expect(at(spec, 'tls', 0, 'hosts')).toEqual(['countersign.example.com'])
  })

  it.each([
    ['ended by the router', {}, 'edge'],
    [
      'passed through to a certificate of its own',
      { tls: { existingSecret: 'tls' } },
      'passthrough',
    ],
  ])('the TLS of a Route is %s', (_, dashboard, termination) => {
    const { spec } = one(objectsOf({ ...dashboard, exposure: 'route' }), 'Route')
    expect(at(spec, 'tls')).toEqual({ termination, insecureEdgeTerminationPolicy: 'Redirect' })
  })

  it('a consoleLink leads to the dashboard’s address', () => {
    const { spec } = one(objectsOf({ consoleLink: { enabled: true } }), 'ConsoleLink')
    expect(spec).toMatchObject({ href: PUBLIC_URL, location: 'ApplicationMenu' })
  })
})

describe('its NetworkPolicy', () => {
  const policyOf = (dashboard: Values, values: Values = {}) =>
    at(one(objectsOf(dashboard, values), 'NetworkPolicy', 'countersign-dashboard'), 'spec')
  const portsOf = (dashboard: Values) =>
    (at(policyOf(dashboard), 'egress') as readonly { ports: readonly { port: number }[] }[])
      .flatMap(({ ports }) => ports)
      .map(({ port }) => port)

  it.each<[reaches: string, dashboard: Values, ports: readonly number[]]>([
    ['the API server and kubelets alone', {}, [443, 6443, 10250]],
    [
      'the provider, and names',
      { signIn: ['oidc'], oidc: OIDC },
      [443, 6443, 10250, 8444, 53, 53, 5353, 5353],
    ],
    [
      'the database',
      { record: { store: 'postgres', database: { existingSecret: 'db' } } },
      [443, 6443, 10250, 5432, 53, 53, 5353, 5353],
    ],
    [
      'the webhook',
      { webhook: { url: 'http://hooks.example.com/x' } },
      [443, 6443, 10250, 80, 53, 53, 5353, 5353],
    ],
    [
      'the webhook of a Secret',
      { webhook: { urlSecret: 'slack' } },
      [443, 6443, 10250, 443, 53, 53, 5353, 5353],
    ],
  ])('the NetworkPolicy lets the dashboard reach %s', (_, dashboard, ports) => {
    expect(portsOf(dashboard)).toEqual(ports)
  })

  it('the NetworkPolicy admits callers whom the values name', () => {
    const from = [{ namespaceSelector: { matchLabels: { name: 'ingress' } } }]
    const pages = { ports: [{ protocol: 'TCP', port: 'pages' }] }
    expect(at(policyOf({}), 'ingress')).toEqual([pages])
    const named = { networkPolicy: { pagesFrom: from, metricsFrom: from } }
    expect(at(policyOf({}, named), 'ingress')).toEqual([
      { ...pages, from },
      { from, ports: [{ protocol: 'TCP', port: 'metrics' }] },
    ])
  })

  it('there is no NetworkPolicy on the network of the host', () => {
    const names = namesOf(objectsOf({ hostNetwork: true }))
    expect(names).not.toContain('NetworkPolicy/countersign/countersign-dashboard')
  })
})

it('the dashboard’s metrics are collected at their own port', () => {
  const objects = objectsOf({}, { serviceMonitor: { enabled: true } })
  const service = one(objects, 'Service', 'countersign-dashboard-metrics')
  expect(at(service, 'spec', 'ports', 0)).toEqual({
    name: 'metrics',
    port: 9090,
    targetPort: 'metrics',
  })
  const monitor = one(objects, 'ServiceMonitor', 'countersign-dashboard')
  expect(at(monitor, 'spec', 'selector', 'matchLabels')).toEqual(at(service, 'spec', 'selector'))
})

it('the dashboard has its own alert rules', () => {
  const objects = objectsOf({}, { alerts: { enabled: true, labels: { prometheus: 'main' } } })
  const rule = one(objects, 'PrometheusRule', 'countersign-dashboard')
  const file = readFileSync(`${CHART}/files/dashboard-alerts.yaml`, 'utf8')
  expect(rule.spec).toEqual(parse(file))
  expect(rule.metadata).toMatchObject({ labels: { prometheus: 'main' } })
})

it.each<[says: string, dashboard: Values, isWarned: boolean]>([
  ['warns that the record is lost with its Pod', {}, true],
  ['has no warning with a claim', { record: { volume: { size: '1Gi' } } }, false],
  ['has no warning without a record', { record: { store: 'off' } }, false],
])('the chart’s note %s', (_, dashboard, isWarned) => {
  const printed = helm(
    ['install', 'countersign', CHART, '--dry-run=client', '--values', '-', '--namespace', 'x'],
    { input: JSON.stringify(team(dashboard)) },
  )
  expect(printed).toContain(`The dashboard is at ${PUBLIC_URL}`)
  expect(printed.includes('WARNING')).toBe(isWarned)
})
