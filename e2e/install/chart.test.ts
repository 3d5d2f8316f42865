import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { CHART, helm, render, rendered, type Values } from './helm.ts'
import { at, envIn, type Fields, isWrite, namesOf, one, rulesIn } from './manifests.ts'
import { renderedFiles } from './rendered-files.ts'

const podOf = (values: Values = {}): unknown =>
  at(one(rendered({ values }), 'Deployment'), 'spec', 'template', 'spec')
const argsOf = (values: Values = {}) => at(podOf(values), 'containers', 0, 'args')
const envOf = (values: Values = {}) => envIn(podOf(values))

it('Helm accepts the chart without a complaint', () => {
  expect(helm(['lint', CHART, '--strict'])).toContain('0 chart(s) failed')
})

it.each([...renderedFiles()])(
  'the file %s is what the chart and the settings make today',
  (path, text) => {
    expect(readFileSync(join(CHART, '..', '..', path), 'utf8')).toBe(text)
  },
)

it('the chart describes every value that it has, and has every value that it describes', () => {
  const schema: unknown = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8'))
  const values: unknown = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8'))
  const open: string[] = []
  const described = (inner: unknown, path: readonly string[]): (readonly string[])[] => {
    const properties = at(inner, 'properties')
    if (properties === undefined) return [path]
    if (at(inner, 'additionalProperties') !== false) open.push(path.join('.'))
    return Object.entries(properties as Fields).flatMap(([name, next]) =>
      described(next, [...path, name]),
    )
  }
  const paths = described(schema, [])
  expect(open).toEqual([])
  expect(paths.filter((path) => at(values, ...path) === undefined)).toEqual([])
})

it.each<[refused: string, Values]>([
  ['a value that it does not know', { approver: { replica: 3 } }],
  ['a port that is none', { approver: { port: 0 } }],
  ['a digest that is none', { image: { digest: 'sha256:1' } }],
  ['a prefix that is none', { approver: { serviceNetworks: ['10.0.0.1'] } }],
  ['a kind of second person that is none', { approver: { secondPerson: ['all'] } }],
])('the chart refuses %s', (_, values) => {
  expect(() => render({ values })).toThrow(/values don't meet the specifications/)
})

it('the chart has the version of the programs, and names their image', () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  const chart: unknown = parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'))
  expect([at(chart, 'version'), at(chart, 'appVersion')]).toEqual([version, version])
  const images: unknown = parse(String(at(chart, 'annotations', 'artifacthub.io/images')))
  expect(at(images, 0, 'image')).toBe(at(podOf(), 'containers', 0, 'image'))
})

describe('as shipped', () => {
  const objects = rendered()

  it('the chart as shipped makes these objects', () => {
    expect(namesOf(objects).toSorted()).toEqual([
      'ClusterRole/-/countersign-automatic-approver',
      'ClusterRoleBinding/-/countersign-automatic-approver',
      'ConfigMap/countersign/countersign-policy',
      'Deployment/countersign/countersign-approver',
      'NetworkPolicy/countersign/countersign-approver',
      'PodDisruptionBudget/countersign/countersign-approver',
      'Role/countersign/countersign-approver',
      'Role/default/countersign-approver',
      'Role/kube-system/countersign-approver',
      'RoleBinding/countersign/countersign-approver',
      'RoleBinding/default/countersign-approver',
      'RoleBinding/kube-system/countersign-approver',
      'ServiceAccount/countersign/countersign-approver',
    ])
  })

  it('the approver as shipped only says what it would approve', () => {
    const { data } = one(objects, 'ConfigMap') as unknown as { data: Record<string, string> }
    expect(at(parse(data['policy.yaml'] ?? ''), 'spec', 'automatic', 'mode')).toBe('shadow')
  })

  it('the chart never names the kill switch, so that an upgrade leaves it unchanged', () => {
    expect(Object.keys(at(one(objects, 'ConfigMap'), 'data') as Fields)).toEqual(['policy.yaml'])
  })

  it('the chart has a role that approves serving requests, and no more', () => {
    expect(rulesIn(one(objects, 'ClusterRole')).filter(isWrite)).toEqual([
      {
        apiGroups: ['certificates.k8s.io'],
        resources: ['certificatesigningrequests/approval'],
        verbs: ['update'],
      },
      {
        apiGroups: ['certificates.k8s.io'],
        resources: ['signers'],
        resourceNames: ['kubernetes.io/kubelet-serving'],
        verbs: ['approve'],
      },
    ])
  })

  it('the chart’s roles read no Secret', () => {
    const resources = objects.flatMap(rulesIn).flatMap((rule) => rule.resources)
    expect(resources).toContain('configmaps')
    expect(resources).not.toContain('secrets')
  })

  it('the chart’s Pods have only the token of their own volume', () => {
    expect(at(one(objects, 'ServiceAccount'), 'automountServiceAccountToken')).toBe(false)
    expect(at(podOf(), 'automountServiceAccountToken')).toBe(false)
  })
})

