import { createServer, type IncomingMessage, type Server } from 'node:http'
import { isIPv6, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { KeyedCertificate } from '#sandbox/authority.ts'
import type { NodeObject } from '#sandbox/objects.ts'
import type { Api } from '#sandbox/resource-api.ts'
import { NODES } from '#sandbox/served-resources.ts'

/** Go's TLS alert for a missing certificate: TLS 1.2, fatal, internal_error. */
const NO_CERTIFICATE = Buffer.from([21, 3, 3, 0, 2, 2, 80])

/**
 * The kubelets' ports, behind an HTTP proxy on 127.0.0.1 that finds each Node by its InternalIP:
 * the addresses themselves do not exist.
 */
export class Kubelets {
  readonly #api: Api
  /** Certificates by Node name, each made on first use. */
  readonly #certificates = new Map<string, () => KeyedCertificate>()
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  #port = 0

  constructor(api: Api) {
    this.#api = api
  }

  get proxy(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Gives the node's kubelet that certificate. */
  present(nodeName: string, certificate: () => KeyedCertificate): void {
    this.#certificates.set(nodeName, certificate)
  }

  /** Removes the kubelet's certificate. */
  wipe(nodeName: string): void {
    this.#certificates.delete(nodeName)
  }

  async listen(): Promise<void> {
    const server = createServer((_, response) => response.writeHead(405).end())
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      // A client that hangs up midway is no error.
      socket.on('error', () => {})
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.on('connect', (request: IncomingMessage, socket: Socket) => {
      this.#answer(request.url ?? '', socket)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
    this.#server = server
  }

  async close(): Promise<void> {
    const server = this.#server
    this.#server = null
    for (const socket of this.#sockets) socket.destroy()
    if (server !== null) await new Promise((resolve) => server.close(resolve))
  }

  #answer(authority: string, socket: Socket): void {
    const nodes = this.#api.store.list(NODES) as readonly NodeObject[]
    const node = nodes.find((each) => portsOf(each).includes(authority))
    if (node === undefined || isSilent(node)) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
      return
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    const make = this.#certificates.get(node.metadata.name)
    if (make === undefined) {
      socket.once('data', () => socket.end(NO_CERTIFICATE))
      return
    }
    const made = make()
    this.#certificates.set(node.metadata.name, () => made)
    const { certificate: cert, privateKey: key } = made
    new TLSSocket(socket, { isServer: true, cert, key }).on('error', () => {}).resume()
  }
}

function portsOf({ status: { addresses = [], daemonEndpoints } }: NodeObject): readonly string[] {
  const port = daemonEndpoints?.kubeletEndpoint?.Port ?? 0
  return addresses
    .filter(({ type }) => type === 'InternalIP')
    .map(({ address }) => `${isIPv6(address) ? `[${address}]` : address}:${port}`)
}

function isSilent({ status: { conditions = [] } }: NodeObject): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'Unknown')
}
