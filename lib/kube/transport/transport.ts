import type { IncomingHttpHeaders } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { cause } from '#lib/csr/cause.ts'
import type { Connection, Headers, Identity } from '#lib/kube/transport/acting-identity.ts'
import { systemClock } from '#lib/kube/transport/clock.ts'
import { startDeadline } from '#lib/kube/transport/deadline.ts'
import { isKubeError, isUnauthorized, KubeError } from '#lib/kube/transport/errors.ts'
import { networkError } from '#lib/kube/transport/network-error.ts'
import { statusError } from '#lib/kube/transport/status-error.ts'

export type QueryValue = string | number | boolean | undefined
export type Query = Readonly<Record<string, QueryValue>>

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Absolute; every variable segment through `segment`. */
  readonly path: string
  readonly query?: Query
  /** Sent as JSON. */
  readonly body?: unknown
  readonly contentType?: string
  /** Accepted content type; default JSON. */
  readonly accept?: string
  readonly signal?: AbortSignal | undefined
  /** Time for the whole call; default 15 s. */
  readonly timeoutMs?: number
  /** Longest unpacked answer; default 32 MiB. */
  readonly maxBytes?: number
}

/** A 2xx answer; every other rejects with a KubeError. */
export interface Answer {
  readonly status: number
  /** Parsed JSON; null without a body. */
  readonly body: unknown
  /** Unpacked size of the body. */
  readonly bytes: number
  /** Id of the call in the API server's audit log; null where it names none. */
  readonly auditId: string | null
}

interface WholeAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer<ArrayBuffer>
}

const CALL_TIMEOUT_MS = 15_000
const MAX_BYTES = 32 * 1024 * 1024
/** An error's body is a Status of a few hundred bytes; a proxy's page is not worth more. */
const MAX_ERROR_BYTES = 64 * 1024
const NOTHING = Buffer.alloc(0)

const unzip = promisify(gunzip)
/** Bytes that are unpacked at a time on another thread: a page of a list at once. */
const MOST_PIECE = 3 * 1024 * 1024
const LEAST_PIECE = 1024
/** Octets of the unpacked size at the end of gzip. */
const SIZE_OCTETS = 4

export async function call(identity: Identity, request: Call): Promise<Answer> {
  const { signal, timeoutMs = CALL_TIMEOUT_MS, maxBytes = MAX_BYTES } = request
  const { server } = identity
  const late = (seconds: number) => cause('noAnswer', { server, seconds })
  const deadline = startDeadline(signal, systemClock, late)
  deadline.within(timeoutMs)
  const outgoing: Outgoing = {
    method: request.method,
    path: request.path + queryText(request.query),
    headers: {
      'accept-encoding': 'gzip',
      ...(request.accept === undefined ? {} : { accept: request.accept }),
      ...(request.body === undefined
        ? {}
        : { 'content-type': request.contentType ?? 'application/json' }),
    },
    body: request.body === undefined ? null : JSON.stringify(request.body),
    signal: deadline.signal,
  }
  try {
    const answer = await withCredential(identity, outgoing.signal, async (connection) => {
      const sentAt = Date.now()
      const whole = await gather(connection, outgoing, maxBytes)
      identity.clock.heard(whole.headers.date, sentAt, Date.now())
      if (whole.status >= 300) throw await refusal(whole)
      return whole
    })
    const bytes = await unpacked(answer, maxBytes)
    const { status, headers } = answer
    const parsed = { body: parseJson(bytes), bytes: bytes.length }
    free(bytes)
    return { status, ...parsed, auditId: auditIdOf(headers) }
  } catch (thrown) {
    throw deadline.reason() ?? asKubeError(thrown, identity)
  } finally {
    deadline.end()
  }
}

/** A proxy may add a second one, or write anything. */
function auditIdOf({ 'audit-id': id }: IncomingHttpHeaders): string | null {
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : null
}

/** Encodes one path segment from an untrusted name. Throws on '', '.' and '..'. */
export function segment(name: string): string {
  if (name === '' || name === '.' || name === '..') {
    throw new KubeError(cause('badObjectName'), { kind: 'malformed', sent: false })
  }
  return encodeURIComponent(name)
}

export interface Outgoing {
  readonly method: string
  /** Path with its query. */
  readonly path: string
  readonly headers: Headers
  readonly body: string | null
  readonly signal: AbortSignal
}

/**
 * Sends and returns a 2xx response with its body still to come, for endless bodies like a watch's.
 */
export async function send(
  identity: Identity,
  outgoing: Outgoing,
): Promise<Dispatcher.ResponseData> {
  return withCredential(identity, outgoing.signal, async (connection) => {
    const response = await connection.dispatcher.request({
      ...onWire(connection, outgoing),
      signal: AbortSignal.any([outgoing.signal, connection.closed]),
    })
    const { statusCode: status, headers } = response
    if (status < 300) return response
    throw await refusal({ status, headers, body: await readError(response.body) })
  })
}

/** Tries once, and again if the API server refuses the credential and a renewed one differs. */
async function withCredential<T>(
  identity: Identity,
  signal: AbortSignal,
  attempt: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await identity.connect({ renew: false })
  try {
    return await attempt(connection)
  } catch (error) {
    if (!isUnauthorized(error) || signal.aborted) throw error
    const renewed = await identity.connect({ renew: true })
    if (renewed === connection) throw error
    return await attempt(renewed)
  }
}

