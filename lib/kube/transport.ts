import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { isKubeError, isUnauthorized, KubeError } from '#lib/kube/errors.ts'
import type { Connection, Headers, Identity } from '#lib/kube/identity.ts'
import { networkError } from '#lib/kube/network-error.ts'
import { statusError } from '#lib/kube/status-error.ts'

export type QueryValue = string | number | boolean | undefined
export type Query = Readonly<Record<string, QueryValue>>

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Absolute, each segment that is not a constant through `segment`. */
  readonly path: string
  readonly query?: Query
  /** Sent as JSON. */
  readonly body?: unknown
  readonly contentType?: string
  readonly signal?: AbortSignal | undefined
  /** For the whole call; 15 s when absent. */
  readonly timeoutMs?: number
  /** Of the answer, unpacked; 32 MiB when absent. */
  readonly maxBytes?: number
}

/** A 2xx answer; everything else rejects with a KubeError. */
export interface Answer {
  readonly status: number
  /** Parsed JSON; null when there was no body. */
  readonly body: unknown
}

const CALL_TIMEOUT_MS = 15_000
const MAX_BYTES = 32 * 1024 * 1024
/** An error's body is a Status of a few hundred bytes; a proxy's page is not worth more. */
const MAX_ERROR_BYTES = 64 * 1024

const unzip = promisify(gunzip)

export async function call(identity: Identity, request: Call): Promise<Answer> {
  const { signal, timeoutMs = CALL_TIMEOUT_MS, maxBytes = MAX_BYTES } = request
  const deadline = startDeadline(signal, timeoutMs, identity.server)
  try {
    const response = await send(identity, {
      method: request.method,
      path: request.path + queryText(request.query),
      headers: {
        'accept-encoding': 'gzip',
        ...(request.body === undefined
          ? {}
          : { 'content-type': request.contentType ?? 'application/json' }),
      },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal: deadline.signal,
    })
    return { status: response.statusCode, body: await readJson(response, maxBytes) }
  } catch (thrown) {
    throw deadline.reason() ?? asKubeError(thrown, identity)
  } finally {
    deadline.end()
  }
}

/** One path segment of a name that anybody may have chosen. Throws on '', '.' and '..'. */
export function segment(name: string): string {
  if (name === '' || name === '.' || name === '..') {
    throw new KubeError('That is not a name an object can have.', {
      kind: 'malformed',
      sent: false,
    })
  }
  return encodeURIComponent(name)
}

export interface Outgoing {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Headers
  readonly body: string | null
  readonly signal: AbortSignal
}

/**
 * Sends once, or twice when the API server does not accept the credential and a renewed one
 * differs. Answers a 2xx response whose body is not read yet.
 */
export async function send(
  identity: Identity,
  outgoing: Outgoing,
): Promise<Dispatcher.ResponseData> {
  const connection = await identity.connect({ renew: false })
  try {
    return await sendOnce(connection, outgoing)
  } catch (error) {
    if (!isUnauthorized(error) || outgoing.signal.aborted) throw error
    const renewed = await identity.connect({ renew: true })
    if (isSame(connection, renewed)) throw error
    return await sendOnce(renewed, outgoing)
  }
}

async function sendOnce(
  { dispatcher, endpoint, headers }: Connection,
  outgoing: Outgoing,
): Promise<Dispatcher.ResponseData> {
  const response = await dispatcher.request({
    origin: endpoint.origin,
    method: outgoing.method as Dispatcher.HttpMethod,
    path: endpoint.prefix + outgoing.path,
    headers: {
      accept: 'application/json',
      'user-agent': 'countersign',
      ...mutable(outgoing.headers),
      ...mutable(headers),
    },
    body: outgoing.body,
    signal: outgoing.signal,
  })
  const { statusCode } = response
  if (statusCode >= 200 && statusCode < 300) return response
  if (statusCode >= 300 && statusCode < 400) {
    // Following it would hand the credential, and the say over the cluster's state, to a stranger.
    discard(response)
    const message = 'The API server answered with a redirect, which is never followed.'
    throw new KubeError(message, { kind: 'redirected', status: statusCode, sent: false })
  }
  // A body that cannot be read changes nothing about the status.
  const body = await readJson(response, MAX_ERROR_BYTES).catch(() => null)
  const retryAfter = response.headers['retry-after']
  throw statusError(body, {
    status: statusCode,
    retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
    now: Date.now(),
  })
}

async function readJson(response: Dispatcher.ResponseData, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(response, maxBytes)
  if (bytes.length === 0) return null
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new KubeError('The answer is not JSON.', { kind: 'malformed' }, { cause })
  }
}

async function readBytes(response: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response.body) {
    chunks.push(chunk)
    length += chunk.length
    // Leaving the loop destroys the body, and with it the connection: nothing more is read.
    if (length > maxBytes) throw tooLarge(maxBytes)
  }
  const packed = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
  if (response.headers['content-encoding'] !== 'gzip') return packed
  try {
    return await unzip(packed, { maxOutputLength: maxBytes })
  } catch (cause) {
    const tooMuch = cause instanceof RangeError
    if (tooMuch) throw tooLarge(maxBytes)
    throw new KubeError('The answer cannot be unpacked.', { kind: 'malformed' }, { cause })
  }
}

function tooLarge(maxBytes: number): KubeError {
  return new KubeError(`The answer is larger than ${maxBytes} bytes.`, { kind: 'tooLarge' })
}

/** Lets go of a body nobody reads; its error, if it has one, is of no interest. */
function discard(response: Dispatcher.ResponseData): void {
  response.body.on('error', () => {})
  response.body.destroy()
}

export function queryText(query: Query | undefined): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

/** Everything that leaves this folder is a KubeError. */
export function asKubeError(thrown: unknown, identity: Identity): KubeError {
  return isKubeError(thrown) ? thrown : networkError(thrown, identity.server)
}

interface Deadline {
  readonly signal: AbortSignal
  /** Why the signal was aborted, if it was. */
  reason(): KubeError | null
  end(): void
}

function startDeadline(
  outer: AbortSignal | undefined,
  timeoutMs: number,
  server: string,
): Deadline {
  const controller = new AbortController()
  let reason: KubeError | null = null
  const stop = (why: KubeError) => {
    reason ??= why
    controller.abort(why)
  }
  const giveUp = () => stop(new KubeError('Given up.', { kind: 'aborted' }))
  const timer = setTimeout(() => {
    const message = `No answer from ${server} within ${timeoutMs / 1_000} s.`
    stop(new KubeError(message, { kind: 'timeout' }))
  }, timeoutMs)
  if (outer?.aborted) giveUp()
  outer?.addEventListener('abort', giveUp, { once: true })
  return {
    signal: controller.signal,
    reason: () => reason,
    end() {
      clearTimeout(timer)
      outer?.removeEventListener('abort', giveUp)
    },
  }
}

function isSame(before: Connection, after: Connection): boolean {
  return (
    before.dispatcher === after.dispatcher &&
    JSON.stringify(before.headers) === JSON.stringify(after.headers)
  )
}

function mutable(headers: Headers): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : [...value],
    ]),
  )
}
