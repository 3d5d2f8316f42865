import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MetricsServer, serveMetrics } from '#lib/metrics/metrics-server.ts'

let server: MetricsServer
let isReady: boolean

function serve(host: string): Promise<MetricsServer> {
  return serveMetrics({
    host,
    port: 0,
    probes: {
      live: () => ({ ok: true, why: 'ok' }),
      ready: () => ({ ok: isReady, why: isReady ? 'ok' : 'nodes: forbidden' }),
    },
    metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'up 1\n' },
  })
}

beforeEach(async () => {
  isReady = false
  server = await serve('127.0.0.1')
})

afterEach(() => server.close())

async function ask(path: string, method = 'GET'): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method })
  return `${response.status} ${await response.text()}`
}

it.each([
  ['GET', '/livez', '200 ok\n'],
  ['GET', '/readyz', '503 nodes: forbidden\n'],
  ['GET', '/metrics', '200 up 1\n'],
  ['HEAD', '/metrics', '200 '],
  ['GET', '/', '404 Not here.\n'],
  ['GET', '/metrics?x', '404 Not here.\n'],
  ['POST', '/metrics', '405 GET only\n'],
  ['DELETE', '/livez', '405 GET only\n'],
])('the server answers %s %s', async (method, path, answer) => {
  expect(await ask(path, method)).toBe(answer)
})

it('/readyz is 200 when the program can act, and gives the reason when it cannot', async () => {
  isReady = true
  expect(await ask('/readyz')).toBe('200 ok\n')
})

/** Sends a request with a host name that was rebound to this machine, as a browser would. */
async function askAs(port: number, host: string, path: string): Promise<number> {
  const request = get({ host: '127.0.0.1', port, path, headers: { host } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode ?? 0
}

it.each([
  ['127.0.0.1:PORT', 200],
  ['localhost:PORT', 200],
  ['[::1]:PORT', 200],
  ['rebound.example.com:PORT', 421],
  ['rebound.example.com', 421],
  ['127.0.0.1', 421],
  ['127.0.0.1:1', 421],
])(
  'the server on loopback, asked with the host "%s", answers %i on every path',
  async (host, status) => {
    for (const path of ['/livez', '/metrics']) {
      const name = host.replace('PORT', String(server.port))
      expect(await askAs(server.port, name, path)).toBe(status)
    }
  },
)

it('a server on every address answers any host: kubelet and Prometheus use the Pod’s address', async () => {
  const open = await serve('0.0.0.0')
  expect(await askAs(open.port, 'approver.countersign.svc:8080', '/livez')).toBe(200)
  open.close()
})

describe('32 stuck connections keep no probe from an answer', () => {
  it.each([
    ['silent', ''],
    ['in the middle of a request', 'GET /metrics HTTP/1.1\r\nHost:'],
    ['not reading the answer', 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n'],
  ])('32 stuck connections keep no probe from an answer: %s', async (_, sent) => {
    const closed: number[] = []
    const sockets = Array.from({ length: 32 }, (_, at) =>
      connect(server.port, '127.0.0.1')
        .pause()
        .on('error', () => {})
        .on('close', () => closed.push(at)),
    )
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    for (const socket of sockets) socket.write(sent.replace('PORT', String(server.port)))
    expect(await ask('/livez')).toBe('200 ok\n')
    // The oldest connection made room.
    for (const socket of sockets) socket.resume()
    await expect.poll(() => closed).toEqual([0])
    for (const socket of sockets) socket.destroy()
  })
})

it('a server without probes serves metrics alone, and one without metrics probes alone', async () => {
  const at = { host: '127.0.0.1', port: 0 }
  const ok = () => ({ ok: true, why: 'ok' })
  const probes = await serveMetrics({ ...at, probes: { live: ok, ready: ok } })
  const metrics = await serveMetrics({
    ...at,
    metrics: { contentType: 'text/plain', text: async () => 'up 1\n' },
  })
  const host = '127.0.0.1'
  const paths = ['/livez', '/readyz', '/metrics']
  const statuses = async ({ port }: MetricsServer) =>
    Promise.all(paths.map((path) => askAs(port, `${host}:${port}`, path)))
  expect(await statuses(probes)).toEqual([200, 200, 404])
  expect(await statuses(metrics)).toEqual([404, 404, 200])
  probes.close()
  metrics.close()
})
