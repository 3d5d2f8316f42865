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

/** Arguments and environment as they are typed: `PORT=9001 --port 0`. */
function typed(line: string): { args: string[]; env: Record<string, string> } {
  const words = line.match(/(?:"[^"]*"|[^\s"])+/g) ?? []
  const isEnv = (word: string) => /^[A-Z_]+=/.test(word)
  const pairs = words.filter(isEnv).map((word) => word.replaceAll('"', '').split(/=(.*)/s))
  const env = Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value]))
  return { args: words.filter((word) => !isEnv(word)), env }
}

describe('readSettings', () => {
  const asked = { on: true, ports: [10_250], networks: [] } as const
  it.each<[line: string, Partial<Settings>]>([
    ['', { port: DEFAULT_PORT, context: null, dev: false, demo: false }],
    ['', { plainAddress: false, sessionIdleMs: 43_200_000 }],
    ['', { liveCertificates: { ...asked, proxy: null } }],
    ['KUBECONFIG=/a:/b', { kubeconfig: null }],
    ['KUBECONFIG=/a --kubeconfig /c', { kubeconfig: '/c' }],
    ['--context prod', { context: 'prod' }],
    ['', { clusterName: null }],
    ['COUNTERSIGN_CLUSTER_NAME=', { clusterName: null }],
    ['COUNTERSIGN_CLUSTER_NAME="Rack 2"', { clusterName: 'Rack 2' }],
    ['COUNTERSIGN_CLUSTER_NAME=a --cluster-name b', { clusterName: 'b' }],
    ['PORT=9001', { port: 9001 }],
    ['PORT=9001 --port 0', { port: 0 }],
    ['--dev', { dev: true }],
    [`COUNTERSIGN_LAUNCH_KEY=${key}`, { launchKey: key }],
    ['HOST=localhost', { plainAddress: false }],
    ['HOST=', { plainAddress: false }],
    ['HOST=127.0.0.1', { plainAddress: true }],
    ['HOST=rack2 --host 127.0.0.1', { plainAddress: true }],
    ['HOST=127.0.0.1 --host localhost', { plainAddress: false }],
    ['COUNTERSIGN_SESSION_IDLE=1h30m', { sessionIdleMs: 5_400_000 }],
    ['COUNTERSIGN_SESSION_IDLE=90s', { sessionIdleMs: 90_000 }],
    ['COUNTERSIGN_DEMO=1', { demo: true }],
    ['', { metrics: null, webhook: null }],
    ['COUNTERSIGN_METRICS=0.0.0.0:9090', { metrics: { host: '0.0.0.0', port: 9090 } }],
    [
      'COUNTERSIGN_METRICS=0.0.0.0:9090 --metrics 127.0.0.1:0',
      { metrics: { host: '127.0.0.1', port: 0 } },
    ],
    [
      'COUNTERSIGN_KUBELET_PORTS="10250, 10260"',
      { liveCertificates: { ...asked, proxy: null, ports: [10_250, 10_260] } },
    ],
    [
      'COUNTERSIGN_KUBELET_NETWORKS=100.64.0.0/16',
      { liveCertificates: { ...asked, proxy: null, networks: ['100.64.0.0/16'] } },
    ],
    ['COUNTERSIGN_LIVE_CERTIFICATES=off', { liveCertificates: { on: false } }],
    // The demo's machines are nowhere but behind a proxy.
    ['COUNTERSIGN_DEMO=1 COUNTERSIGN_LIVE_CERTIFICATES=on', { liveCertificates: { on: false } }],
    [
      'COUNTERSIGN_DEMO=1 COUNTERSIGN_LIVE_CERTIFICATES=http://127.0.0.1:3128',
      { liveCertificates: { ...asked, proxy: new URL('http://127.0.0.1:3128') } },
    ],
    [
      'COUNTERSIGN_SIGNERS="example.com/a, example.com/b,"',
      { extraSigners: ['example.com/a', 'example.com/b'] },
    ],
    [
      'COUNTERSIGN_SERVICE_NETWORKS=10.96.0.0/12,fd00::/108',
      { serviceNetworks: ['10.96.0.0/12', 'fd00::/108'] },
    ],
    [
      'COUNTERSIGN_APPROVER_LEASE=',
      { approverLease: { namespace: 'countersign', name: 'countersign-approver' } },
    ],
    ['COUNTERSIGN_APPROVER_LEASE=ops/mine', { approverLease: { namespace: 'ops', name: 'mine' } }],
    [
      'COUNTERSIGN_APPROVER_LEASE=ops/mine --approver-lease ops/ours',
      { approverLease: { namespace: 'ops', name: 'ours' } },
    ],
  ])('reads “%s”: %o', (line, expected) => {
    const { args, env } = typed(line)
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

  it('hands the environment on without the launch key and the webhook’s address', () => {
    const url = `https://hooks.example.com/${key}`
    const own = { COUNTERSIGN_LAUNCH_KEY: key, COUNTERSIGN_WEBHOOK_URL: url }
    const { env } = settings([], { KUBECONFIG: '/a:/b', ...own })
    expect(env).toMatchObject({ HOME: '/home/admin', KUBECONFIG: '/a:/b' })
    expect(JSON.stringify(env)).not.toContain(key)
  })

  it.each<[line: string, RegExp]>([
    ['HOST=0.0.0.0', /Will not listen/],
    ['--host ::', /Will not listen/],
    ['HOST=192.0.2.7', /Will not listen/],
    ['HOST=rack2', /HOST in the environment: unset it/],
    ['HOST=rack2 --host rack2', /serves localhost only\.$/],
    [`COUNTERSIGN_LAUNCH_KEY=${'k'.repeat(31)}`, /at least 32/],
    ['COUNTERSIGN_LAUNCH_KEY=', /at least 32/],
    [`COUNTERSIGN_LAUNCH_KEY="${key}\n"`, /at least 32/],
    ['PORT=http', /not a port/],
    ['COUNTERSIGN_CLUSTER_NAME=<b>', /begins with a letter or a digit/],
    [`COUNTERSIGN_CLUSTER_NAME=${'n'.repeat(65)}`, /up to 64 letters/],
    ['--port 65536', /not a port/],
    ['COUNTERSIGN_LIVE_CERTIFICATES=false', /"on", "off" or the address of an HTTP proxy/],
    ['COUNTERSIGN_SIGNERS="foo bar,,x"', /"foo bar" is not the name/],
    ['COUNTERSIGN_SIGNERS=example.com/a,example.com/*', /"example.com\/\*" is not the name/],
    ...['ssh', '0', '65536', '10250-10260', '010250'].map((port): [string, RegExp] => [
      `COUNTERSIGN_KUBELET_PORTS=10250,${port}`,
      /is no port from 1 to 65535/,
    ]),
    ['COUNTERSIGN_KUBELET_NETWORKS=100.64.0.0', /is no prefix/],
    ['COUNTERSIGN_SERVICE_NETWORKS=10.96.0.0', /no prefix/],
    ...['59s', '169h', '12', '-1h'].map((idle): [string, RegExp] => [
      `COUNTERSIGN_SESSION_IDLE=${idle}`,
      /from 1m to 168h/,
    ]),
    ['--approver-lease countersign', /no lease/],
    ['--metrics 9090', /no <address>:<port>/],
    ['COUNTERSIGN_WEBHOOK_URL=hooks', /http or https address/],
    ['--listen', /--listen/],
    ['prod', /prod/],
  ])('refuses “%s”', (line, problem) => {
    const { args, env } = typed(line)
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
