import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { Duplex } from 'node:stream'
import { discover, VERSION } from '#sandbox/api-discovery.ts'
import { type Fault, Faults } from '#sandbox/api-faults.ts'
import { readPath } from '#sandbox/api-routes.ts'
import { badRequest, forbidden, forbiddenPath, Refusal } from '#sandbox/api-status.ts'
import { authenticate, type BearerUsers } from '#sandbox/authenticate.ts'
import type { KeyedCertificate } from '#sandbox/authority.ts'
import { cannot, maySee, mayTouch } from '#sandbox/authorize.ts'
import { csrTable, wantsTable } from '#sandbox/csr-table.ts'
import { lastingPort } from '#sandbox/free-ports.ts'
import type { User } from '#sandbox/identities.ts'
import { listPage, readSelector } from '#sandbox/listing.ts'
import { PROTOBUF, readProtobufCsr } from '#sandbox/protobuf-csr.ts'
import type { Api, Target } from '#sandbox/resource-api.ts'
import { accessReview, accessReviewOf, subjectReview } from '#sandbox/reviews.ts'
import { timestamp } from '#sandbox/sandbox-clock.ts'
import { CSRS, type ServedResource } from '#sandbox/served-resources.ts'
import { openWatch, type Watch } from '#sandbox/watch.ts'

export interface ServerOptions {
  readonly api: Api
  readonly tls: KeyedCertificate
  readonly ca: string
  readonly users: BearerUsers
  readonly served: readonly ServedResource[]
}

interface Answer {
  readonly code: number
  readonly body: unknown
}

const BODY_LIMIT = 3 * 1024 * 1024
const PATCH_TYPES = ['application/merge-patch+json', 'application/strategic-merge-patch+json']
const PROBES = ['/healthz', '/livez', '/readyz']

/** The API over HTTPS on 127.0.0.1. */
export class ApiServer {
  readonly faults = new Faults()
  readonly #options: ServerOptions
  readonly #watches = new Set<Watch>()
  readonly #sockets = new Set<Duplex>()
  #server: Server | null = null
  #port = 0

