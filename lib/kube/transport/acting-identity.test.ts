import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type Exchange, startScriptedServer } from '#lib/kube/fixtures/api-server.ts'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import { createAuthority } from '#lib/kube/fixtures/tls.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { createIdentity, type Identity } from '#lib/kube/transport/acting-identity.ts'
import { createConnections } from '#lib/kube/transport/connections.ts'
import { call } from '#lib/kube/transport/transport.ts'

const undo: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const one of undo.splice(0).toReversed()) await one()
})

it('a call goes through a proxy that sees neither the request nor the token', async () => {
  const authority = createAuthority()
  const tls = { ...authority.issue(), ca: authority.ca }
  const server = await startScriptedServer([(exchange) => exchange.json(200, 'ok')], tls)
  const seen: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, client) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    const { port } = new URL(server.endpoint.origin)
    const upstream = connect(Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      client.pipe(upstream).pipe(client)
    })
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  const endpoint = { ...server.endpoint, proxy: `http://127.0.0.1:${port}` }
  const identity = bearerIdentity('alice', endpoint, 'secret')

  expect((await call(identity, { method: 'GET', path: '/x' })).body).toBe('ok')
  expect(seen).toEqual([`CONNECT ${new URL(server.endpoint.origin).host} undefined`])
  expect(server.exchanges[0]?.headers.authorization).toBe('Bearer secret')

  await identity.close()
  await server.close()
  await new Promise((resolve) => proxy.close(resolve))
})

it('a closed identity ends all connections, and may be closed twice', async () => {
  const server = await startScriptedServer()
  const identity = bearerIdentity('alice', server.endpoint, 'token')
  const calling = call(identity, { method: 'GET', path: '/x' }).then(
    () => 'answered',
    () => 'failed',
  )
  await until(() => server.exchanges.length === 1, 'the request')
  await identity.close()
  await identity.close()
  expect(await calling).toBe('failed')
  await until(() => server.sockets.size === 0, 'the sockets to close')
  await server.close()
})

describe('people who share connections', () => {
  /** Identities of these people, by their tokens. */
  async function shared(...tokens: readonly string[]) {
    const server = await startScriptedServer()
    const connections = createConnections(server.endpoint, null)
    const identities = tokens.map((token) => {
      const credential = { headers: { authorization: `Bearer ${token}` }, certificate: null }
      const facts = { name: token, endpoint: server.endpoint, shared: connections }
      return createIdentity({ ...facts, credential: async () => credential })
    })
    undo.push(server.close, connections.close)
    return { server, identities }
  }
  const ok = (exchange: Exchange) => exchange.json(200, 'ok')
  const get = (identity: Identity | undefined) =>
    identity === undefined ? null : call(identity, { method: 'GET', path: '/x' })

  it('people share fewer connections than they are, and each call has its person’s own token', async () => {
    const tokens = ['a', 'b', 'c', 'd']
    const { server, identities } = await shared(...tokens)
    server.script.push(...tokens.map(() => ok))
    for (const identity of identities) await get(identity)
    const sent = server.exchanges.map(({ headers }) => headers.authorization)
    expect(sent).toEqual(tokens.map((token) => `Bearer ${token}`))
    expect(new Set(server.exchanges.map(({ socket }) => socket)).size).toBeLessThan(tokens.length)
    expect(identities[0]?.serverNames.current()).toBeNull()
  })

  it('closing one person’s identity ends only that person’s calls, as with a broken connection', async () => {
    const { server, identities } = await shared('a', 'b')
    const [a, b] = identities.map(get)
    await until(() => server.exchanges.length === 2, 'both requests')
    await identities[0]?.close()
    await expect(a).rejects.toMatchObject({ kind: 'network', sent: true })
    const ofB = server.exchanges.find(({ headers }) => headers.authorization === 'Bearer b')
    ofB?.json(200, 'ok')
    expect((await b)?.body).toBe('ok')
    await expect(get(identities[0])).rejects.toMatchObject({ kind: 'aborted', sent: false })
  })
})

it('two identities never share a connection', async () => {
  const server = await startScriptedServer()
  server.script.push(
    ...Array.from({ length: 4 }, () => (exchange: Exchange) => exchange.json(200, 'ok')),
  )
  const identities = ['a', 'b'].map((name) => bearerIdentity(name, server.endpoint, name))
  for (const identity of [...identities, ...identities]) {
    await call(identity, { method: 'GET', path: '/x' })
  }
  const owners = new Map<unknown, Set<string | undefined>>()
  for (const { socket, headers } of server.exchanges) {
    owners.set(socket, (owners.get(socket) ?? new Set()).add(headers.authorization))
  }
  expect([...owners.values()].every((tokens) => tokens.size === 1)).toBe(true)
  await Promise.all(identities.map((identity) => identity.close()))
  await server.close()
})
