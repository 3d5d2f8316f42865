import { expect, it } from 'vitest'
import { readSettings, type Settings } from '#lib/settings/approver-settings.ts'

function settings(args: readonly string[], env: Record<string, string> = {}): Settings {
  const reading = readSettings(args, env)
  if (!('settings' in reading)) throw new Error(JSON.stringify(reading))
  return reading.settings
}

it('the approver has safe defaults: it listens on this machine only', () => {
  expect(settings(['--policy', 'policy.yaml'])).toMatchObject({
    policy: { kind: 'file', path: 'policy.yaml' },
    expected: null,
    lease: { namespace: 'countersign', name: 'countersign-approver' },
    metricsHost: '127.0.0.1',
    metricsPort: 8431,
    kubeconfig: null,
    liveCertificates: { on: true, proxy: null },
  })
})

it('the approver reads a ConfigMap, a Lease and an address', () => {
  const args = ['--lease', 'ops/mine', '--metrics-host', '0.0.0.0', '--metrics-port', '0']
  const env = {
    COUNTERSIGN_POLICY: 'configmap:ops/policy',
    COUNTERSIGN_SERVICE_NETWORKS: '10.96.0.0/12, fd00::/108',
  }
  expect(settings(args, env)).toMatchObject({
    policy: { kind: 'configMap', namespace: 'ops', name: 'policy' },
    lease: { namespace: 'ops', name: 'mine' },
    metricsHost: '0.0.0.0',
    metricsPort: 0,
    serviceNetworks: ['10.96.0.0/12', 'fd00::/108'],
  })
})

// `settings.test.ts` has every text of the settings that both programs have.
it('the approver reads the variables that both programs have', () => {
  const env = {
    COUNTERSIGN_SECOND_PERSON: 'suspicious',
    COUNTERSIGN_KUBELET_PORTS: '10260',
    COUNTERSIGN_KUBELET_NETWORKS: '198.18.0.0/15',
  }
  expect(settings(['--policy', 'p'], env)).toMatchObject({
    secondPerson: ['suspicious'],
    liveCertificates: { on: true, ports: [10_260], networks: ['198.18.0.0/15'] },
  })
  const off = { ...env, COUNTERSIGN_LIVE_CERTIFICATES: 'off' }
  expect(settings(['--policy', 'p'], off).liveCertificates).toEqual({ on: false })
})

it('two processes of one name have different identities: otherwise both would lead', () => {
  const args = ['--policy', 'p', '--identity', 'same']
  expect(settings(args).identity).toMatch(/^same_/)
  expect(settings(args).identity).not.toBe(settings(args).identity)
})

it.each([
  ['no policy', []],
  ['no place', ['--policy', 'configmap:none']],
  ['no list', ['--policy', 'p', '--expected', 'configmap:']],
  ['no lease', ['--policy', 'p', '--lease', 'countersign']],
  ['no port', ['--policy', 'p', '--metrics-port', '99999']],
  ['an option that is none', ['--policy', 'p', '--act']],
])('the approver refuses to start with one bad value: %s', (_, args) => {
  expect(readSettings(args, {})).toHaveProperty('problem')
})
