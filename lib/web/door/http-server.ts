import { randomBytes } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { canonicalIp } from '#lib/csr/addresses/ip.ts'
import type { People } from '#lib/people/people.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'
import { PROBLEM_TYPE, type ProblemCode } from '#lib/refusals/problem.ts'
import { createCallerTurns } from '#lib/web/door/caller-turns.ts'
import { countCalls } from '#lib/web/door/calls-under-way.ts'
import {
  type GatePolicy,
  type GateRequest,
  gate,
  gatePerson,
  gateUpgrade,
  ofNobody,
  type Passed,
  type Refusal,
  tooManyActs,
  tooManyCalls,
} from '#lib/web/door/gate.ts'
import type { Refusals } from '#lib/web/door/refusals.ts'

export interface GatedServerOptions {
  /**
   * The gate's policy, read for each request: it needs the port, which is known after listening.
   */
  readonly policy: () => GatePolicy
  /** Finds the person of a call that the gate has passed. */
  readonly people: Pick<People, 'known' | 'caller'>
  /**
   * Handles requests that the gate has passed. `isPageOfStranger`: a page for a caller without a
   * session.
   */
  readonly handle: (
    request: IncomingMessage,
    response: ServerResponse,
    isPageOfStranger: boolean,
  ) => Promise<void>
  /** Receives `upgrade` events that the gate has passed. */
  readonly upgrades: EventEmitter
  /** Called for each refused request. */
  readonly onRefused: Refusals['add']
  /** PEM texts for a server that ends TLS itself. */
  readonly tls?: { readonly cert: string; readonly key: string } | null
  /**
   * Most calls of one person under way. With this limit, half-sent bodies, acts of a minute and calls
   * in all are limited, too.
   */
  readonly callsOfOne?: number | null
  /**
   * Most calls of one person that are worked on at a time, except streams and decisions. People
   * take turns; callers without a session share one turn. Absent: every call is worked on as it
   * arrives.
   */
  readonly turnsOfOne?: number
  /**
   * Least and most milliseconds before a refusal for too many calls, as clients repeat it at once.
   */
  readonly refuseAfterMs?: readonly [number, number]
}

/** Limits of a person of a team, who may have 30 tabs, each with a stream and some questions. */
export const TEAM = {
  callsOfOne: OF_PEOPLE.calls.ofOne,
  turnsOfOne: OF_PEOPLE.turns.ofOne,
  refuseAfterMs: [1_000, 2_000],
} as const

/**
 * Milliseconds. Bodies are at most 1 MiB: slower requests are cut at the next check. Proxies keep
 * idle connections for a minute: if the server closed one before, the proxy's next request would
 * fail. `highWaterMark`: bytes of a body that one read takes before any code asks for them.
 */
const CONNECTIONS = {
  highWaterMark: 32 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 75_000,
}

/** Refusals that a signed-in caller, or one who sends much, can cause without limit. */
const SLOWLY: ReadonlySet<ProblemCode> = new Set([
  ...(['noAccess', 'rightsUnknown', 'tooManyCalls', 'tooLarge'] as const),
])
/** The name for all callers without a session; a person's name is never empty. */
const STRANGERS = ''

