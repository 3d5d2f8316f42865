import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import {
  type Responder,
  refuse,
  type ScriptedServer,
  startScriptedServer,
} from '#lib/kube/fixtures/api-server.ts'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import { eachScriptedServer } from '#lib/kube/fixtures/each-test.ts'
import { createAuthority } from '#lib/kube/fixtures/tls.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import {
  type Credential,
  createIdentity,
  type Identity,
} from '#lib/kube/transport/acting-identity.ts'
import { createConnections } from '#lib/kube/transport/connections.ts'
import type { KubeError } from '#lib/kube/transport/errors.ts'
import { type Call, call, segment } from '#lib/kube/transport/transport.ts'

const server = eachScriptedServer()
const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()))
})

function kept<T extends { close(): Promise<void> }>(thing: T): T {
  open.push(thing)
  return thing
}

const get = (identity: Identity) => call(identity, { method: 'GET', path: '/x' })

async function failure(identity: Identity, request: Partial<Call> = {}): Promise<KubeError> {
  const failed = await call(identity, { method: 'GET', path: '/x', ...request }).then(
    () => null,
    (error: KubeError) => error,
  )
  if (failed === null) throw new Error('It should have failed.')
  return failed
}

const ok: Responder = (exchange) => exchange.json(200, { ok: true })

describe('a call', () => {
  it('a call sends JSON with its identity, and reads JSON', async () => {
    server.script.push(ok)
    const answer = await call(server.identity, {
      method: 'PUT',
      path: `/a/${segment('b c/../d')}`,
      query: { limit: 500, continue: undefined, token: 'a&b' },
      body: { x: 1 },
    })
    expect(answer).toEqual({ status: 200, body: { ok: true }, bytes: 11, auditId: null })
    expect(server.exchanges[0]).toMatchObject({
      method: 'PUT',
      path: '/a/b%20c%2F..%2Fd',
      body: { x: 1 },
    })
    expect(server.exchanges[0]?.query.toString()).toBe('limit=500&token=a%26b')
    expect(server.exchanges[0]?.headers).toMatchObject({
      authorization: 'Bearer test-token',
      'content-type': 'application/json',
    })
  })

  it('a call goes under the server’s path prefix', async () => {
    server.script.push(ok)
    const endpoint = { ...server.endpoint, prefix: '/k8s/clusters/c-1' }
    await call(kept(bearerIdentity('a', endpoint, 't')), { method: 'GET', path: '/api' })
    expect(server.exchanges[0]?.path).toBe('/k8s/clusters/c-1/api')
  })

  it('calls share connections', async () => {
    for (let n = 0; n < 20; n += 1) {
      server.script.push(ok)
      await get(server.identity)
    }
    expect(new Set(server.exchanges.map(({ socket }) => socket)).size).toBeLessThanOrEqual(2)
  })

  it.each([200, 404])('a call learns the server’s time from an answer of %i', async (status) => {
    const there = Date.now() + 600_000
    server.script.push(({ response }) => {
      response.writeHead(status, { date: new Date(there).toUTCString() }).end('{}')
    })
    const { identity } = server
    await get(identity).catch(() => null)
    expect(identity.clock.now() - there).toBeGreaterThan(-2_000)
  })

  it('a call unpacks gzip', async () => {
    server.script.push(({ headers, response }) => {
      expect(headers['accept-encoding']).toBe('gzip')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"packed":true}'))
    })
    expect((await get(server.identity)).body).toEqual({ packed: true })
  })

  it.each([
    ['a large answer', 100_000, true],
    ['a small one, whose memory others share', 100, false],
  ])('a call frees the memory of %s: %i octets, %s', async (_, length, isFreed) => {
    const text = JSON.stringify('x'.repeat(length))
    server.script.push(({ response }) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text))
    })
    const read = vi.spyOn(Buffer.prototype, 'toString')
    await get(server.identity)
    const body = read.mock.results.findIndex(({ value }) => value === text)
    const { buffer } = read.mock.contexts[body] as Buffer<ArrayBuffer>
    read.mockRestore()
    expect(buffer.detached).toBe(isFreed)
  })

  it('a call joins an answer that comes in pieces', async () => {
    server.script.push(({ response, socket }) => {
      socket.setNoDelay(true)
      response.write('{"half":', () => response.end('"é"}'))
    })
    expect((await get(server.identity)).body).toEqual({ half: 'é' })
  })

  it('a call reads an empty body as null', async () => {
    server.script.push(({ response }) => void response.writeHead(200).end())
    expect((await get(server.identity)).body).toBe(null)
  })
})

