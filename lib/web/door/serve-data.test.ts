import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, expect, it, vi } from 'vitest'
import { jsonBytes, unguarded } from '#lib/web/door/route-handler.ts'
import { type Running, rememberRunning } from '#lib/web/door/running.ts'
import { type DataHandler, serveData } from '#lib/web/door/serve-data.ts'

let server: Server | null = null
afterEach(() => {
  rememberRunning(null)
  server?.closeAllConnections()
  server?.close()
})

/** A server with one data route; every other request gets the answer of a page. */
async function listening(handler: DataHandler): Promise<number> {
  const answerData = serveData(new Map([['/api/nodes', handler]]))
  server = createServer((request, response) => {
    const answering = answerData(request, response) ?? Promise.resolve(response.end('page'))
    answering.catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function ask(port: number, path: string, method = 'GET'): Promise<IncomingMessage> {
  const headers = { 'if-none-match': '"1"', cookie: 'a=b' }
  const asking = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false })
  asking.end()
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  return response
}

const said: DataHandler = async ({ url, method, headers }) =>
  Response.json(
    { url, method, tag: headers.get('if-none-match'), cookie: headers.get('cookie') },
    { status: 203, headers: { etag: '"2"' } },
  )

it('the handler gets path, query and headers, and the caller its status, headers and body', async () => {
  const response = await ask(await listening(said), '/api/nodes?from=0')
  expect([response.statusCode, response.headers.etag]).toEqual([203, '"2"'])
  expect(JSON.parse(await text(response))).toEqual({
    url: 'http://localhost/api/nodes?from=0',
    method: 'GET',
    tag: '"1"',
    cookie: 'a=b',
  })
})

it.each([
  ['GET', '/api/nodes', 203],
  ['HEAD', '/api/nodes', 203],
  ['POST', '/api/nodes', 200],
  ['GET', '/api/nodes/x', 200],
  ['GET', '/api/n%6fdes', 200],
  ['GET', '/%', 200],
  ['GET', '/nodes', 200],
] as const)(
  '%s %s is answered with %i, where 203 is the handler’s and 200 the page’s',
  async (method, path, status) => {
    const response = await ask(await listening(said), path, method)
    expect(response.statusCode).toBe(status)
    expect((await text(response)) === '').toBe(method === 'HEAD')
  },
)

it.each([
  ['GET', 'hello'],
  ['HEAD', ''],
] as const)('the header %s of an answer of known bytes is "%s"', async (method, body) => {
  const bytes = Buffer.from('hello')
  const port = await listening(async () => jsonBytes({ bytes, isPacked: false }, '"3"'))
  const response = await ask(port, '/api/nodes', method)
  expect([await text(response), response.headers['content-length']]).toEqual([body, '5'])
})

it('each cookie of an answer is sent', async () => {
  const headers = [
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ] as [string, string][]
  const response = await ask(
    await listening(async () => new Response('', { headers })),
    '/api/nodes',
  )
  expect(response.headers['set-cookie']).toEqual(['a=1', 'b=2'])
})

it('an error of a handler is answered with the server’s own problem, without the error’s words', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  rememberRunning({} as Running)
  const failing = unguarded(() => Promise.reject(new Error('words of the error')))
  const response = await ask(await listening(failing), '/api/nodes')
  expect(response.statusCode).toBe(500)
  expect(await text(response)).not.toContain('words of the error')
})

it('a caller who left causes no line in the log', async () => {
  const log = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  rememberRunning({} as Running)
  const leaving = AbortSignal.abort(new Error('left'))
  const handler = unguarded((_running, { signal }) => {
    signal.throwIfAborted()
    return new Response()
  })
  const asked = new Request('http://localhost/api/nodes', { signal: leaving })
  expect((await handler(asked, { params: Promise.resolve({}) })).status).toBe(503)
  expect(log).not.toHaveBeenCalled()
})

it('a stream whose reader left before its start ends', async () => {
  const asked = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  const cancelled = Promise.withResolvers<void>()
  const port = await listening(async ({ signal }) => {
    signal.addEventListener('abort', () => left.resolve())
    asked.resolve()
    await left.promise
    return new Response(new ReadableStream({ cancel: () => cancelled.resolve() }))
  })
  const asking = httpRequest({ host: '127.0.0.1', port, path: '/api/nodes', agent: false })
  asking.on('error', () => {})
  asking.end()
  await asked.promise
  asking.destroy()
  await expect(cancelled.promise).resolves.toBeUndefined()
})

it('each part of a stream is sent at once, and the handler learns when the reader leaves', async () => {
  const gone = Promise.withResolvers<void>()
  const port = await listening(async ({ signal }) => {
    signal.addEventListener('abort', () => gone.resolve())
    return new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(Buffer.from('hello')),
        cancel: () => {},
      }),
    )
  })
  const response = await ask(port, '/api/nodes')
  const [chunk] = await once(response, 'data')
  expect(String(chunk)).toBe('hello')
  response.destroy()
  await expect(gone.promise).resolves.toBeUndefined()
})

it('the connection is cut when a stream fails', async () => {
  let fail = () => {}
  const port = await listening(async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from('hello'))
        fail = () => controller.error(new Error('too slow'))
      },
    })
    return new Response(body)
  })
  const response = await ask(port, '/api/nodes')
  await once(response, 'data')
  fail()
  await expect(text(response)).rejects.toThrow('aborted')
})
