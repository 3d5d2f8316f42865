/**
 * Another process of this machine at the page's port: the time and memory it can take are bounded.
 */
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { App } from '../fixtures/app.ts'
import { rawHttp } from '../fixtures/raw-http.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { WAITS } from '../fixtures/waits.ts'

/** Exchanges keys for sessions on 16 kept connections; counts answers by status. */
async function exchange(app: App, keys: readonly string[]): Promise<Record<string, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const counts: Record<string, number> = {}
  const waiting = keys.values()
  const headers = {
    host: new URL(app.url).host,
    origin: app.url,
    'content-type': 'application/json',
  }
  const post = (key: string) => {
    const body = JSON.stringify({ key })
    return new Promise<number>((resolve, reject) => {
      const sent = { ...headers, 'content-length': Buffer.byteLength(body) }
      const call = request(`${app.api}/api/session`, { agent, method: 'POST', headers: sent })
      call.once('error', reject)
      call.once('response', (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
      })
      call.end(body)
    })
  }
  const one = async () => {
    for (const key of waiting) {
      const status = await post(key)
      counts[status] = (counts[status] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: 16 }, one))
  agent.destroy()
  return counts
}

test('each right one of 300 keys sent at once gets in and no wrong one, and a body that breaks off is no error of the server', async ({
  stand,
}) => {
  const { app } = await stand()
  const keys = Array.from({ length: 300 }, (_, at) => (at % 2 === 0 ? app.key : `wrong-${at}`))
  const { 201: opened, 401: wrong = 0, 429: slowed = 0, ...others } = await exchange(app, keys)
  expect({ opened, refused: wrong + slowed, others }).toEqual({
    opened: 150,
    refused: 150,
    others: {},
  })
  expect(app.errors.filter((line) => line.includes('error'))).toEqual([])

  const before = app.errors.length
  for (let at = 0; at < 20; at += 1) {
    const { socket } = open(app, `${post(app)}{`)
    await once(socket, 'connect')
    await expect.poll(() => socket.bytesWritten).toBeGreaterThan(0)
    socket.destroy()
  }
  await exchange(app, [app.key])
  await app.stop()
  expect(app.errors.slice(before)).toEqual([])
})

interface Opened {
  readonly socket: Socket
  readonly closed: Promise<void>
  said(): string
}

/** Opens a connection and sends raw bytes; collects the answer. */
function open(app: App, bytes: string): Opened {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  // A server that has refused a request does not read the rest of it.
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.write(bytes)
  return { socket, closed, said: () => text }
}

const get = (app: App) => `GET / HTTP/1.1\r\nHost: ${new URL(app.url).host}\r\n`
const post = (app: App) =>
  [
    'POST /api/session HTTP/1.1',
    `Host: ${new URL(app.url).host}`,
    `Origin: ${app.url}`,
    'Content-Type: application/json',
    'Content-Length: 100',
    '\r\n',
  ].join('\r\n')

test('headers of 100 kB are cut off 100 times, and a page is served as before', async ({ app }) => {
  const before = app.errors.length
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const { closed, said } = open(app, `${get(app)}X: ${'x'.repeat(100_000)}`)
      await closed
      // A reset because of unread bytes may lose the answer.
      expect(said()).toMatch(/^(HTTP\/1\.1 431 |$)/)
    }),
  )
  const { host } = new URL(app.url)
  expect((await rawHttp(app.url, '/', { headers: { host } })).status).toBe(200)
  expect(app.errors.slice(before)).toEqual([])
})

test('clients slower than any program of this machine are cut off, 500 with a header byte a second within 30 s and one with a body byte within 40 s, and pages are served meanwhile', {
  tag: WAITS,
}, async ({ stand }) => {
  const { app } = await stand()
  const before = app.errors.length
  const { host } = new URL(app.url)
  const slow = Array.from({ length: 500 }, () => open(app, `${get(app)}X: `))
  const body = open(app, `${post(app)}{`)
  const isOpen = () => slow.filter(({ socket }) => !socket.destroyed)
  const dripping = setInterval(() => {
    for (const { socket } of [...isOpen(), body]) socket.write('x')
  }, 1_000)
  try {
    const began = Date.now()
    await expect
      .poll(
        async () => {
          expect((await rawHttp(app.url, '/', { headers: { host } })).status).toBe(200)
          return isOpen().length
        },
        { intervals: [1_000], timeout: 60_000 },
      )
      .toBe(0)
    expect(Date.now() - began).toBeLessThan(30_000)
    await body.closed
    expect(Date.now() - began).toBeLessThan(40_000)
    for (const { said } of [...slow, body]) expect(said()).toMatch(/^HTTP\/1\.1 408 /)
  } finally {
    clearInterval(dripping)
    for (const { socket } of [...slow, body]) socket.destroy()
  }
  await app.stop()
  expect(app.errors.slice(before)).toEqual([])
})
