import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import { type ConnectProxy, connectProxy } from '#lib/kube/fixtures/connect-proxy.ts'
import { createAuthority, type KeyPairPem } from '#lib/kube/fixtures/tls.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import type { Endpoint } from '#lib/kube/transport/connections.ts'
import { call } from '#lib/kube/transport/transport.ts'

/** All names of the API server's certificate are reserved, even with a proxy or after a renewal. */

const authority = createAuthority()
const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one()
})

/** Starts a server in which each call takes a connection of its own. */
async function serve(
  pair: KeyPairPem,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(pair, (_, response) => {
    response.writeHead(200, { connection: 'close' }).end('"ok"')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  undo.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return { server, port: (server.address() as AddressInfo).port }
}

function identityAt(port: number, more: Partial<Endpoint> = {}): Identity {
  const endpoint: Endpoint = {
    origin: `https://127.0.0.1:${port}`,
    prefix: '',
    ca: authority.ca,
    servername: null,
    insecure: false,
    proxy: null,
    ...more,
  }
  const identity = bearerIdentity('tester', endpoint, 'token')
  undo.push(identity.close)
  return identity
}

const ask = (identity: Identity) => call(identity, { method: 'GET', path: '/version' })

async function throughProxy(port: number): Promise<ConnectProxy> {
  const proxy = await connectProxy({ port })
  undo.push(proxy.stop)
  return proxy
}

it('the names are those of the certificate of the first answer, and unknown before', async () => {
  const { port } = await serve(authority.issue('server', ['api.example.com', 'kubernetes']))
  const { serverNames, ...identity } = identityAt(port)
  expect(serverNames.current()).toBeNull()
  await ask({ serverNames, ...identity })
  expect(serverNames.current()).toEqual(['127.0.0.1', 'api.example.com', 'kubernetes'])
})

it('the names are known through a proxy', async () => {
  const { port } = await serve(authority.issue('server', ['api.example.com']))
  const proxy = await throughProxy(port)
  const identity = identityAt(port, { proxy: proxy.url.href })
  await ask(identity)
  expect(proxy.asked).toHaveLength(1)
  expect(identity.serverNames.current()).toEqual(['127.0.0.1', 'api.example.com'])
})

it('the names are known with insecure-skip-tls-verify', async () => {
  const stranger = createAuthority()
  const { port } = await serve(stranger.issue('server', ['api.example.com']))
  const identity = identityAt(port, { ca: null, insecure: true })
  await ask(identity)
  expect(identity.serverNames.current()).toContain('api.example.com')
})

it('the names of an untrusted server are not taken', async () => {
  const stranger = createAuthority()
  const { port } = await serve(stranger.issue('server', ['api.example.com']))
  const identity = identityAt(port)
  await expect(ask(identity)).rejects.toThrow('certificateBadSignature')
  expect(identity.serverNames.current()).toBeNull()
})

it('no session is resumed: an API server with a new certificate would not present it', async () => {
  const { server, port } = await serve(authority.issue())
  const resumed: boolean[] = []
  server.on('secureConnection', (socket) => resumed.push(socket.isSessionReused()))
  const identity = identityAt(port)
  for (let calls = 0; calls < 3; calls += 1) await ask(identity)
  expect(resumed).toEqual([false, false, false])
})

it('the names of a later certificate are added', async () => {
  const { server, port } = await serve(authority.issue('server', ['old.example.com']))
  const identity = identityAt(port)
  let reported = 0
  const stop = identity.serverNames.subscribe(() => {
    reported += 1
  })
  await ask(identity)
  await ask(identity)
  const renewed = authority.issue('server', ['new.example.com'])
  server.setSecureContext(renewed)
  await ask(identity)
  const names = ['127.0.0.1', 'new.example.com', 'old.example.com']
  expect(identity.serverNames.current()).toEqual(names)
  expect(reported).toBe(2)
  stop()
})

it('the names of certificates presented long ago are forgotten', async () => {
  const { server, port } = await serve(authority.issue('server', ['first.example.com']))
  const identity = identityAt(port)
  await ask(identity)
  for (let renewal = 0; renewal < 16; renewal += 1) {
    server.setSecureContext(authority.issue('server', [`${renewal}.example.com`]))
    await ask(identity)
  }
  expect(identity.serverNames.current()).not.toContain('first.example.com')
  expect(identity.serverNames.current()).toHaveLength(17)
})

it('the names of other servers are ignored', async () => {
  const one = await serve(authority.issue('server', ['one.example.com']))
  const two = await serve(authority.issue('server', ['two.example.com']))
  const [first, second] = [identityAt(one.port), identityAt(two.port)]
  await ask(first)
  await ask(second)
  expect(first.serverNames.current()).toEqual(['127.0.0.1', 'one.example.com'])
})

it('the names of another cluster at the same address, behind another proxy, are ignored', async () => {
  const one = await serve(authority.issue('server', ['one.example.com']))
  const two = await serve(authority.issue('server', ['two.example.com']))
  const [toOne, toTwo] = [await throughProxy(one.port), await throughProxy(two.port)]
  const first = identityAt(one.port, { proxy: toOne.url.href })
  const second = identityAt(one.port, { proxy: toTwo.url.href })
  await ask(first)
  expect(second.serverNames.current()).toBeNull()
  await ask(second)
  expect(first.serverNames.current()).toEqual(['127.0.0.1', 'one.example.com'])
  expect(second.serverNames.current()).toEqual(['127.0.0.1', 'two.example.com'])
})

it('the names are empty without TLS', () => {
  expect(identityAt(1, { origin: 'http://127.0.0.1:1' }).serverNames.current()).toEqual([])
})
