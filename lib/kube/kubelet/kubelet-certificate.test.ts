import { afterEach, describe, expect, it } from 'vitest'
import type { CertificateOptions } from '#lib/csr/fixtures/make-certificate.ts'
import type { LiveCertificate } from '#lib/csr/kubelets/evidence.ts'
import { connectProxy, type ProxyBehaviour } from '#lib/kube/fixtures/connect-proxy.ts'
import {
  caOf,
  servePresenting,
  serveTcp,
  serveWithoutCertificate,
} from '#lib/kube/fixtures/kubelet-server.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { dialBy, dialKubelet } from '#lib/kube/kubelet/kubelet-certificate.ts'

const CA = 'cluster-signer'
const ca = [caOf({ issuer: CA })]
const ENDED = { notAfter: '2021-01-01T00:00:00Z' }
const NOT_BEGUN = { notBefore: '2048-01-01T00:00:00Z' }
const servers: { stop(): Promise<void> }[] = []
const never = new AbortController().signal

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

async function served<S extends { stop(): Promise<void> }>(server: Promise<S>): Promise<S> {
  servers.push(await server)
  return await server
}

interface Dialled {
  readonly addresses?: readonly string[]
  readonly trusted?: readonly string[]
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly proxy?: URL
}

function dial({ port }: { readonly port: number }, how: Dialled = {}): Promise<LiveCertificate> {
  const { addresses = ['127.0.0.1'], trusted = ca, timeoutMs = 5_000, signal = never } = how
  const options = { timeoutMs, proxy: how.proxy ?? null }
  return dialKubelet({ nodeName: 'worker-1', addresses, port }, trusted, signal, options)
}

const presenting = (options: CertificateOptions = {}) =>
  served(servePresenting({ issuer: CA, ...options }))

describe('the presented certificate', () => {
  it('the presented certificate is read, and verified by the CA', async () => {
    const answer = await dial(await presenting({ dnsNames: ['worker-1', 'w1.edge'] }))
    expect(answer).toMatchObject({
      outcome: 'presented',
      certificate: {
        subject: { commonNames: ['system:node:worker-1'], organizations: ['system:nodes'] },
        dnsNames: ['worker-1', 'w1.edge'],
        ipAddresses: ['198.51.100.11'],
      },
    })
  })

  it.each<readonly [string, CertificateOptions, LiveCertificate['outcome']]>([
    ["another node's, by our CA", { nodeName: 'worker-2' }, 'presented'],
    ['with its CA behind it', { withCa: true }, 'presented'],
    ["another CA's", { issuer: 'somebody' }, 'unknownCa'],
    ["another CA's, which it sends along", { issuer: 'somebody', withCa: true }, 'unknownCa'],
    ['by a CA of the same name and another key', { issuer: CA, signedBy: 'mallory' }, 'unknownCa'],
    ['ended', ENDED, 'expired'],
    ["ended, another node's", { ...ENDED, nodeName: 'worker-2' }, 'expired'],
    ['not begun', NOT_BEGUN, 'notYetValid'],
    // OpenSSL reports only its last complaint: the date.
    ["ended, and another CA's", { ...ENDED, issuer: 'somebody' }, 'unknownCa'],
    [
      "another CA's and ended, sent along",
      { ...ENDED, issuer: 'somebody', withCa: true },
      'unknownCa',
    ],
    ['ended, by a CA of the same name', { ...ENDED, issuer: CA, signedBy: 'mallory' }, 'unknownCa'],
    ['not begun, by one', { ...NOT_BEGUN, issuer: CA, signedBy: 'mallory' }, 'unknownCa'],
    [
      'for clients only, by one',
      { kind: 'client', keyName: 'worker-1/serving', issuer: CA, signedBy: 'mallory' },
      'unknownCa',
    ],
    ['for clients only', { kind: 'client', keyName: 'worker-1/serving' }, 'unreadable'],
  ])('the presented certificate, %s: %s → %s', async (_, options, outcome) => {
    expect((await dial(await presenting(options))).outcome).toBe(outcome)
  })

  it.each([
    [100, 'presented'],
    [500, 'notTls'],
  ])(
    'a certificate with %i names is %s, as at most 12 KiB of a handshake are read',
    async (count, outcome) => {
      const dnsNames = Array.from({ length: count }, (_, n) => `name-${n}.worker-1.example`)
      expect((await dial(await presenting({ dnsNames }))).outcome).toBe(outcome)
    },
  )

  it.each([
    ['', {}],
    [', and ended', ENDED],
  ])('a certificate signed by itself%s is selfSigned', async (_, when) => {
    const own = {
      ...when,
      issuer: 'worker-1@1795521600',
      commonNames: ['worker-1@1795521600'],
      organizations: [],
    }
    const server = presenting({ ...own, keyName: own.issuer })
    expect((await dial(await server)).outcome).toBe('selfSigned')
  })

  it('a certificate is not verified without a CA, not even by public roots', async () => {
    expect((await dial(await presenting(), { trusted: [] })).outcome).toBe('unknownCa')
  })
})

