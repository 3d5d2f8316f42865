import { EventEmitter, once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { KnownCaller, Proof } from '#lib/people/people.ts'
import { hostsOf } from '#lib/settings/hosts.ts'
import { createGatedServer, type GatedServerOptions } from '#lib/web/door/http-server.ts'

/** A machine under load may take longer than a poll's default second. */
const PATIENT = { timeout: 10_000 }

let server: Server | null = null
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function listening(dev = false, options: Partial<GatedServerOptions> = {}) {
  const passed: IncomingMessage[] = []
  const upgrades = new EventEmitter()
  const refused: string[] = []
  let port = 0
  const gated = createGatedServer({
    policy: () => ({
      hosts: hostsOf({ scripts: port, pages: null }, 'f00d'),
      dev,
      proxies: ['127.0.0.1/32'],
      believesTokens: true,
      authorize: ({ authorization }) => (authorization === 'Bearer key' ? 'launchKey' : 'missing'),
    }),
    async handle(request, response) {
      passed.push(request)
      response.end('passed')
    },
    people: { known: () => null, caller: async () => null },
    upgrades,
    onRefused: (code) => refused.push(code),
    ...options,
  })
  server = gated
  gated.listen(0, '127.0.0.1')
  await once(gated, 'listening')
  const address = gated.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, passed, refused, upgrades }
}

const HOST = 'Host: f00d.localhost:PORT'
const PAGE = ['GET / HTTP/1.1', HOST]