/** Creates a server whose requests all pass the gate. */
export function createGatedServer({
  policy,
  people,
  handle,
  upgrades,
  onRefused,
  tls = null,
  callsOfOne = null,
  turnsOfOne,
  refuseAfterMs = [0, 0],
}: GatedServerOptions): Server {
  const calls = countCalls(callsOfOne)
  const turns = turnsOfOne === undefined ? null : createCallerTurns(turnsOfOne)
  /** The unfinished answer of each connection. */
  const answering = new WeakMap<Socket, ServerResponse>()
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const asked = toGateRequest(request)
    const { socket } = request
    const before = answering.get(socket)
    answering.set(socket, response)
    if (before?.writableEnded === false) {
      onRefused('badRequest', asked)
      socket.destroy()
      return
    }
    response.once('close', () => {
      if (answering.get(socket) === response) answering.delete(socket)
    })
    // A browser can have the whole answer before Node says that it is written. Next leaks the file of
    // a queued answer when the connection ends.
    const canLeave = before === undefined ? null : Promise.withResolvers<boolean>()
    before?.once('close', () => canLeave?.resolve(response.socket !== null && !socket.destroyed))
    const answer = gate(asked, policy(), nonce)
    const done = answer.answer === 'refuse' ? refuse(answer) : letIn(answer)
    done.catch(() => response.destroy())

    async function refuse(refusal: Refusal): Promise<void> {
      onRefused(refusal.code, asked)
      // The part of a body that has arrived is not kept.
      request.resume()
      if (canLeave !== null && !(await canLeave.promise)) return
      const [least, most] = refuseAfterMs
      if (most === 0 || !SLOWLY.has(refusal.code)) return send(refusal)
      const wait = setTimeout(send, least + Math.random() * (most - least), refusal)
      response.once('close', () => clearTimeout(wait))
    }

    function send(refusal: Refusal): void {
      for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value)
      response.statusCode = refusal.problem.status
      response.setHeader('content-type', PROBLEM_TYPE)
      // A body that no code will read may still arrive.
      response.setHeader('connection', 'close')
      response.end(request.method === 'HEAD' ? undefined : JSON.stringify(refusal.problem))
    }

    async function letIn(passed: Passed): Promise<void> {
      const { proof, bytes, route, address } = passed
      const ofStranger = (length: number) =>
        calls.ofStranger(address ?? '', length, () => socket.destroy())
      let person = people.known(proof)
      if (person === null && route?.open === 'withKey' && bytes > 0) {
        // First call with a proxy's token: its body waits until the API server names its person.
        const waiting = ofStranger(Math.min(bytes, CONNECTIONS.highWaterMark))
        response.once('close', waiting.answered)
        await people.caller(proof)
        waiting.answered()
        if (socket.destroyed) return
        person = people.known(proof)
        if (person === null) return refuse(ofNobody())
      }
      const refusal = person === null ? null : gatePerson(passed, person)
      if (refusal !== null) return refuse(refusal)
      const whose = person?.person ?? null
      const isAct = route?.isAct === true && asked.method === 'POST'
      if (whose !== null && isAct && !calls.mayAct(whose, route.stops)) return refuse(tooManyActs())
      const call = whose === null ? ofStranger(bytes) : calls.ofPerson(whose, bytes)
      if (call === null) return refuse(tooManyCalls())
      request.once('end', call.received)
      response.once('close', call.answered)
      if (canLeave !== null && !(await canLeave.promise)) {
        onRefused('badRequest', asked)
        return call.answered()
      }
      if (request.headers.expect !== undefined) response.writeContinue()
      readBy(request, response, passed)
      const isPageOfStranger = whose === null && isPage(route, asked)
      const begin = () => {
        handle(request, response, isPageOfStranger).catch(() => response.destroy())
      }
      if (turns === null) return begin()
      const isLong = route?.isLong === true
      const leave = turns(isLong && whose !== null ? `long ${whose}` : (whose ?? STRANGERS), () => {
        begin()
        // A reader who takes nothing would otherwise hold the turns of all callers without a
        // session.
        if (isLong || whose === null) leave()
      })
      response.once('close', leave)
    }
  }

  const server =
    tls === null
      ? createServer(CONNECTIONS, onRequest)
      : createTlsServer({ ...CONNECTIONS, ...tls }, onRequest)
  // Without this Node itself asks for the body, before the gate.
  server.on('checkContinue', onRequest)
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

/** True for a page: neither data nor a file of the build. */
function isPage(route: Passed['route'], { url }: GateRequest): boolean {
  return route === null && !url.startsWith('/_next/')
}

/** Sets the answer's headers, and the request's headers that other code may believe. */
function readBy(request: IncomingMessage, response: ServerResponse, passed: Passed): void {
  for (const [name, value] of Object.entries(passed.headers)) response.setHeader(name, value)
  for (const [name, value] of Object.entries(passed.requestHeaders)) {
    if (value === null) delete request.headers[name]
    else request.headers[name] = value
  }
  request.url = asPage(request.url ?? '')
}

/**
 * Encodes the dot of a path that ends in .rsc, such as a machine's name: Next would otherwise
 * answer its own data instead of the page.
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
    peer: peerOf(request),
  }
}

/** A socket of both families writes an IPv4 address inside an IPv6 one. */
function peerOf({ socket: { remoteAddress } }: IncomingMessage): string | undefined {
  return canonicalIp(remoteAddress ?? '') ?? remoteAddress
}