/** One exchange without undici's stream, which takes a third of a call's processor. */
function gather(
  connection: Connection,
  outgoing: Outgoing,
  maxBytes: number,
): Promise<WholeAnswer> {
  const ends = [outgoing.signal, connection.closed]
  let giveUp = () => {}
  const answered = new Promise<WholeAnswer>((resolve, reject) => {
    let under: Dispatcher.DispatchController | null = null
    let status = 0
    let headers: IncomingHttpHeaders = {}
    let length = 0
    const pieces: Buffer[] = []
    giveUp = () => {
      const reason = ends.find(({ aborted }) => aborted)?.reason
      reject(reason)
      // Closes the connection: the rest of the answer is not read.
      under?.abort(reason)
    }
    for (const signal of ends) {
      signal.throwIfAborted()
      signal.addEventListener('abort', giveUp)
    }
    connection.dispatcher.dispatch(onWire(connection, outgoing), {
      onRequestStart(controller) {
        under = controller
        // Aborted while it waited for a connection: undici sends nothing.
        if (ends.some(({ aborted }) => aborted)) giveUp()
      },
      onResponseStart(_, code, received) {
        status = code
        headers = received
      },
      onResponseData(controller, piece) {
        length += piece.length
        const most = status < 300 ? maxBytes : MAX_ERROR_BYTES
        if (length <= most) pieces.push(piece)
        else controller.abort(tooLarge(most))
      },
      onResponseEnd: () => resolve({ status, headers, body: Buffer.concat(pieces, length) }),
      onResponseError(_, error) {
        if (status < 300) reject(error)
        else resolve({ status, headers, body: NOTHING })
      },
    })
  })
  return answered.finally(() => {
    for (const signal of ends) signal.removeEventListener('abort', giveUp)
  })
}

function onWire(
  { endpoint, headers }: Connection,
  { method, path, headers: more, body }: Outgoing,
): Dispatcher.DispatchOptions {
  return {
    origin: endpoint.origin,
    method: method as Dispatcher.HttpMethod,
    path: endpoint.prefix + path,
    headers: { accept: 'application/json', 'user-agent': 'countersign', ...more, ...headers },
    body,
  }
}

/** The error of an answer that is not 2xx. */
async function refusal(answer: WholeAnswer): Promise<KubeError> {
  const { status, headers } = answer
  if (status < 400) {
    // Following a redirect would give the credential, and control over the shown state, to a
    // stranger.
    return new KubeError(cause('apiServerRedirects'), { kind: 'redirected', status, sent: false })
  }
  // The status counts even with an unreadable body.
  const body = await unpacked(answer, MAX_ERROR_BYTES)
    .then(parseJson)
    .catch(() => null)
  const retryAfter = headers['retry-after']
  return statusError(body, {
    status,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
    now: Date.now(),
  })
}

function unpacked({ headers, body }: WholeAnswer, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  return headers['content-encoding'] === 'gzip' ? unpack(body, maxBytes) : Promise.resolve(body)
}

/** Null for an empty body. Throws a KubeError. */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return null
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new KubeError(cause('answerNotJson'), { kind: 'malformed' }, { cause: error })
  }
}

async function unpack(packed: Buffer, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  try {
    return await unzip(packed, { maxOutputLength: maxBytes, chunkSize: pieceOf(packed) })
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes)
    throw new KubeError(cause('answerNotUnpacked'), { kind: 'malformed' }, { cause: error })
  }
}

/** Room for all that is packed, which gzip gives without proof, and an octet that stays free. */
function pieceOf(packed: Buffer): number {
  const size = packed.length < SIZE_OCTETS ? 0 : packed.readUInt32LE(packed.length - SIZE_OCTETS)
  return Math.max(LEAST_PIECE, Math.min(size + 1, MOST_PIECE))
}

/**
 * Frees a parsed body's memory now. V8 would free it at the next collection of old objects, which
 * it then begins for the sake of such memory.
 */
function free(body: Buffer<ArrayBuffer>): void {
  // Smaller buffers share their memory with others.
  if (body.length > Buffer.poolSize) body.buffer.transfer(0)
}

/** The whole body; empty if it is too long or breaks off. */
async function readError(body: Dispatcher.ResponseData['body']): Promise<Buffer<ArrayBuffer>> {
  const pieces: Buffer[] = []
  let length = 0
  try {
    for await (const piece of body) {
      length += piece.length
      // Leaving the loop destroys the body and its connection: no more is read.
      if (length > MAX_ERROR_BYTES) return NOTHING
      pieces.push(piece)
    }
  } catch {
    return NOTHING
  }
  return Buffer.concat(pieces, length)
}

export function tooLarge(maxBytes: number): KubeError {
  return new KubeError(cause('answerTooLarge', { bytes: maxBytes }), { kind: 'tooLarge' })
}

export function queryText(query: Query | undefined): string {
  if (query === undefined) return ''
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

/** Every error that leaves this folder is a KubeError. */
export function asKubeError(thrown: unknown, identity: Identity): KubeError {
  return isKubeError(thrown) ? thrown : networkError(thrown, identity.server)
}