describe('a value', () => {
  it('the value clients lets the role approve client requests', () => {
    const role = one(rendered({ values: { approver: { clients: true } } }), 'ClusterRole')
    expect(rulesIn(role).at(-1)?.resourceNames).toEqual([
      'kubernetes.io/kubelet-serving',
      'kubernetes.io/kube-apiserver-client-kubelet',
    ])
  })

  it('the value expected.csv makes the list that the command line names', () => {
    const values = { expected: { csv: 'name\nworker-1\n' } }
    expect(argsOf(values)).toContain('--expected=configmap:countersign/countersign-expected')
    expect(namesOf(rendered({ values }))).toContain('ConfigMap/countersign/countersign-expected')
  })

  it('with existingConfigMap the role reads that one, and the chart makes none', () => {
    const objects = rendered({ values: { policy: { existingConfigMap: 'ours' } } })
    expect(objects.some(({ kind }) => kind === 'ConfigMap')).toBe(false)
    const rule = at(one(objects, 'Role', 'countersign'), 'rules', 0, 'resourceNames')
    expect(rule).toEqual(['ours'])
  })

  it.each<[name: string, approver: Values, env: Readonly<Record<string, string>>]>([
    ['kubelets.ask', { kubelets: { ask: false } }, { COUNTERSIGN_LIVE_CERTIFICATES: 'off' }],
    [
      'apiServer',
      { apiServer: { host: 'api.example.com' } },
      { KUBERNETES_SERVICE_HOST: 'api.example.com', KUBERNETES_SERVICE_PORT: '6443' },
    ],
  ])('the value %s reaches the environment', (_, approver, env) => {
    expect(envOf({ approver })).toMatchObject(env)
  })

  it('with hostNetwork the Pod starts on a node without a network, under no NetworkPolicy', () => {
    const objects = rendered({ values: { approver: { hostNetwork: true } } })
    expect(objects.some(({ kind }) => kind === 'NetworkPolicy')).toBe(false)
    const pod = podOf({ approver: { hostNetwork: true } })
    expect(at(pod, 'hostNetwork')).toBe(true)
    const tolerated = (at(pod, 'tolerations') as readonly { key: string }[]).map(({ key }) => key)
    expect(tolerated).toContain('node.kubernetes.io/network-unavailable')
  })

  it('the value image.digest takes the place of the tag', () => {
    const digest = `sha256:${'0'.repeat(64)}`
    const image = at(podOf({ image: { digest, tag: 'x' } }), 'containers', 0, 'image')
    expect(image).toBe(`countersign/countersign@${digest}`)
  })

  it('the value networkPolicy allows the API server and kubelets, and the named readers of metrics', () => {
    const from = [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }]
    const objects = rendered({ values: { networkPolicy: { metricsFrom: from } } })
    const spec = one(objects, 'NetworkPolicy').spec
    expect(at(spec, 'ingress', 0, 'from')).toEqual(from)
    const ports = at(spec, 'egress', 0, 'ports') as readonly { port: number }[]
    expect(ports.map(({ port }) => port)).toEqual([443, 6443, 10250])
    expect(at(one(rendered(), 'NetworkPolicy').spec, 'ingress')).toEqual([])
  })

  it('the value alerts adds the rules of the file', () => {
    const values = { alerts: { enabled: true, labels: { prometheus: 'main' } } }
    const rule = one(rendered({ values }), 'PrometheusRule')
    const file: unknown = parse(readFileSync(join(CHART, 'files/approver-alerts.yaml'), 'utf8'))
    expect(rule.spec).toEqual(file)
    expect(rule.metadata).toMatchObject({ labels: { prometheus: 'main' } })
  })

  it.each<[openshift: string, Values, apis: readonly string[], reads: boolean]>([
    ['auto, on OpenShift', {}, ['config.openshift.io/v1'], true],
    ['auto, elsewhere', {}, [], false],
    ['true, elsewhere', { openshift: true }, [], true],
    ['false, on OpenShift', { openshift: false }, ['config.openshift.io/v1'], false],
  ])(
    'with openshift %s the role reads the CA of its kubelets, or does not',
    (_, values, apiVersions, reads) => {
      const roles = namesOf(rendered({ values, apiVersions }))
      expect(roles.includes('Role/openshift-config-managed/countersign-approver')).toBe(reads)
    },
  )

  it('a release of another name has only objects of that name', () => {
    const text = helm(['template', 'second', CHART, '--namespace', 'other'])
    for (const [, name] of text.matchAll(/^ {2}name: (.*)$/gm)) {
      expect(name).toMatch(/^second-countersign-/)
    }
  })
})
