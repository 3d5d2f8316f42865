import { createHash, randomUUID } from 'node:crypto'
import { cause } from '#lib/csr/cause.ts'
import { toLogLine } from '#lib/kube/log/log-line.ts'
import { type Proof, proofOf } from '#lib/people/people.ts'
import type { Caller, ViewRight } from '#lib/people/principal.ts'
import { problemResponse } from '#lib/refusals/problem.ts'
import { namesGzip } from '#lib/web/door/names-gzip.ts'
import { type Running, recallRunning } from '#lib/web/door/running.ts'
import type { AnswerBytes } from '#lib/web/door/shared-bytes.ts'

/** Next's second argument. */
export interface RouteContext<Params> {
  readonly params: Promise<Params>
}

type Handler<Params> = (
  running: Running,
  request: Request,
  params: Params,
) => Response | Promise<Response>

/**
 * A data handler that itself requires the launch key or a session, although the gate has done so.
 */
export function guarded<Params = object>(
  handler: (
    running: Running,
    request: Request,
    caller: Caller,
    params: Params,
  ) => Response | Promise<Response>,
) {
  return unguarded<Params>(async (running, request, params) => {
    const proof = proofOf(request.headers)
    const caller = await running.people.caller(proof)
    if (caller === null) {
      return authorize(running, proof) ?? problemResponse('unauthorized', cause('keyMissing'))
    }
    switch (rightToSee(running, caller)) {
      case 'may':
        return handler(running, request, caller, params)
      case 'mayNot':
        return problemResponse('noAccess', cause('noAccess'))
      case 'unknown':
        return problemResponse('rightsUnknown', cause('rightsUnknown'))
    }
  })
}

/** The caller's right to see this site's cluster: their rights in another one do not count. */
export function rightToSee({ endpoint }: Running, { principal, viewRight }: Caller): ViewRight {
  return principal.endpoint === endpoint ? viewRight : 'mayNot'
}

/**
 * A handler for the launch key and every session, including a person who may not see the cluster.
 */
export function authorized<Params = object>(handler: Handler<Params>) {
  return unguarded<Params>(async (running, request, params) => {
    const refusal = authorize(running, proofOf(request.headers))
    return refusal ?? handler(running, request, params)
  })
}

/** A handler without authorization: for probes and the key exchange. */
export function unguarded<Params = object>(handler: Handler<Params>) {
  return async (request: Request, context: RouteContext<Params>): Promise<Response> => {
    const running = recallRunning()
    if (running === null) {
      return problemResponse('notReady', cause('startedOtherwise'))
    }
    try {
      return await handler(running, request, await context.params)
    } catch (error) {
      const { aborted, reason } = request.signal
      // The caller has gone: nothing failed, and the answer has no reader.
      if (aborted && error === reason) return problemResponse('stopping', cause('requestGivenUp'))
      const id = randomUUID()
      process.stderr.write(
        `${toLogLine({ event: 'error', requestId: id, error: wordsOf(error) })}\n`,
      )
      // Neither a stack nor a message: either could hold a secret.
      return problemResponse('internal', cause('serverFailed', { id }))
    }
  }
}

/** Null if the request is authorized, otherwise the refusal. */
export function authorize({ people }: Running, proof: Proof): Response | null {
  switch (people.authorize(proof)) {
    case 'launchKey':
    case 'session':
      return null
    case 'slowDown':
      return problemResponse('slowDown', cause('tooManyKeys'))
    case 'missing':
    case 'wrong':
      return problemResponse('unauthorized', cause('keyMissing'))
  }
}

/** JSON that must not be cached. */
export function json(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return jsonText(JSON.stringify(value), status, headers)
}

/** Whether the caller accepts an answer packed by gzip. */
export function takesGzip({ headers }: Request): boolean {
  return namesGzip(headers.get('accept-encoding') ?? '')
}

/** JSON with its ETag, as bytes that several callers may share. */
export function jsonBytes({ bytes, isPacked }: AnswerBytes, etag: string): Response {
  const packed = isPacked ? { 'content-encoding': 'gzip' } : {}
  const length = String(bytes.byteLength)
  const headers = { etag, vary: 'accept-encoding', 'content-length': length, ...packed }
  // A Response copies a buffer, which then waits for the garbage collector.
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(bytes)
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  const response = jsonText(body, 200, headers)
  whole.set(response, bytes)
  return response
}

const whole = new WeakMap<Response, Buffer>()

/** The bytes of a `jsonBytes` answer, which can be sent without its stream. */
export function wholeBody(response: Response): Buffer | undefined {
  return whole.get(response)
}

function jsonText(
  text: string | ReadableStream<Uint8Array>,
  status: number,
  headers: Readonly<Record<string, string>>,
) {
  return new Response(text, {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...headers,
    },
  })
}

/** JSON with an ETag of its content; 304 where the caller's `If-None-Match` has the same. */
export function taggedJson(request: Request, value: unknown): Response {
  const text = JSON.stringify(value)
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`
  const isKnown = request.headers.get('if-none-match') === etag
  return isKnown ? notModified(etag) : jsonText(text, 200, { etag })
}

/** The answer to a caller that has the current answer already. */
export function notModified(etag: string): Response {
  return new Response(null, { status: 304, headers: { 'cache-control': 'no-store', etag } })
}

/** Success without a body. */
export function noContent(headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status: 204, headers: { 'cache-control': 'no-store', ...headers } })
}

/** The error's text for our log on stderr, never for an answer. */
function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