/** Sends raw bytes that no HTTP client would send, with `PORT` as the server's. */
async function raw(port: number, ...lines: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${lines.join('\r\n')}\r\n\r\n`.replaceAll('PORT', String(port)))
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  await once(socket, 'close')
  return text
}

const CLOSE = 'Connection: close'

/** The person named in the cookie, or in a proxy's token. */
function named({ cookie, authorization }: Proof): KnownCaller | null {
  const person = authorization?.startsWith('Bearer of ') === true ? authorization : cookie
  return person === undefined ? null : { person, viewRight: 'may', mayApprove: true }
}

describe('the socket', () => {
  it('the server passes on a request under its own name', async () => {
    const { port, passed } = await listening()
    const answer = await raw(port, ...PAGE, CLOSE)
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(passed[0]?.headers['content-security-policy']).toMatch(/'nonce-[A-Za-z0-9+/]{22}=='/)
  })

  it.each([
    ['person', [], 'Cookie: '],
    ['proxy’s token', ['Authorization: Basic YWxpY2U6'], 'X-Forwarded-Access-Token: of '],
  ])(
    'the server refuses more calls of one %s than allowed, until one ends',
    async (_, same, proof) => {
      const open: ServerResponse[] = []
      const handle: GatedServerOptions['handle'] = async ({ headers }, response) => {
        if (/slow$/.test(headers.authorization ?? headers.cookie ?? '')) open.push(response)
        else response.end('passed')
      }
      const people = { known: named, caller: async () => null }
      const { port, refused } = await listening(false, { handle, people, callsOfOne: 2 })
      const by = (caller: string) => raw(port, ...PAGE, ...same, proof + caller, CLOSE)
      const slow = [by('slow'), by('slow')]
      await expect.poll(() => open.length, PATIENT).toBe(2)
      expect(await by('slow')).toMatch(/^HTTP\/1\.1 429 .*"code":"tooManyCalls"/s)
      expect(refused).toEqual(['tooManyCalls'])
      expect(await by('another')).toMatch(/^HTTP\/1\.1 200 /)
      expect(await raw(port, ...PAGE, CLOSE)).toMatch(/^HTTP\/1\.1 200 /)
      for (const response of open.splice(0)) response.end('late')
      await Promise.all(slow)
      const next = by('slow')
      await expect.poll(() => open.length, PATIENT).toBe(1)
      open[0]?.end('passed')
      expect(await next).toMatch(/^HTTP\/1\.1 200 /)
    },
  )

  it('a caller with an invalid token gets the turns and pages of callers without a session', async () => {
    const [open, begun]: [ServerResponse[], string[]] = [[], []]
    const handle: GatedServerOptions['handle'] = async ({ url }, response, isPageOfStranger) => {
      begun.push(`${url} ${isPageOfStranger}`)
      open.push(response)
    }
    const people = { known: named, caller: async () => null }
    const { port } = await listening(false, { handle, people, callsOfOne: 1, turnsOfOne: 1 })
    const invented = (n: number) => `Authorization: Bearer invented-${n % 2}`
    for (let n = 0; n < 4; n += 1) void raw(port, ...PAGE, invented(n), CLOSE)
    await expect.poll(() => begun, PATIENT).toEqual(Array.from({ length: 4 }, () => '/ true'))
    for (const response of open) response.end('passed')
  })

  it('the server works on a few calls of one person at a time, and on streams and other people’s at once', async () => {
    const open: ServerResponse[] = []
    const asked: string[] = []
    const handle: GatedServerOptions['handle'] = async ({ url = '', headers }, response) => {
      asked.push(`${headers.cookie} ${url}`)
      open.push(response)
    }
    const people = { known: named, caller: async () => null }
    const { port } = await listening(false, { handle, people, turnsOfOne: 2 })
    const key = 'Authorization: Bearer key'
    const by = (who: string, path: string) => {
      const proof = path.startsWith('/api/') ? [key] : []
      return raw(port, `GET ${path} HTTP/1.1`, HOST, `Cookie: ${who}`, ...proof, CLOSE)
    }
    const [first] = [by('eve', '/a'), by('eve', '/b')]
    await expect.poll(() => asked.length, PATIENT).toBe(2)
    const waiting = by('eve', '/c')
    void by('eve', '/api/events')
    void by('kim', '/d')
    await expect
      .poll(() => asked.toSorted(), PATIENT)
      .toEqual([...['eve /a', 'eve /api/events', 'eve /b', 'kim /d']])
    open[asked.indexOf('eve /a')]?.end('passed')
    await first
    await expect.poll(() => asked.at(-1), PATIENT).toBe('eve /c')
    open.at(-1)?.end('passed')
    expect(await waiting).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('the server makes another nonce for each page', async () => {
    const { port, passed } = await listening()
    for (let n = 0; n < 2; n += 1) await raw(port, ...PAGE, CLOSE)
    const [one, two] = passed.map(({ headers }) => headers['content-security-policy'])
    expect(one).not.toBe(two)
  })

  it.each<[string, readonly string[], RegExp]>([
    ['a foreign Host', ['GET / HTTP/1.1', 'Host: evil.example'], / 421 /],
    ['no Host', ['GET / HTTP/1.0'], / 421 /],
    ['two Hosts', ['GET / HTTP/1.1', HOST, 'Host: evil'], / 400 /],
    ['an absolute address', ['GET http://evil/ HTTP/1.1', HOST], / 400 /],
    ['steps upwards', ['GET /_next/../api/snapshot HTTP/1.1', HOST], / 400 /],
    ['two slashes', ['GET //api/snapshot HTTP/1.1', HOST], / 400 /],
    ['data without the key', ['GET /api/snapshot HTTP/1.1', HOST], / 401 /],
    [
      'a body of two lengths',
      ['POST /api/decisions HTTP/1.1', HOST, 'Content-Length: 1', 'Content-Length: 2'],
      / 400 /,
    ],
    [
      'a length and chunks',
      ['POST /api/decisions HTTP/1.1', HOST, 'Content-Length: 1', 'Transfer-Encoding: chunked'],
      / 400 /,
    ],
  ])('the server refuses %s before any other code sees it', async (_case, lines, status) => {
    const { port, passed } = await listening()
    const answer = await raw(port, ...lines, CLOSE)
    expect(answer.split('\r\n')[0]).toMatch(status)
    expect(passed).toEqual([])
  })

  it('the server reports refusals', async () => {
    const { port, refused } = await listening()
    await raw(port, 'GET / HTTP/1.1', 'Host: evil.example', CLOSE)
    await raw(port, 'GET /api/snapshot HTTP/1.1', HOST, CLOSE)
    await raw(port, 'GET /api/events HTTP/1.1', HOST, 'Connection: Upgrade', 'Upgrade: x')
    await raw(port, ...PAGE, CLOSE)
    expect(refused).toEqual(['foreignHost', 'unauthorized', 'badRequest'])
  })

  it('the server ends a connection with a second request before the answer', async () => {
    let passed = 0
    const handle = async () => {
      passed += 1
    }
    const { port, refused } = await listening(false, { handle })
    await raw(port, ...PAGE, '', ...PAGE)
    expect([passed, refused]).toEqual([1, ['badRequest']])
  })

  it('the server begins a request that comes while the answer before it is being written once that is written', async () => {
    const [large, begun]: [Buffer, ServerResponse[]] = [Buffer.alloc(32 * 1024 * 1024), []]
    const handle: GatedServerOptions['handle'] = async (_request, response) => {
      begun.push(response)
      response.end(begun.length === 1 ? large : 'passed')
    }
    const { port, refused } = await listening(false, { handle })
    const socket = connect(port, '127.0.0.1').pause()
    const page = PAGE.join('\r\n').replaceAll('PORT', String(port))
    socket.write(`${page}\r\n\r\n`)
    await expect.poll(() => begun[0]?.writableEnded, PATIENT).toBe(true)
    socket.write(`${page}\r\n${CLOSE}\r\n\r\n`)
    let text = ''
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text = (text + chunk).slice(-1_000)
    })
    socket.resume()
    await once(socket, 'close')
    expect(text).toMatch(/passed$/)
    expect(begun[0]?.writableFinished).toBe(true)
    expect(refused).toEqual([])
  })

  it('the server begins no request behind an answer that ends the connection', async () => {
    const { port, passed, refused } = await listening()
    const text = await raw(port, 'GET /api/machines HTTP/1.1', HOST, '', ...PAGE)
    expect(text).toMatch(/^HTTP\/1\.1 401 /)
    await expect.poll(() => refused, PATIENT).toEqual(['unauthorized', 'badRequest'])
    expect(passed).toEqual([])
  })

  it('one connection carries one request after the other', async () => {
    const { port, passed } = await listening()
    const socket = connect(port, '127.0.0.1')
    for (let n = 0; n < 100; n += 1) {
      socket.write(`GET / HTTP/1.1\r\nHost: f00d.localhost:${port}\r\n\r\n`)
      const [answer] = await once(socket, 'data')
      expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /)
    }
    socket.destroy()
    expect(passed).toHaveLength(100)
  })

  it('the server keeps an idle connection longer than proxies do', async () => {
    const { port } = await listening()
    const { headers } = await fetch(`http://127.0.0.1:${port}/livez`)
    expect(headers.get('keep-alive')).toBe('timeout=75')
  })

  it('the server does not wait for a body that it refuses', async () => {
    const { port, passed } = await listening()
    const answer = await raw(
      port,
      'POST /api/decisions HTTP/1.1',
      HOST,
      'Origin: http://f00d.localhost:PORT',
      'Content-Type: application/json',
      'Content-Length: 10000000',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain('"code":"tooLarge"')
    expect(passed).toEqual([])
  })

  it.each([
    [true, 1],
    [false, 0],
  ])('with dev %s, %i websocket reaches Next', async (dev, expected) => {
    const { port, upgrades } = await listening(dev)
    let count = 0
    upgrades.on('upgrade', (_request, socket) => {
      count += 1
      socket.destroy()
    })
    await raw(
      port,
      'GET /_next/webpack-hmr HTTP/1.1',
      HOST,
      'Origin: http://f00d.localhost:PORT',
      'Connection: Upgrade',
      'Upgrade: websocket',
    ).catch(() => '')
    expect(count).toBe(expected)
  })
})