describe('a kubelet that presents nothing', () => {
  it('a kubelet may have no certificate yet', async () => {
    expect((await dial(await served(serveWithoutCertificate()))).outcome).toBe('noCertificate')
  })

  it.each<readonly [string, Parameters<typeof serveTcp>[0]]>([
    ['speaks something else', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
    ['answers in HTTP', (socket) => socket.end('HTTP/1.0 400 Bad Request\r\n\r\n')],
    ['hangs up', (socket) => socket.destroy()],
    ['hangs up after listening', (socket) => socket.once('data', () => socket.destroy())],
    [
      'sends another alert',
      (socket) => socket.once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 40]))),
    ],
  ])('a kubelet that %s is notTls', async (_, behave) => {
    expect((await dial(await served(serveTcp(behave)))).outcome).toBe('notTls')
  })

  it('a kubelet may be unreachable', async () => {
    // The port is ours on 127.0.0.1, so no other server takes it for every address.
    const elsewhere = await served(serveTcp(() => {}))
    const addresses = ['127.0.0.2']
    expect((await dial(elsewhere, { addresses })).outcome).toBe('unreachable')
  })

  it('a kubelet that never answers is given up in time, and disconnected', async () => {
    const server = await served(serveTcp(() => {}))
    expect((await dial(server, { timeoutMs: 150 })).outcome).toBe('unreachable')
    await until(() => server.visits.closed === 1, 'the connection to be closed')
  })

  it('an aborted dial waits for no answer', async () => {
    const server = await served(serveTcp(() => {}))
    const stop = new AbortController()
    const answer = dial(server, { signal: stop.signal, timeoutMs: 60_000 })
    stop.abort()
    expect((await answer).outcome).toBe('unreachable')
    expect((await dial(server, { signal: stop.signal })).outcome).toBe('unreachable')
  })
})

describe('the addresses', () => {
  it('each address is tried in turn, and silent ones do not count', async () => {
    const server = await presenting()
    // The server is bound to 127.0.0.1 alone: the other addresses have no listener.
    const addresses = ['127.0.0.2', '::1', '127.0.0.1']
    expect(await dial(server, { addresses })).toMatchObject({
      outcome: 'presented',
      address: '127.0.0.1',
    })
  })

  it('every address is tried: a later one may be another node’s', async () => {
    const own = await presenting()
    await served(
      servePresenting({ issuer: CA, nodeName: 'worker-2' }, { host: '127.0.0.2', port: own.port }),
    )
    const addresses = ['127.0.0.1', '127.0.0.2']
    expect(await dial(own, { addresses })).toMatchObject({
      outcome: 'presented',
      certificate: { subject: { commonNames: ['system:node:worker-2'] } },
    })
  })

  it('all addresses together have one timeout', async () => {
    const silent = await served(serveTcp(() => {}))
    const from = performance.now()
    // The test would time out if each of these addresses had the whole timeout.
    const addresses = Array.from({ length: 100 }, () => '127.0.0.1')
    await dial(silent, { addresses, timeoutMs: 400 })
    expect(performance.now() - from).toBeGreaterThan(390)
  })

  it('a kubelet is never dialled by a name', async () => {
    const server = await presenting()
    const addresses = ['localhost', '127.1', '127.0.0.1:1', '']
    expect((await dial(server, { addresses })).outcome).toBe('noAddress')
    expect(server.visits.closed).toBe(0)
  })

  it('a dial is a handshake without a server name, and nothing after it', async () => {
    const server = await presenting()
    await dial(server)
    await until(() => server.visits.closed === 1, 'the connection to be closed')
    // The server completed the handshake, so its log has no error.
    expect(server.visits.serverNames).toEqual([false])
    expect(server.visits.sent).toEqual([])
  })
})

