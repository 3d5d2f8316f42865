import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { MetricSet } from '#lib/metrics/metric-set.ts'

/** An import of its values would also load Node's own fetch: 10 MB. */
const { createServer } = process.getBuiltinModule('node:http')

export interface Probe {
  readonly ok: boolean
  readonly why: string
}

export interface MetricsServerOptions {
  readonly host: string
  /** Port to bind; 0 for any free one. */
  readonly port: number
  /** Answers of `/livez` and `/readyz`; absent where they have a port of their own. */
  readonly probes?: { readonly live: () => Probe; readonly ready: () => Probe }
  readonly metrics?: Pick<MetricSet, 'contentType' | 'text'>
}

export interface MetricsServer {
  /** The bound port. */
  readonly port: number
  close(): void
}

/**
 * Serves probes and metrics, read-only. On loopback it accepts only loopback's names. Rejects when
 * the port cannot be bound.
 */
export async function serveMetrics(options: MetricsServerOptions): Promise<MetricsServer> {
  let hosts: ReadonlySet<string> | null = null
  const server = createServer((request, response) => {
    const answer = (status: number, text: string, contentType = 'text/plain; charset=utf-8') => {
      response.writeHead(status, {
        'content-type': contentType,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      response.end(request.method === 'HEAD' ? undefined : text)
    }
    const probe = ({ ok, why }: Probe) => answer(ok ? 200 : 503, `${why}\n`)
    if (hosts !== null && !hosts.has(request.headers.host ?? '')) {
      answer(421, 'Not under this name.\n')
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      answer(405, 'GET only\n')
      return
    }
    const { probes, metrics } = options
    if (request.url === '/livez' && probes !== undefined) probe(probes.live())
    else if (request.url === '/readyz' && probes !== undefined) probe(probes.ready())
    else if (request.url === '/metrics' && metrics !== undefined) {
      metrics.text().then(
        (text) => answer(200, text, metrics.contentType),
        () => answer(500, 'The metrics cannot be told.\n'),
      )
    } else answer(404, 'Not here.\n')
  })
  server.headersTimeout = 5_000
  server.requestTimeout = 5_000
  closeOldest(server)
  const port = await listen(server, options)
  if (LOOPBACK.test(options.host)) hosts = new Set(loopbackHosts(port))
  return {
    port,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Closes the oldest connection for one too many: a newcomer may be the kubelet's probe. */
function closeOldest(server: Server): void {
  const open = new Set<Socket>()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    const [oldest] = open
    if (open.size <= 32 || oldest === undefined) return
    open.delete(oldest)
    oldest.destroy()
  })
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/

/** Host names of loopback: any other name may be a web page's, rebound to this machine. */
function loopbackHosts(port: number): readonly string[] {
  return ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)
}

function listen(
  server: Server,
  { host, port }: Pick<MetricsServerOptions, 'host' | 'port'>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
