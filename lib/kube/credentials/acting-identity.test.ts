import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it } from 'vitest'
import { createIdentity } from '#lib/kube/credentials/acting-identity.ts'
import { type Exchange, startScriptedServer } from '#lib/kube/fixtures/api-server.ts'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import { createAuthority } from '#lib/kube/fixtures/tls.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { call } from '#lib/kube/transport/transport.ts'

it('goes through a proxy that sees neither the request nor the token', async () => {
  const authority = await createAuthority()
  const tls = { ...(await authority.issue()), ca: authority.ca }
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

it('closed, ends all connections, and may be closed twice', async () => {
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

it('one of many people closes its connection soon after a call, and reads no names of the server', async () => {
  const server = await startScriptedServer([(exchange) => exchange.json(200, 'ok')])
  const credential = { headers: { authorization: 'Bearer a' }, certificate: null }
  const identity = createIdentity({
    ...{ name: 'a', endpoint: server.endpoint, isOneOfMany: true },
    credential: async () => credential,
  })
  await call(identity, { method: 'GET', path: '/x' })
  expect(identity.serverNames.current()).toBeNull()
  await until(() => server.sockets.size === 0, 'the socket to close')
  await identity.close()
  await server.close()
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
