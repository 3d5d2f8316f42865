import { once } from 'node:events'
import { type IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** The function's whole answer, which does not wait for a reader. */
export async function drawnInMemory(
  request: IncomingMessage,
  draw: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}> {
  const response = new MemoryResponse(request)
  // Milliseconds after which an answer that did not end has failed.
  const finished = once(response, 'finish', { signal: AbortSignal.timeout(10_000) })
  await Promise.all([finished, draw(request, response)])
  const { statusCode: status, chunks } = response
  const headers = response.getHeaders()
  // The sent answer has headers of its own for these.
  for (const name of ['content-length', 'transfer-encoding', 'connection', 'date']) {
    delete headers[name]
  }
  return { status, headers, body: Buffer.concat(chunks) }
}

/** A response without a connection. */
class MemoryResponse extends ServerResponse {
  readonly chunks: Buffer[] = []

  override write(chunk: unknown, ...rest: readonly unknown[]): boolean {
    this.chunks.push(bytesOf(chunk, rest[0]))
    callbackIn(rest)
    return true
  }

  override end(...rest: readonly unknown[]): this {
    if (this.writableFinished) return this
    const [chunk, encoding] = rest
    if (chunk != null && typeof chunk !== 'function') this.chunks.push(bytesOf(chunk, encoding))
    this.emit('finish')
    this.emit('close')
    callbackIn(rest)
    return this
  }

  override flushHeaders(): void {}
}

function bytesOf(chunk: unknown, encoding: unknown): Buffer {
  if (typeof chunk !== 'string') return Buffer.from(chunk as Uint8Array)
  return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
}

function callbackIn(rest: readonly unknown[]): void {
  const callback = rest.at(-1)
  if (typeof callback === 'function') callback()
}