  constructor(options: ServerOptions) {
    this.#options = options
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`
  }

  /** Number of open watches. */
  get watches(): number {
    return this.#watches.size
  }

  /** Accepts calls; after `close` again, on the same port. */
  async listen(): Promise<void> {
    const { tls, ca } = this.#options
    const server = createServer(
      {
        cert: tls.certificate,
        key: tls.privateKey,
        ca,
        requestCert: true,
        // A call without a certificate may still have a token.
        rejectUnauthorized: false,
        keepAliveTimeout: 90_000,
        // Go's limit, which includes the request line: net/http.DefaultMaxHeaderBytes.
        maxHeaderSize: 1024 * 1024,
      },
      (request, response) => {
        this.#serve(request, response).catch((error: unknown) => {
          console.error(error)
          response.destroy()
        })
      },
    )
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    // A client that leaves during its handshake is no error.
    server.on('tlsClientError', () => {})
    this.#port ||= await lastingPort()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    this.#server = server
  }

  /** Drops every connection and accepts no more calls. */
  async close(): Promise<void> {
    const server = this.#server
    this.#server = null
    for (const watch of this.#watches) watch.close()
    for (const socket of this.#sockets) socket.destroy()
    if (server !== null) await new Promise((resolve) => server.close(resolve))
  }

  closeWatches(): void {
    for (const watch of this.#watches) watch.close()
  }

  expireWatches(): void {
    for (const watch of this.#watches) watch.expire()
  }

  stallWatches(): void {
    for (const watch of this.#watches) watch.stall()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request
    response.setHeader('audit-id', randomUUID())
    const fault = this.faults.take(method, url)
    if (fault?.delayMs !== undefined) await new Promise((go) => setTimeout(go, fault.delayMs))
    await fault?.until
    // The client has given up meanwhile.
    if (request.socket.destroyed) return
    if (fault?.dropCall) return void request.socket.destroy()
    if (fault !== null && refuse(fault, response)) return
    let answer: Answer | null
    try {
      answer = await this.#answer(request, response, method, url)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      answer = { code: error.status.code, body: error.status }
    }
    if (fault?.dropAnswer) return void request.socket.destroy()
    if (answer !== null) send(response, answer)
  }

  /** Null when the answer is a watch that has begun. */
  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    method: string,
    url: string,
  ): Promise<Answer | null> {
    const { api, users, served } = this.#options
    const user = await authenticate(request, users, api.rights)
    const cut = url.indexOf('?')
    const path = cut < 0 ? url : url.slice(0, cut)
    const query = new URLSearchParams(cut < 0 ? '' : url.slice(cut + 1))
    const target = readPath(path, served)
    if (target === null) return this.#plain(user, method, path, request)
    const isTable = target.resource === CSRS && wantsTable(request.headers.accept)
    const shape = (body: unknown) => (isTable ? csrTable(body, api.clock.now()) : body)
    if (method === 'GET' && target.name === '') {
      const watching = ['1', 'true'].includes(query.get('watch') ?? '')
      if (watching) return this.#watch(user, target, query, response, shape)
      api.authorize(user, 'list', target)
      return { code: 200, body: shape(listPage(api, target, readListQuery(query))) }
    }
    if (method === 'GET') return { code: 200, body: shape(api.get(user, target)) }
    const isProtobuf = request.headers['content-type'] === PROTOBUF
    const body = isProtobuf
      ? readProtobuf(target, await readBytes(request))
      : await readBody(request)
    if (method === 'POST' && target.name === '') {
      return { code: 201, body: api.create(user, target, body) }
    }
    if (method === 'PUT') return { code: 200, body: api.update(user, target, body) }
    if (method === 'PATCH') {
      const type = request.headers['content-type'] ?? ''
      if (PATCH_TYPES.includes(type)) return { code: 200, body: api.patch(user, target, body) }
      throw unknownFormat()
    }
    if (method === 'DELETE' && target.name !== '') {
      api.delete(user, target)
      const { resource, name } = target
      const details = { name, group: resource.group, kind: resource.plural }
      const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
      return { code: 200, body: status }
    }
    throw new Refusal(
      405,
      'MethodNotAllowed',
      'the server does not allow this method on the requested resource',
    )
  }

  async #plain(
    user: User,
    method: string,
    path: string,
    request: IncomingMessage,
  ): Promise<Answer> {
    const { api, served } = this.#options
    if (method === 'POST' && path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') {
      return { code: 201, body: accessReview(api.rights, user, await readBody(request)) }
    }
    if (method === 'POST' && path === '/apis/authorization.k8s.io/v1/subjectaccessreviews') {
      const wanted = {
        verb: 'create',
        group: 'authorization.k8s.io',
        resource: 'subjectaccessreviews',
      }
      if (!mayTouch(api.rights, user, wanted)) {
        const named = { group: wanted.group, plural: wanted.resource, kind: '', name: '' }
        throw forbidden(named, cannot(user, wanted))
      }
      return { code: 201, body: accessReviewOf(api.rights, await readBody(request)) }
    }
    if (method === 'POST' && path === '/apis/authentication.k8s.io/v1/selfsubjectreviews') {
      return { code: 201, body: subjectReview(user, timestamp(api.clock.now())) }
    }
    const verb = method === 'GET' ? 'get' : method.toLowerCase()
    if (!maySee(api.rights, user, verb, path)) {
      throw forbiddenPath(`User "${user.username}" cannot ${verb} path "${path}"`)
    }
    if (PROBES.includes(path)) return { code: 200, body: 'ok' }
    if (path === '/version') return { code: 200, body: VERSION }
    const found = discover(path, served)
    return found === null ? { code: 404, body: '404 page not found\n' } : { code: 200, body: found }
  }

  #watch(
    user: User,
    target: Target,
    query: URLSearchParams,
    response: ServerResponse,
    shape: (object: unknown) => unknown,
  ): null {
    const { api } = this.#options
    api.authorize(user, 'watch', target)
    const seconds = Number(query.get('timeoutSeconds') ?? '')
    const options = {
      version: readVersion(query) || null,
      bookmarks: query.get('allowWatchBookmarks') === 'true',
      // The API server picks between 30 and 60 minutes by default.
      timeoutSeconds: seconds > 0 ? seconds : 1_800,
      select: readSelector(query.get('fieldSelector') ?? ''),
      shape,
    }
    response.writeHead(200, { 'content-type': 'application/json', ...PLAIN_HEADERS })
    response.flushHeaders()
    const sink = {
      send: (frame: unknown) => void response.write(`${JSON.stringify(frame)}\n`),
      end: () => {
        this.#watches.delete(watch)
        response.end()
      },
    }
    const watch = openWatch(api, target, options, sink)
    this.#watches.add(watch)
    response.once('close', () => watch.close())
    return null
  }
}

const PLAIN_HEADERS = { 'cache-control': 'no-cache, private' }

function refuse(fault: Fault, response: ServerResponse): boolean {
  const { status, retryAfter, redirectTo } = fault
  if (redirectTo !== undefined) {
    response.writeHead(302, { location: redirectTo }).end()
    return true
  }
  if (status === undefined) return false
  const { reason, message } = FAULT_STATUS[status] ?? {
    reason: 'InternalError',
    message: 'Internal error occurred: the sandbox was told to fail',
  }
  const wait = retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` }
  if (status === 429) {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...wait })
    response.end(TOO_MANY)
    return true
  }
  const details = retryAfter === undefined ? undefined : { retryAfterSeconds: retryAfter }
  response.writeHead(status, { 'content-type': 'application/json', ...wait })
  response.end(JSON.stringify(new Refusal(status, reason, message, details).status))
  return true
}

