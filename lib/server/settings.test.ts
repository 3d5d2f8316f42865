import { describe, expect, it } from 'vitest'
import {
  addressRemark,
  DEFAULT_PORT,
  openingLine,
  readSettings,
  type Settings,
} from './settings.ts'

const key = 'k'.repeat(32)

function settings(args: string[], env: Record<string, string> = {}): Settings {
  const reading = readSettings(args, { HOME: '/home/admin', ...env })
  if (!('settings' in reading)) throw new Error(JSON.stringify(reading))
  return reading.settings
}

describe('readSettings', () => {
  const asked = { on: true, ports: [10_250], networks: [] } as const
  it.each<[string, string[], Record<string, string>, Partial<Settings>]>([
    ['nothing given', [], {}, { port: DEFAULT_PORT, context: null, dev: false, demo: false }],
    ['no kubeconfig of its own', [], { KUBECONFIG: '/a:/b' }, { kubeconfig: null }],
    ['--kubeconfig', ['--kubeconfig', '/c'], { KUBECONFIG: '/a' }, { kubeconfig: '/c' }],
    ['--context', ['--context', 'prod'], {}, { context: 'prod' }],
    ['PORT', [], { PORT: '9001' }, { port: 9001 }],
    ['--port before PORT', ['--port', '0'], { PORT: '9001' }, { port: 0 }],
    ['--dev', ['--dev'], {}, { dev: true }],
    ['the launch key', [], { COUNTERSIGN_LAUNCH_KEY: key }, { launchKey: key }],
    ['pages at a name', [], {}, { plainAddress: false }],
    ['HOST that is the default', [], { HOST: 'localhost' }, { plainAddress: false }],
    ['HOST that is empty', [], { HOST: '' }, { plainAddress: false }],
    ['HOST that is the address', [], { HOST: '127.0.0.1' }, { plainAddress: true }],
    ['--host before HOST', ['--host', '127.0.0.1'], { HOST: 'rack2' }, { plainAddress: true }],
    ['likewise back', ['--host', 'localhost'], { HOST: '127.0.0.1' }, { plainAddress: false }],
    ['a session is idle after', [], {}, { sessionIdleMs: 43_200_000 }],
    ['sooner', [], { COUNTERSIGN_SESSION_IDLE: '1h30m' }, { sessionIdleMs: 5_400_000 }],
    ['or', [], { COUNTERSIGN_SESSION_IDLE: '90s' }, { sessionIdleMs: 90_000 }],
    ['the demo', [], { COUNTERSIGN_DEMO: '1' }, { demo: true }],
    [
      'kubelets are asked',
      [],
      {},
      { liveCertificates: { on: true, proxy: null, ports: [10_250], networks: [] } },
    ],
    [
      'kubelets at other ports, and in other networks',
      [],
      { COUNTERSIGN_KUBELET_PORTS: '10250, 10260', COUNTERSIGN_KUBELET_NETWORKS: '100.64.0.0/16' },
      {
        liveCertificates: {
          on: true,
          proxy: null,
          ports: [10_250, 10_260],
          networks: ['100.64.0.0/16'],
        },
      },
    ],
    [
      'unless told not to',
      [],
      { COUNTERSIGN_LIVE_CERTIFICATES: 'off' },
      { liveCertificates: { on: false } },
    ],
    [
      'never in the demo',
      [],
      { COUNTERSIGN_DEMO: '1', COUNTERSIGN_LIVE_CERTIFICATES: 'on' },
      { liveCertificates: { on: false } },
    ],
    [
      'through a proxy, in the demo too: its machines are nowhere else',
      [],
      { COUNTERSIGN_DEMO: '1', COUNTERSIGN_LIVE_CERTIFICATES: 'http://127.0.0.1:3128' },
      { liveCertificates: { ...asked, proxy: new URL('http://127.0.0.1:3128') } },
    ],
    [
      'signers',
      [],
      { COUNTERSIGN_SIGNERS: 'example.com/a, example.com/b,' },
      { extraSigners: ['example.com/a', 'example.com/b'] },
    ],
    [
      'service networks',
      [],
      { COUNTERSIGN_SERVICE_NETWORKS: '10.96.0.0/12,fd00::/108' },
      { serviceNetworks: ['10.96.0.0/12', 'fd00::/108'] },
    ],
    [
      'the approver’s own Lease',
      [],
      { COUNTERSIGN_APPROVER_LEASE: '' },
      { approverLease: { namespace: 'countersign', name: 'countersign-approver' } },
    ],
    [
      'another one',
      [],
      { COUNTERSIGN_APPROVER_LEASE: 'ops/mine' },
      { approverLease: { namespace: 'ops', name: 'mine' } },
    ],
    [
      '--approver-lease before it',
      ['--approver-lease', 'ops/ours'],
      { COUNTERSIGN_APPROVER_LEASE: 'ops/mine' },
      { approverLease: { namespace: 'ops', name: 'ours' } },
    ],
  ])('%s', (_case, args, env, expected) => {
    expect(settings(args, env)).toMatchObject(expected)
  })

  it('makes a launch key of 256 bits, another at each start', () => {
    const first = settings([]).launchKey
    expect(Buffer.from(first, 'base64url')).toHaveLength(32)
    expect(settings([]).launchKey).not.toBe(first)
  })

  it('prints the key that it made, in the address, and never one that was given', () => {
    const made = settings([])
    const host = 'f00d.localhost:8430'
    expect(openingLine(made, host)).toContain(`http://${host}/#key=${made.launchKey}`)
    const line = openingLine(settings([], { COUNTERSIGN_LAUNCH_KEY: key }), host)
    expect(line).toContain(`http://${host}/`)
    expect(line).not.toContain(key)
  })

  it.each([
    [false, null, /cannot open that name, start with --host 127\.0\.0\.1/],
    [false, 49153, /resolves no names under localhost: .* scripts have 8430/],
    [true, 49153, /^--host 127\.0\.0\.1: .* scripts have 8430/],
  ])('one line to the address: plain %s, page port %s', (plainAddress, pages, said) => {
    const remark = addressRemark({ plainAddress }, { scripts: 8430, pages })
    expect(remark).toMatch(said)
    expect(remark).not.toContain('\n')
  })

  it('hands the environment on without the launch key', () => {
    const { env } = settings([], { KUBECONFIG: '/a:/b', COUNTERSIGN_LAUNCH_KEY: key })
    expect(env).toMatchObject({ HOME: '/home/admin', KUBECONFIG: '/a:/b' })
    expect(JSON.stringify(env)).not.toContain(key)
  })

  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['HOST of every interface', [], { HOST: '0.0.0.0' }, /Will not listen/],
    ['--host of every interface', ['--host', '::'], {}, /Will not listen/],
    ['HOST of another address', [], { HOST: '192.0.2.7' }, /Will not listen/],
    ['HOST of the machine’s name', [], { HOST: 'rack2' }, /HOST in the environment: unset it/],
    ['--host of it', ['--host', 'rack2'], { HOST: 'rack2' }, /serves localhost only\.$/],
    ['a short launch key', [], { COUNTERSIGN_LAUNCH_KEY: 'k'.repeat(31) }, /at least 32/],
    ['an empty launch key', [], { COUNTERSIGN_LAUNCH_KEY: '' }, /at least 32/],
    ['a launch key with a line break', [], { COUNTERSIGN_LAUNCH_KEY: `${key}\n` }, /at least 32/],
    ['a port that is none', [], { PORT: 'http' }, /not a port/],
    ['a port out of range', ['--port', '65536'], {}, /not a port/],
    [
      'kubelets asked a little',
      [],
      { COUNTERSIGN_LIVE_CERTIFICATES: 'false' },
      /"on", "off" or the address of an HTTP proxy/,
    ],
    [
      'a signer that is none',
      [],
      { COUNTERSIGN_SIGNERS: 'foo bar,,x' },
      /"foo bar" is not the name/,
    ],
    [
      'one such among others',
      [],
      { COUNTERSIGN_SIGNERS: 'example.com/a,example.com/*' },
      /"example.com\/\*" is not the name/,
    ],
    ...['ssh', '0', '65536', '10250-10260', '010250'].map(
      (port): [string, string[], Record<string, string>, RegExp] => [
        `the kubelets’ port ${port}`,
        [],
        { COUNTERSIGN_KUBELET_PORTS: `10250,${port}` },
        /is no port from 1 to 65535/,
      ],
    ),
    [
      'a network of kubelets that is none',
      [],
      { COUNTERSIGN_KUBELET_NETWORKS: '100.64.0.0' },
      /is no prefix/,
    ],
    ['a network that is none', [], { COUNTERSIGN_SERVICE_NETWORKS: '10.96.0.0' }, /no prefix/],
    ['a session that is idle at once', [], { COUNTERSIGN_SESSION_IDLE: '59s' }, /from 1m to 168h/],
    ['or after months', [], { COUNTERSIGN_SESSION_IDLE: '169h' }, /from 1m to 168h/],
    ['or after so much of nothing', [], { COUNTERSIGN_SESSION_IDLE: '12' }, /from 1m to 168h/],
    ['or never', [], { COUNTERSIGN_SESSION_IDLE: '-1h' }, /from 1m to 168h/],
    ['a Lease that is none', ['--approver-lease', 'countersign'], {}, /no lease/],
    ['an unknown flag', ['--listen'], {}, /--listen/],
    ['a stray word', ['prod'], {}, /prod/],
  ])('refuses %s', (_case, args, env, problem) => {
    const reading = readSettings(args, env)
    expect('problem' in reading ? reading.problem : reading).toMatch(problem)
  })

  it.each([
    'https://kim:s3cret@proxy:3128',
    'kim:s3cret@proxy:3128',
    'http://kim:s3cret%@proxy:3128',
    'http://proxy:3128/s3cret',
    'http://proxy:3128?s3cret',
  ])('refuses what is no HTTP proxy, and repeats no password: %s', (proxy) => {
    const reading = readSettings([], { COUNTERSIGN_LIVE_CERTIFICATES: proxy })
    const problem = 'problem' in reading ? reading.problem : ''
    expect(problem).toMatch(/the address of an HTTP proxy/)
    expect(problem).not.toContain('s3cret')
  })

  it('answers --help with the help', () => {
    const reading = readSettings(['--help'], {})
    expect('help' in reading && reading.help).toContain('--kubeconfig')
  })
})