describe('a call fails', () => {
  it.each<[string, Responder, Partial<KubeError>]>([
    ['a refusal', refuse(403, 'no'), { kind: 'status', status: 403, message: 'no' }],
    [
      'a proxy’s page',
      ({ response }) => void response.writeHead(502).end('<html>'),
      { kind: 'status', status: 502, causes: [cause('apiServerAnswered', { status: 502 })] },
    ],
    [
      'an endless page of a proxy',
      ({ response }) => void response.writeHead(502).end('x'.repeat(1_000_000)),
      { kind: 'status', status: 502, causes: [cause('apiServerAnswered', { status: 502 })] },
    ],
    ['not JSON', ({ response }) => void response.end('{"a":'), { kind: 'malformed' }],
    [
      'more than it may be',
      ({ response }) => void response.end(`"${'x'.repeat(2_000)}"`),
      { kind: 'tooLarge' },
    ],
    [
      'little gzip, much text',
      ({ response }) =>
        void response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync(`"${'x'.repeat(200_000)}"`)),
      { kind: 'tooLarge' },
    ],
    [
      'broken gzip',
      ({ response }) =>
        void response.writeHead(200, { 'content-encoding': 'gzip' }).end('nonsense'),
      { kind: 'malformed' },
    ],
    ['a closed connection', ({ socket }) => socket.destroy(), { kind: 'network', sent: true }],
    [
      'half an answer',
      ({ response, socket }) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('{"a"', () => socket.destroy())
      },
      { kind: 'network' },
    ],
  ])('a call fails on %s', async (_, responder, expected) => {
    server.script.push(responder)
    expect(await failure(server.identity, { maxBytes: 1_000 })).toMatchObject(expected)
  })

  it('a call fails on a redirect, which is not followed', async () => {
    const stranger = kept(await startScriptedServer())
    server.script.push((exchange) => exchange.json(307, {}, { location: stranger.endpoint.origin }))
    expect(await failure(server.identity)).toMatchObject({ kind: 'redirected', status: 307 })
    expect(stranger.exchanges).toEqual([])
  })

  it('a call fails when there is no answer in time', async () => {
    // A connection exists already, so the wait is only for the answer.
    server.script.push(ok)
    await get(server.identity)
    const error = await failure(server.identity, { timeoutMs: 30 })
    expect(error).toMatchObject({ kind: 'timeout', sent: true })
  })

  it('a call fails when it is given up', async () => {
    const giveUp = new AbortController()
    const failing = failure(server.identity, { signal: giveUp.signal })
    await until(() => server.exchanges.length === 1, 'the request')
    giveUp.abort()
    expect((await failing).kind).toBe('aborted')
    expect((await failure(server.identity, { signal: giveUp.signal })).kind).toBe('aborted')
  })

  it('a call fails when its answer is too large, and lets go of the connection', async () => {
    let closed = false
    server.script.push(({ response, socket }) => {
      socket.on('close', () => {
        closed = true
      })
      response.write('x'.repeat(2_000))
    })
    expect(await failure(server.identity, { maxBytes: 1_000 })).toMatchObject({ kind: 'tooLarge' })
    await until(() => closed, 'the end of the connection')
  })

  it('a call given up before it has a connection is never sent', async () => {
    const giveUp = new AbortController()
    const failing = failure(server.identity, { signal: giveUp.signal })
    giveUp.abort()
    expect((await failing).kind).toBe('aborted')
    server.script.push(ok)
    await call(server.identity, { method: 'GET', path: '/next' })
    expect(server.exchanges.map(({ path }) => path)).toEqual(['/next'])
  })

  it('a call fails when the identity is closed', async () => {
    await server.identity.close()
    expect(await failure(server.identity)).toMatchObject({ kind: 'aborted', sent: false })
  })

  it.each(['', '.', '..'])(
    'a call fails before it is sent, on a name that is no segment: "%s"',
    (name) => {
      expect(() => segment(name)).toThrow('badObjectName')
    },
  )
})