/** The only refusal that is no Status: it comes from a layer before the API. */
const TOO_MANY = 'Too many requests, please try again later.\n'

const FAULT_STATUS: Record<number, { reason: string; message: string }> = {
  401: { reason: 'Unauthorized', message: 'Unauthorized' },
  503: {
    reason: 'ServiceUnavailable',
    message: 'the server is currently unable to handle the request',
  },
  504: { reason: 'Timeout', message: 'Timeout: request did not complete within requested timeout' },
}

function readListQuery(query: URLSearchParams) {
  return {
    limit: Number(query.get('limit') ?? '0'),
    continueToken: query.get('continue') ?? '',
    notBefore: readVersion(query),
    fieldSelector: query.get('fieldSelector') ?? '',
  }
}

/** The resourceVersion of a query; 0 for none. */
function readVersion(query: URLSearchParams): number {
  const given = query.get('resourceVersion') ?? ''
  if (/^\d*$/.test(given)) return Number(given)
  throw badRequest(`Invalid value: ${JSON.stringify(given)}: resourceVersion must be a number`)
}

/** kubectl's `certificate approve` and `deny`, whose client writes nothing but this encoding. */
function readProtobuf({ resource, subresource }: Target, bytes: Buffer): unknown {
  if (resource !== CSRS || subresource !== 'approval') throw unknownFormat()
  const csr = readProtobufCsr(bytes)
  if (csr === null) throw badRequest('the object provided is unrecognized')
  return csr
}

function unknownFormat(): Refusal {
  const message = 'the body of the request was in an unknown format'
  return new Refusal(415, 'UnsupportedMediaType', message)
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBytes(request)
  if (bytes.length === 0) return null
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${String(error)}`)
  }
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BODY_LIMIT) {
      throw new Refusal(
        413,
        'RequestEntityTooLarge',
        `Request entity too large: limit is ${BODY_LIMIT}`,
      )
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function send(response: ServerResponse, { code, body }: Answer) {
  const isText = typeof body === 'string'
  const bytes = Buffer.from(isText ? body : JSON.stringify(body))
  const headers = {
    ...PLAIN_HEADERS,
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
  }
  response.writeHead(code, { ...headers, 'content-length': bytes.length }).end(bytes)
}
