import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { serveFiles } from '#lib/web/door/serve-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'static-'))
let server: Server

beforeAll(async () => {
  mkdirSync(join(folder, 'static/chunks'), { recursive: true })
  writeFileSync(join(folder, 'BUILD_ID.js'), 'outside')
  writeFileSync(join(folder, 'static/chunks/a.js'), 'a()')
  writeFileSync(join(folder, 'static/chunks/a.txt'), 'text')
  const answerFile = serveFiles(join(folder, 'static'))
  server = createServer((request, response) => {
    const answering = answerFile(request, response) ?? Promise.resolve(response.end('page'))
    answering.catch(() => response.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

async function ask(path: string, method = 'GET', headers = {}): Promise<IncomingMessage> {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const asking = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false })
  asking.end()
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  return response
}

it('a file of the build is answered so that browsers keep it', async () => {
  const response = await ask('/_next/static/chunks/a.js')
  expect(response.headers).toMatchObject({
    'content-type': 'application/javascript; charset=UTF-8',
    'content-length': '3',
    'cache-control': 'public, max-age=31536000, immutable',
  })
  expect(await text(response)).toBe('a()')
})

it.each([
  ['another file', '/_next/static/chunks/b.js', 'GET'],
  ['a path out of the folder', '/_next/static/../BUILD_ID.js', 'GET'],
  ['an encoded path', '/_next/static/chunks/%61.js', 'GET'],
  ['a file of another type', '/_next/static/chunks/a.txt', 'GET'],
  ['another method', '/_next/static/chunks/a.js', 'POST'],
])('the server leaves %s to Next', async (_, path, method) => {
  expect(await text(await ask(path, method))).toBe('page')
})

it.each([
  ['gzip, deflate, br', 'gzip'],
  ['br', undefined],
  ['gzip;q=0', undefined],
])('a file for a reader with Accept-Encoding "%s" is packed by %s', async (accepted, packedBy) => {
  const headers = { 'accept-encoding': accepted }
  const response = await ask('/_next/static/chunks/a.js', 'GET', headers)
  expect(response.headers['content-encoding']).toBe(packedBy)
  expect(response.headers.vary).toBe('accept-encoding')
  const bytes = await buffer(response)
  expect(String(packedBy === undefined ? bytes : gunzipSync(bytes))).toBe('a()')
})
