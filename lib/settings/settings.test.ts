import { describe, expect, it } from 'vitest'
import { typedLine } from './fixtures/typed-line.ts'
import { rowsOf } from './setting.ts'
import { DASHBOARD_TABLES, DEFAULT_PORT, TEAM_TABLES } from './setting-tables.ts'
import { addressRemark, openingLine, readSettings, type Settings } from './settings.ts'

const key = 'k'.repeat(32)

function settings(line = ''): Settings {
  const { args, env } = typedLine(line)
  const reading = readSettings(args, env)
  if (!('settings' in reading)) throw new Error(JSON.stringify(reading))
  return reading.settings
}

const FOLDER = { kind: 'folder', path: '/home/admin/.local/state/countersign/record' } as const
const RECORD = { place: FOLDER, required: false, days: 365, bytes: 2 ** 30 } as const
const HOOK = 'https://hooks.example.com/services/T02/k3y'
const WEBHOOK = { url: new URL(HOOK), format: 'json', language: 'en', secretFile: null } as const

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
    ['PORT=', { port: DEFAULT_PORT }],
    ['PORT=9001', { port: 9001 }],
    ['PORT=9001 --port 0', { port: 0 }],
    ['', { opensBrowser: true }],
    ['--no-open', { opensBrowser: false }],
    ['--dev', { dev: true, opensBrowser: false }],
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
      'COUNTERSIGN_SECOND_PERSON=" controlPlane , suspicious,"',
      { secondPerson: ['controlPlane', 'suspicious'] },
    ],
    ['', { secondPerson: [], extraSigners: [], serviceNetworks: [], policy: null, expected: null }],
    ['--policy a.yaml', { policy: { kind: 'file', path: 'a.yaml' } }],
    [
      'COUNTERSIGN_EXPECTED=configmap:ops/list',
      { expected: { kind: 'configMap', namespace: 'ops', name: 'list' } },
    ],
    ['', { record: RECORD }],
    // A DATABASE_URL of another program is left alone.
    ['DATABASE_URL=postgres://u:p@db/x', { record: RECORD }],
    ['COUNTERSIGN_RECORD=off', { record: null }],
    [
      'COUNTERSIGN_RECORD=sqlite:/data/r COUNTERSIGN_RECORD_REQUIRED=true',
      { record: { ...RECORD, place: { kind: 'file', path: '/data/r' }, required: true } },
    ],
    [
      'COUNTERSIGN_RECORD=postgres DATABASE_URL=postgres://u:p@db/x',
      { record: { ...RECORD, place: { kind: 'postgres', url: 'postgres://u:p@db/x' } } },
    ],
    [
      'COUNTERSIGN_RECORD_DAYS=30 COUNTERSIGN_RECORD_BYTES=500Mi',
      { record: { ...RECORD, days: 30, bytes: 500 * 2 ** 20 } },
    ],
    ['COUNTERSIGN_DEMO=1', { record: { ...RECORD, place: { kind: 'memory' }, bytes: 2 ** 26 } }],
    [
      'COUNTERSIGN_DEMO=1 COUNTERSIGN_RECORD=sqlite:x',
      { record: { ...RECORD, place: { kind: 'file', path: 'x' } } },
    ],
    ['COUNTERSIGN_WEBHOOK_FORMAT=slack', { webhook: null }],
    [`COUNTERSIGN_WEBHOOK_URL=${HOOK}`, { webhook: WEBHOOK }],
    [
      `COUNTERSIGN_WEBHOOK_URL=${HOOK} COUNTERSIGN_WEBHOOK_FORMAT=slack COUNTERSIGN_WEBHOOK_LANGUAGE=ja COUNTERSIGN_WEBHOOK_SECRET_FILE=/k`,
      { webhook: { ...WEBHOOK, format: 'slack', language: 'ja', secretFile: '/k' } },
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
  ])('“%s” is read as %o', (line, expected) => {
    expect(settings(line)).toMatchObject(expected)
  })

  it('readSettings makes a launch key of 256 bits, another at each start', () => {
    const first = settings().launchKey
    expect(Buffer.from(first, 'base64url')).toHaveLength(32)
    expect(settings().launchKey).not.toBe(first)
  })

  it('the program prints in the address the key that it made, and never one that was given', () => {
    const made = settings()
    const host = 'f00d.localhost:8430'
    expect(openingLine(made, host)).toContain(`http://${host}/#key=${made.launchKey}`)
    const line = openingLine(settings(`COUNTERSIGN_LAUNCH_KEY=${key}`), host)
    expect(line).toContain(`http://${host}/`)
    expect(line).not.toContain(key)
  })

  it.each([
    [false, null, /cannot open that name, start with --host 127\.0\.0\.1/],
    [false, 49153, /resolves no names under localhost: .* scripts have 8430/],
    [true, 49153, /^--host 127\.0\.0\.1: .* scripts have 8430/],
  ])(
    'the line to the address depends on plain %s and page port %s',
    (plainAddress, pages, said) => {
      const remark = addressRemark({ plainAddress }, { scripts: 8430, pages })
      expect(remark).toMatch(said)
      expect(remark).not.toContain('\n')
    },
  )

  it('the environment is handed on without the launch key, the webhook’s address and the database’s password', () => {
    const url = `https://hooks.example.com/${key}`
    const database = `COUNTERSIGN_RECORD=postgres DATABASE_URL=postgres://u:${key}@db/x`
    const { env } = settings(
      `KUBECONFIG=/a:/b COUNTERSIGN_LAUNCH_KEY=${key} COUNTERSIGN_WEBHOOK_URL=${url} ${database}`,
    )
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
    ['--approver-lease ""', /"" is no lease/],
    ['--context ""', /--context is empty/],
    ['--policy configmap:none', /no place for the policy/],
    ['--expected configmap:', /no place for the list of expected machines/],
    ['COUNTERSIGN_SECOND_PERSON=suspicious,all', /"all" is none of suspicious, controlPlane\./],
    ['--metrics 9090', /^--metrics: "9090" is no <address>:<port>, as 127\.0\.0\.1:9090\.$/],
    ...[':9090', 'example.com:9090', '127.0.0.1', '127.0.0.1:65536', '::1:9090', '"a b:1"'].map(
      (at): [string, RegExp] => [`COUNTERSIGN_METRICS=${at}`, /^COUNTERSIGN_METRICS: .* is no </],
    ),
    ['COUNTERSIGN_RECORD=mysql://x', /^COUNTERSIGN_RECORD: "mysql:\/\/x" is neither/],
    ['COUNTERSIGN_RECORD=postgres', /^COUNTERSIGN_RECORD is postgres: DATABASE_URL/],
    ...['RECORD_DAYS=0', 'RECORD_DAYS=1.5', 'RECORD_DAYS=36501', 'RECORD_BYTES=1000'].map(
      (set): [string, RegExp] => [`COUNTERSIGN_${set}`, /^COUNTERSIGN_RECORD_\w+: .* is not a /],
    ),
    ['COUNTERSIGN_RECORD_BYTES=1Ti', /is not a size of at least 1Mi/],
    ['COUNTERSIGN_RECORD_REQUIRED=yes', /"yes" is neither true nor false/],
    ['COUNTERSIGN_RECORD=off COUNTERSIGN_RECORD_REQUIRED=true', /no record is kept/],
    // These two also without an address.
    ['COUNTERSIGN_WEBHOOK_LANGUAGE=de', /"de" is none of en, ja\./],
    ['COUNTERSIGN_WEBHOOK_FORMAT=email', /"email" is none of json, slack, teams, alertmanager\./],
    ['--listen', /--listen/],
    ['prod', /prod/],
  ])('readSettings refuses “%s”', (line, problem) => {
    const { args, env } = typedLine(line)
    const reading = readSettings(args, env)
    expect('problem' in reading ? reading.problem : reading).toMatch(problem)
  })

  it.each([
    ...[
      'https://kim:s3cret@proxy:3128',
      'kim:s3cret@proxy:3128',
      'http://kim:s3cret%@proxy:3128',
      'http://proxy:3128/s3cret',
      'http://proxy:3128?s3cret',
    ].map((proxy) => [`COUNTERSIGN_LIVE_CERTIFICATES=${proxy}`, 'the address of an HTTP proxy']),
    ...[
      's3cret',
      'ftp://hooks.example.com/s3cret',
      'file:///s3cret',
      'https://kim@hooks.example.com/s3cret',
      'https://:s3cret@hooks.example.com/',
      'https://hooks.example.com/#s3cret',
    ].map((url) => [`COUNTERSIGN_WEBHOOK_URL=${url}`, 'an http or https address']),
    ['COUNTERSIGN_RECORD=postgres DATABASE_URL=mysql://u:s3cret@db/x', 'a postgres://… URL'],
  ])('readSettings repeats no secret when it refuses “%s”', (line, problem) => {
    const { args, env } = typedLine(line)
    const reading = readSettings(args, env)
    expect(reading).toEqual({ problem: expect.stringContaining(problem) })
    expect(JSON.stringify(reading)).not.toContain('s3cret')
  })

  it('--help shows every setting, in lines of 100 characters at most', () => {
    const reading = readSettings(['--help'], {})
    const help = 'help' in reading ? reading.help : ''
    const rows = rowsOf({ ...DASHBOARD_TABLES, ...TEAM_TABLES })
    for (const { flag, env } of rows) expect(help).toContain(`  ${flag ?? env}`)
    expect(help).toContain('(PORT, else 8430)')
    expect(help.split('\n').filter((line) => line.length > 100)).toEqual([])
  })
})