describe('over TLS', () => {
  const authority = createAuthority()
  const { ca } = authority
  let secure: ScriptedServer

  beforeEach(async () => {
    const tls = { ...authority.issue(), ca, requestCert: true, rejectUnauthorized: false }
    secure = kept(await startScriptedServer([ok, ok], tls))
  })

  it('TLS trusts the CA of the kubeconfig', async () => {
    expect((await get(secure.identity)).body).toEqual({ ok: true })
  })

  it('TLS refuses a certificate of another CA, sends nothing, and says why', async () => {
    const { ca } = createAuthority()
    const identity = kept(bearerIdentity('a', { ...secure.endpoint, ca }, 'secret'))
    const error = await failure(identity)
    expect(error).toMatchObject({ kind: 'certificate', sent: false })
    expect(error.causes).toMatchObject([
      { code: expect.stringMatching(/^certificate(SelfSigned|OtherIssuer|BadSignature)$/) },
    ])
    expect(secure.exchanges).toEqual([])
  })

  it('TLS refuses it also when NODE_TLS_REJECT_UNAUTHORIZED is 0', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      const identity = kept(bearerIdentity('a', { ...secure.endpoint, ca: null }, 'secret'))
      expect(await failure(identity)).toMatchObject({ kind: 'certificate' })
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    }
  })

  it('TLS refuses a certificate for another name', async () => {
    const endpoint = { ...secure.endpoint, servername: 'api.example.com' }
    const identity = kept(bearerIdentity('a', endpoint, 'secret'))
    expect(await failure(identity)).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  it('TLS accepts any certificate only where the kubeconfig says so', async () => {
    const endpoint = { ...secure.endpoint, ca: null, insecure: true }
    const identity = kept(bearerIdentity('a', endpoint, 'token'))
    expect((await get(identity)).status).toBe(200)
  })

  it('TLS never mixes identities: a token is sent without a client certificate', async () => {
    const certificate = authority.issue('alice')
    const { endpoint } = secure
    // Connections that people share carry no certificate either.
    const shared = kept(createConnections(endpoint, null))
    const headers = { authorization: 'Bearer token-of-bob' }
    const alice = kept(
      createIdentity({
        ...{ name: 'alice', endpoint, shared },
        credential: async () => ({ headers: {}, certificate }),
      }),
    )
    const bob = kept(
      createIdentity({
        ...{ name: 'bob', endpoint, shared },
        credential: async () => ({ headers, certificate: null }),
      }),
    )
    await get(alice)
    await get(bob)
    const seen = secure.exchanges.map(({ certificateName, headers }) => [
      certificateName,
      headers.authorization,
    ])
    expect(seen).toEqual([
      ['alice', undefined],
      ['', 'Bearer token-of-bob'],
    ])
  })

  it('TLS uses a new connection when the client certificate is renewed', async () => {
    const certificates = [authority.issue('old'), authority.issue('new')]
    const identity = kept(
      createIdentity({
        name: 'a',
        endpoint: secure.endpoint,
        credential: async () => ({ headers: {}, certificate: certificates.shift() ?? null }),
      }),
    )
    await get(identity)
    await get(identity)
    expect(secure.exchanges.map(({ certificateName }) => certificateName)).toEqual(['old', 'new'])
  })
})

describe('a credential that is not accepted', () => {
  const tokens = (...answers: readonly string[]) => {
    const asked: boolean[] = []
    const credential = async ({ renew }: { renew: boolean }): Promise<Credential> => {
      asked.push(renew)
      const token = answers[Math.min(asked.length, answers.length) - 1] ?? ''
      return { headers: { authorization: `Bearer ${token}` }, certificate: null }
    }
    return { asked, credential }
  }
  const identityWith = (source: ReturnType<typeof tokens>) => {
    const { endpoint } = server
    return kept(createIdentity({ name: 'a', endpoint, credential: source.credential }))
  }

  it('a refused credential is renewed, and the call made once more', async () => {
    const source = tokens('old', 'new')
    server.script.push(refuse(401, 'Unauthorized'), ok)
    expect((await get(identityWith(source))).status).toBe(200)
    expect(source.asked).toEqual([false, true])
    expect(server.exchanges[1]?.headers.authorization).toBe('Bearer new')
  })

  it('a refused credential is not sent again unchanged', async () => {
    server.script.push(refuse(401, 'Unauthorized'))
    expect(await failure(identityWith(tokens('same')))).toMatchObject({ status: 401 })
    expect(server.exchanges).toHaveLength(1)
  })

  it('a refused credential is renewed once, not for ever', async () => {
    server.script.push(refuse(401, 'Unauthorized'), refuse(401, 'Unauthorized'))
    expect(await failure(identityWith(tokens('a', 'b', 'c')))).toMatchObject({ status: 401 })
    expect(server.exchanges).toHaveLength(2)
  })
})
