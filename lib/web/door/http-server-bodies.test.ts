import { EventEmitter, once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { KnownCaller, Proof } from '#lib/people/people.ts'
import type { Caller } from '#lib/people/principal.ts'
import { OF_PEOPLE, OF_STRANGERS } from '#lib/refusals/limits.ts'
import { hostsOf } from '#lib/settings/hosts.ts'
import { BODIES } from '#lib/web/door/calls-under-way.ts'
import { createGatedServer, type GatedServerOptions } from '#lib/web/door/http-server.ts'

const PATIENT = { timeout: 10_000 }
/** A page that a reader who takes nothing keeps from being written. */
const LARGE = Buffer.alloc(32 * 1024 * 1024)
const ending: (() => void)[] = []
afterEach(() => {
  for (const end of ending.splice(0)) end()
})

/** People by their cookie, with their rights. */
const PEOPLE: Readonly<Record<string, KnownCaller>> = {
  alice: { person: 'alice', viewRight: 'may', mayApprove: true },
  'alice elsewhere': { person: 'alice', viewRight: 'may', mayApprove: true },
  bob: { person: 'bob', viewRight: 'may', mayApprove: false },
  carol: { person: 'carol', viewRight: 'mayNot', mayApprove: false },
  changed: { person: 'changed', viewRight: 'may', mayApprove: null },
  unsure: { person: 'unsure', viewRight: 'unknown', mayApprove: false },
}

async function listening(limits: Pick<GatedServerOptions, 'callsOfOne'> = { callsOfOne: 128 }) {
  /** Calls that were let in; none is answered. */
  const letIn: IncomingMessage[] = []
  let [pages, judged] = [0, 0]
  const refused: string[] = []
  /** Tokens of a proxy whose person the API server has named. */
  const told = new Set<string>()
  const signingIn: ((who: boolean) => void)[] = []
  let port = 0
  const server: Server = createGatedServer({
    policy: () => ({
      hosts: hostsOf({ scripts: port, pages: null }, 'f00d'),
      dev: false,
      proxies: ['127.0.0.1/32'],
      believesTokens: true,
      authorize({ cookie, authorization }) {
        judged += 1
        return cookie === undefined && authorization === undefined ? 'missing' : 'session'
      },
    }),
    people: {
      known: ({ cookie, authorization }: Proof) =>
        (authorization === undefined
          ? PEOPLE[cookie ?? '']
          : told.has(authorization) && PEOPLE.bob) || null,
      async caller({ authorization = '' }) {
        const isKnown = await new Promise<boolean>((resolve) => signingIn.push(resolve))
        if (isKnown) told.add(authorization)
        return null as Caller | null
      },
    },
    async handle(request, response) {
      if (request.method === 'POST') return void letIn.push(request)
      pages += 1
      response.end(LARGE)
    },
    upgrades: new EventEmitter(),
    onRefused: (code) => refused.push(code),
    ...limits,
  })
  ending.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0

  function connected(): Socket {
    const socket = connect(port, '127.0.0.1')
    ending.push(() => socket.destroy())
    return socket.on('error', () => {})
  }
  /** Headers and a part of the body. */
  function head(path: string, proof: string, bytes: number, sent = 0): string {
    const lines = [
      `POST ${path} HTTP/1.1`,
      `Host: f00d.localhost:${port}`,
      `Origin: http://f00d.localhost:${port}`,
      'Content-Type: application/json',
      `Content-Length: ${bytes}`,
      proof,
    ]
    return `${lines.join('\r\n')}\r\n\r\n${'['.repeat(sent)}`
  }
  function post(...call: Parameters<typeof head>): Socket {
    const socket = connected()
    socket.write(head(...call))
    return socket
  }
  /** Sends a call while the page before it, of the same connection, is being written. */
  async function postBehind(...call: Parameters<typeof head>): Promise<Socket> {
    const socket = connected().pause()
    const before = [pages, judged]
    socket.write(`GET / HTTP/1.1\r\nHost: f00d.localhost:${port}\r\n\r\n`)
    await expect.poll(() => pages, PATIENT).not.toBe(before[0])
    socket.write(head(...call))
    await expect.poll(() => judged, PATIENT).not.toBe(before[1])
    return socket
  }
  /** Status and code of the refusal. */
  async function refusal(...call: Parameters<typeof post>): Promise<string> {
    let text = ''
    const socket = post(...call)
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    await once(socket, 'close')
    return `${text.slice(9, 12)} ${/"code":"(\w+)"/.exec(text)?.[1]}`
  }
  const isLetIn = async (count: number) => {
    await expect.poll(() => letIn.length, PATIENT).toBe(count)
  }
  return { letIn, refused, signingIn, post, postBehind, refusal, isLetIn }
}

const by = (who: string) => `Cookie: ${who}`
const KiB = 1024

describe('a body is refused unread, by its length alone', () => {
  it.each([
    ['of a person who may not see', 'carol', '/api/session/in-view', KiB + 1, '413 tooLarge'],
    ['of a person who may not see', 'carol', '/api/decisions', 2, '403 noAccess'],
    ['of a person who may not see', 'carol', '/api/policy/preview', 1_000_000, '403 noAccess'],
    ['while nobody knows what they may', 'unsure', '/api/plans', 2, '503 rightsUnknown'],
    ['of a viewer', 'bob', '/api/decisions', 64 * KiB + 1, '413 tooLarge'],
    ['of a viewer', 'bob', '/api/runs', 64 * KiB + 1, '413 tooLarge'],
    ['while that is unknown', 'changed', '/api/runs', KiB * KiB, '503 rightsUnknown'],
    ['while that is unknown', 'changed', '/api/runs', KiB * KiB + 1, '413 tooLarge'],
    ['while that is unknown', 'changed', '/api/retry', KiB + 1, '413 tooLarge'],
    ['of an approver', 'alice', '/api/decisions', KiB * KiB + 1, '413 tooLarge'],
    ['of an approver', 'alice', '/api/retry', KiB + 1, '413 tooLarge'],
  ])(
    'the body of a call %s is refused unread: %s at %s with %i bytes',
    async (_, who, path, bytes, expected) => {
      const { letIn, refused, refusal } = await listening()
      expect(await refusal(path, by(who), bytes)).toBe(expected)
      expect([letIn.length, refused]).toEqual([0, [expected.slice(4)]])
    },
  )
})

it('an act is refused unread once its person has acted 60 times in a minute, and their order and their stop are let in', async () => {
  const { post, refusal, isLetIn, letIn } = await listening()
  while (letIn.length < OF_PEOPLE.acts.ofOne) {
    const whose = ['alice', 'alice elsewhere', 'alice', 'alice elsewhere', 'alice']
    const sockets = whose.map((who) => post('/api/runs/a-run/resume', by(who), 2, 2))
    await isLetIn(letIn.length + sockets.length)
    for (const socket of sockets) socket.destroy()
    await expect.poll(() => letIn.every(({ destroyed }) => destroyed), PATIENT).toBe(true)
  }
  for (const path of ['/api/runs/a-run/goOn', '/api/policy/release', '/api/policy', '/api/runs']) {
    expect(await refusal(path, by('alice'), 2)).toBe('429 tooManyCalls')
  }
  expect(letIn).toHaveLength(OF_PEOPLE.acts.ofOne)
  post('/api/decisions', by('alice'), 100, 50)
  post('/api/policy/pause', by('alice'), 17, 17)
  post('/api/policy/release', by('bob'), 17, 17)
  await isLetIn(OF_PEOPLE.acts.ofOne + 3)
})

it('a short order is let in while it is not known whether its person may approve', async () => {
  const { post, isLetIn, refused } = await listening()
  post('/api/decisions', by('changed'), 64 * KiB)
  await isLetIn(1)
  expect(refused).toEqual([])
})

it('a client with Expect: 100-continue sends its body only where the call is let in', async () => {
  const { post, refusal, isLetIn } = await listening()
  const asking = (who: string) => `${by(who)}\r\nExpect: 100-continue`
  expect(await refusal('/api/plans', asking('bob'), 64 * KiB + 1)).toBe('413 tooLarge')
  const socket = post('/api/plans', asking('bob'), 100)
  const [said] = await once(socket, 'data')
  expect(String(said)).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  await isLetIn(1)
})

it('a person without rights keeps their session in use', async () => {
  const { post, isLetIn, refused } = await listening()
  post('/api/session/in-view', by('carol'), 2)
  await isLetIn(1)
  expect(refused).toEqual([])
})

describe('half-sent bodies', () => {
  it('one person’s sessions have at most eight half-sent bodies, and other people’s are let in', async () => {
    const { post, refusal, isLetIn, letIn } = await listening()
    for (let n = 0; n < 4; n += 1) {
      post('/api/decisions', by('alice'), 1_000, 500)
      post('/api/decisions', by('alice elsewhere'), 1_000, 500)
    }
    await isLetIn(8)
    expect(await refusal('/api/decisions', by('alice'), 1_000, 500)).toBe('429 tooManyCalls')
    expect(letIn).toHaveLength(8)
    post('/api/decisions', by('bob'), 1_000, 500)
    await isLetIn(9)
  })

  it('a laptop’s script may have any number of half-sent bodies', async () => {
    const { post, isLetIn, refused } = await listening({})
    for (let n = 0; n < 16; n += 1) post('/api/decisions', by('alice'), 300, 150)
    await isLetIn(16)
    expect(refused).toEqual([])
  })

  it('a half-sent body that breaks off makes room', async () => {
    const { post, refusal, isLetIn, letIn } = await listening()
    const sockets = Array.from({ length: 8 }, () => post('/api/plans', by('bob'), 100, 50))
    await isLetIn(8)
    sockets[0]?.destroy()
    await expect.poll(() => letIn.some(({ destroyed }) => destroyed), PATIENT).toBe(true)
    post('/api/plans', by('bob'), 100, 50)
    await isLetIn(9)
    expect(await refusal('/api/plans', by('bob'), 100, 50)).toBe('429 tooManyCalls')
  })

  it('a body counts while the answer before it is being written, until its connection ends', async () => {
    const { post, postBehind, refusal, refused, isLetIn } = await listening()
    const sockets: Socket[] = []
    while (sockets.length < 8) sockets.push(await postBehind('/api/plans', by('bob'), 100, 50))
    expect(await refusal('/api/plans', by('bob'), 100, 50)).toBe('429 tooManyCalls')
    await isLetIn(0)
    for (const socket of sockets) socket.destroy()
    const ended = Array.from({ length: 8 }, () => 'badRequest')
    await expect.poll(() => refused, PATIENT).toEqual(['tooManyCalls', ...ended])
    for (let n = 1; n <= 8; n += 1) post('/api/plans', by('bob'), 100, 50)
    await isLetIn(8)
  })

  it('one person’s bodies hold at most 4 MiB, also once they are read', async () => {
    const { post, refusal, isLetIn, letIn } = await listening()
    for (let n = 1; n <= 4; n += 1) {
      post('/api/decisions', by('alice'), KiB * KiB, KiB * KiB)
      await isLetIn(n)
      const body = letIn.at(-1)
      body?.resume()
      if (body !== undefined) await once(body, 'end')
    }
    expect(await refusal('/api/decisions', by('alice'), 100)).toBe('429 tooManyCalls')
  })

  it('the oldest half-sent body without a session ends, and never a newcomer’s', async () => {
    const { post, isLetIn, letIn } = await listening()
    const most = OF_STRANGERS.bodies.inAll / BODIES.leastOfStranger
    const first = post('/api/session', 'X: y', 1_000, 500)
    await isLetIn(1)
    for (let n = 1; n < most; n += 1) post('/api/session', 'X: y', 1_000, 500)
    await isLetIn(most)
    expect(first.closed).toBe(false)
    post('/api/session', 'X: y', 1_000, 1_000)
    await once(first, 'close')
    await isLetIn(most + 1)
    expect(letIn.at(-1)?.destroyed).toBe(false)
  })
})

describe('the first call with a proxy’s token', () => {
  const token = 'Authorization: Bearer theirs'

  it('the first call with a proxy’s token waits with its body until its person is known', async () => {
    const { post, refusal, signingIn, isLetIn, letIn } = await listening()
    const tooLong = refusal('/api/decisions', token, 64 * KiB + 1)
    post('/api/decisions', token, 100)
    await expect.poll(() => signingIn.length, PATIENT).toBe(2)
    expect(letIn).toEqual([])
    for (const tell of signingIn) tell(true)
    expect(await tooLong).toBe('413 tooLarge')
    await isLetIn(1)
  })

  it('the first call with a token of no person is refused with its body unread', async () => {
    const { refusal, signingIn, letIn } = await listening()
    const answer = refusal('/api/decisions', token, 100, 50)
    await expect.poll(() => signingIn.length, PATIENT).toBe(1)
    signingIn[0]?.(false)
    expect(await answer).toBe('401 unauthorized')
    expect(letIn).toEqual([])
  })

  it('the oldest waiting calls end where a caller invents many tokens', async () => {
    const { post, signingIn } = await listening()
    const most = OF_STRANGERS.bodies.inAll / BODIES.leastOfStranger
    const invented = (n: number) => post('/api/decisions', `${token}-${n}`, 100, 50)
    const first = invented(0)
    await expect.poll(() => signingIn.length, PATIENT).toBe(1)
    for (let n = 1; n < most; n += 1) invented(n)
    await expect.poll(() => signingIn.length, PATIENT).toBe(most)
    expect(first.closed).toBe(false)
    invented(most)
    await once(first, 'close')
  })
})
