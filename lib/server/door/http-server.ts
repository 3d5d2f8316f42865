import { randomBytes } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import {
  type GateAnswer,
  type GatePolicy,
  type GateRequest,
  gate,
  gateUpgrade,
  tooManyCalls,
} from '#lib/server/door/gate.ts'
import { PROBLEM_TYPE } from '#lib/server/door/problem.ts'
import type { Refusals } from '#lib/server/door/refusals.ts'
import { sessionOf } from '#lib/server/people/session-cookie.ts'

export interface GatedServerOptions {
  /** Called for each request: the allow-list needs the port, which is known after listening. */
  readonly policy: () => GatePolicy
  /** Handles requests that the gate has passed. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Receives `upgrade` events that the gate has passed. */
  readonly upgrades: EventEmitter
  /** Called for refused requests. */
  readonly onRefused: Refusals['add']
  /** PEM texts for a server that ends TLS itself. */
  readonly tls?: { readonly cert: string; readonly key: string } | null
  /** Most calls under way of one session, or of one token that a proxy passes on. */
  readonly callsOfOne?: number
}

/**
 * Milliseconds. Bodies are at most 1 MiB: slower requests are cut at the next check. Callers keep
 * idle connections, proxies for a minute: closed before, one of them fails with its next request.
 */
const TIMES = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 75_000,
}

/** Creates a server whose requests all pass the gate. */
export function createGatedServer({
  policy,
  handle,
  upgrades,
  onRefused,
  tls = null,
  callsOfOne = Number.POSITIVE_INFINITY,
}: GatedServerOptions): Server {
  const enter = countCalls(callsOfOne)
  /** Connections with an unfinished answer. */
  const answering = new WeakSet<Socket>()
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const asked = toGateRequest(request)
    const { socket } = request
    // Browsers send the next request after the answer. Next leaks the file of an answer that waits
    // for another one when the connection ends.
    if (answering.has(socket)) {
      onRefused('badRequest', asked)
      socket.destroy()
      return
    }
    answering.add(socket)
    response.once('close', () => answering.delete(socket))
    const answer = limited(asked, response, gate(asked, policy(), nonce))
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value)
    if (answer.answer === 'refuse') {
      onRefused(answer.code, asked)
      response.statusCode = answer.problem.status
      response.setHeader('content-type', PROBLEM_TYPE)
      // A request body that no code will read may be on its way.
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
  }
  /** A caller's calls beyond the limit are refused. */
  function limited(asked: GateRequest, response: ServerResponse, answer: GateAnswer): GateAnswer {
    if (answer.answer === 'refuse') return answer
    const caller = answer.requestHeaders.authorization ?? sessionOf(asked.headers.cookie?.[0])
    if (caller === null) return answer
    const leave = enter(caller)
    if (leave === null) return tooManyCalls(callsOfOne)
    response.once('close', leave)
    return answer
  }

  const server =
    tls === null ? createServer(TIMES, onRequest) : createTlsServer({ ...TIMES, ...tls }, onRequest)
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
 * Encodes the dot of a path that ends in .rsc, as a machine's name may: Next would otherwise answer
 * its own data instead of the page.
 */
function asPage(url: string): string {
  return url.replace(/\.rsc(?=\?|$)/, '%2Ersc')
}

function nonce(): string {
  return randomBytes(16).toString('base64')
}

function toGateRequest(request: IncomingMessage): GateRequest {
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headersDistinct,
    peer: request.socket.remoteAddress,
  }
}

/**
 * Counts calls under way of each caller, by the credential. Its answer counts one more until its own
 * answer is called; null where the caller has as many as allowed.
 */
function countCalls(most: number): (caller: string) => (() => void) | null {
  const underWay = new Map<string, number>()
  return (caller) => {
    const before = underWay.get(caller) ?? 0
    if (before >= most) return null
    underWay.set(caller, before + 1)
    return () => {
      const left = (underWay.get(caller) ?? 1) - 1
      if (left === 0) underWay.delete(caller)
      else underWay.set(caller, left)
    }
  }
}
