import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type RouteContext, wholeBody } from '#lib/web/door/route-handler.ts'

/** Handler of a route without parameters. It answers its own errors and never rejects. */
export type DataHandler = (request: Request, context: RouteContext<object>) => Promise<Response>

const NO_PARAMS: RouteContext<object> = { params: Promise.resolve({}) }

/**
 * Answers reads of these paths by their handlers directly: Next takes several times as long.
 * Returns null for any other request, such as one with an encoded path, which Next then answers.
 */
export function serveData(routes: ReadonlyMap<string, DataHandler>) {
  return (request: IncomingMessage, response: ServerResponse): Promise<void> | null => {
    const { method, url = '' } = request
    const handler = routes.get(url.split('?', 1)[0] ?? '')
    return handler === undefined || (method !== 'GET' && method !== 'HEAD')
      ? null
      : answer(handler, request, response)
  }
}

async function answer(
  handler: DataHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  const answered = await handler(toWebRequest(request, gone.signal), NO_PARAMS)
  const { status, headers, body } = answered
  response.statusCode = status
  for (const [name, value] of headers) {
    if (name === 'set-cookie') response.appendHeader(name, value)
    else response.setHeader(name, value)
  }
  const isWanted = request.method !== 'HEAD' && !gone.signal.aborted
  if (body !== null && isWanted) {
    const bytes = wholeBody(answered)
    return bytes === undefined ? pipeline(body, response) : void response.end(bytes)
  }
  response.end()
  await body?.cancel()
}

/** The gate has checked the host; handlers read only path and query. */
function toWebRequest(
  { method = '', url, headers }: IncomingMessage,
  signal: AbortSignal,
): Request {
  const texts = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  return new Request(`http://localhost${url}`, { method, headers: texts, signal })
}