describe('through an HTTP proxy', () => {
  /** An address that only the proxy could reach. */
  const kubelet = { port: 10_250 }
  const addresses = ['198.51.100.11']
  const proxied = async (behaviour: ProxyBehaviour, how: Dialled = {}) => {
    const proxy = await served(connectProxy(behaviour))
    return { proxy, answer: await dial(kubelet, { addresses, proxy: proxy.url, ...how }) }
  }

  it.each<readonly [string, () => Promise<{ port: number }>, LiveCertificate['outcome']]>([
    ['what it presents', () => presenting(), 'presented'],
    ["another CA's is still another CA's", () => presenting({ issuer: 'somebody' }), 'unknownCa'],
    ['that it has none yet', () => served(serveWithoutCertificate()), 'noCertificate'],
    ['that it hangs up', () => served(serveTcp((socket) => socket.destroy())), 'notTls'],
  ])('through a proxy, %s', async (_, serve, outcome) => {
    const { proxy, answer } = await proxied({ port: (await serve()).port })
    expect(answer.outcome).toBe(outcome)
    expect(proxy.asked).toEqual([{ authority: '198.51.100.11:10250', credential: undefined }])
    await until(() => proxy.open === 0, 'the connection to be closed')
  })

  it('an IPv6 address is in brackets, and the proxy gets the credential of its address', async () => {
    const { port } = await presenting()
    const proxy = await served(connectProxy({ port }))
    const url = new URL(proxy.url)
    url.username = 'kim'
    url.password = 'p@ss'
    const there = { addresses: ['2001:db8::11'], proxy: url }
    expect((await dial(kubelet, there)).outcome).toBe('presented')
    const credential = `Basic ${Buffer.from('kim:p@ss').toString('base64')}`
    expect(proxy.asked).toEqual([{ authority: '[2001:db8::11]:10250', credential }])
  })

  it.each<readonly [string, ProxyBehaviour]>([
    ['refuses', { status: 403 }],
    ['does not reach it', { status: 502 }],
    ['sends us elsewhere', { status: 302 }],
  ])('a kubelet behind a proxy that %s is unreachable', async (_, behaviour) => {
    const { proxy, answer } = await proxied(behaviour)
    expect(answer.outcome).toBe('unreachable')
    await until(() => proxy.open === 0, 'the connection to be closed')
  })

  it('a proxy that never answers is given up in time, and disconnected', async () => {
    const { proxy, answer } = await proxied('silent', { timeoutMs: 150 })
    expect(answer.outcome).toBe('unreachable')
    await until(() => proxy.open === 0, 'the connection to be closed')
  })

  it('a kubelet that never answers behind a proxy is given up in time, too', async () => {
    const silent = await served(serveTcp(() => {}))
    const { proxy, answer } = await proxied({ port: silent.port }, { timeoutMs: 150 })
    expect(answer.outcome).toBe('unreachable')
    await until(() => proxy.open === 0, 'the connection to be closed')
  })

  it('no kubelet is dialled directly where the proxy is missing', async () => {
    const server = await presenting()
    const proxy = await connectProxy({ status: 502 })
    await proxy.stop()
    expect((await dial(server, { proxy: proxy.url })).outcome).toBe('unreachable')
    expect(server.visits.closed).toBe(0)
  })

  it('a dial uses the setting’s proxy', async () => {
    const { port } = await presenting()
    const proxy = await served(connectProxy({ port }))
    const there = { nodeName: 'worker-1', addresses, ...kubelet }
    const through = dialBy({ on: true, proxy: proxy.url })
    expect((await through(there, ca, never)).outcome).toBe('presented')
    const here = { ...there, addresses: ['127.0.0.1'], port }
    expect((await dialBy({ on: true, proxy: null })(here, ca, never)).outcome).toBe('presented')
    expect(proxy.asked).toHaveLength(1)
  })

  it('an aborted dial does not wait for a proxy', async () => {
    const proxy = await served(connectProxy('silent'))
    const stop = new AbortController()
    const how = { addresses, proxy: proxy.url, signal: stop.signal, timeoutMs: 60_000 }
    const answer = dial(kubelet, how)
    await until(() => proxy.asked.length === 1, 'the proxy to be asked')
    stop.abort()
    expect((await answer).outcome).toBe('unreachable')
  })
})
