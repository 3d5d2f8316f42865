import { randomBytes } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type GatePolicy, type GateRequest, gate, gateUpgrade } from '#lib/server/door/gate.ts'
import { PROBLEM_TYPE } from '#lib/server/door/problem.ts'
import type { Refusals } from '#lib/server/door/refusals.ts'

export interface GatedServerOptions {
  /** Asked for each request: the allow-list needs the port, which is known after listening. */
  readonly policy: () => GatePolicy
  /** Everything that the gate lets through. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Gets the `upgrade` events that the gate lets through. */
  readonly upgrades: EventEmitter
  /** Told of everything else. */
  readonly onRefused: Refusals['add']
}

/**
 * Milliseconds. Callers are on this machine and the largest body is 1 MiB: a slower request is cut off at the
 * next check.
 */
const TIMES = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 }

/** A server of which no request gets past the gate. */
export function createGatedServer({
  policy,
  handle,
  upgrades,
  onRefused,
}: GatedServerOptions): Server {
  /** Connections on which an answer is still to be sent. */
  const answering = new WeakSet<Socket>()
  const server = createServer(TIMES, (request, response) => {
    const asked = toGateRequest(request)
    const { socket } = request
    // No browser sends the next request before the answer. Next never closes the file of an answer that has to
    // wait for another one, once the connection has gone.
    if (answering.has(socket)) {
      onRefused('badRequest', asked)
      socket.destroy()
      return
    }
    answering.add(socket)
    response.once('close', () => answering.delete(socket))
    const answer = gate(asked, policy(), randomBytes(16).toString('base64'))
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value)
    if (answer.answer === 'refuse') {
      onRefused(answer.code, asked)
      response.statusCode = answer.problem.status
      response.setHeader('content-type', PROBLEM_TYPE)
      // A body may be on its way that nobody will read.
      response.setHeader('connection', 'close')
      response.end(request.method === 'HEAD' ? undefined : JSON.stringify(answer.problem))
      return
    }
    for (const [name, value] of Object.entries(answer.requestHeaders)) {
      if (value === null) delete request.headers[name]
      else request.headers[name] = value
    }
    request.url = asPage(request.url ?? '')
    handle(request, response).catch(() => response.destroy())
  })
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const asked = toGateRequest(request)
    if (gateUpgrade(asked, policy())) {
      upgrades.emit('upgrade', request, socket, head)
    } else {
      onRefused('badRequest', asked)
      socket.destroy()
    }
  })
  return server
}

/**
 * Next answers an address that ends in .rsc with its own data instead of a page, but a machine's name may end
 * so. With its dot encoded the address means the same, and Next answers the page.
 */
function asPage(url: string): string {
  return url.replace(/\.rsc(?=\?|$)/, '%2Ersc')
}

function toGateRequest(request: IncomingMessage): GateRequest {
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headersDistinct,
  }
}
