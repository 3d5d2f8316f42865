import { afterEach, expect, it } from 'vitest'
import {
  type Responder,
  refuse,
  type ScriptedServer,
  startScriptedServer,
} from '#lib/kube/fixtures/api-server.ts'
import { liveness, readiness } from '#lib/kube/reads/readiness.ts'

let server: ScriptedServer
afterEach(() => server.close())

const ok: Responder = ({ response }) => void response.writeHead(200).end('ok')

it.each<[string, Responder, string]>([
  ['yes', ok, 'ready'],
  [
    'that etcd does not answer',
    ({ response }) => void response.writeHead(500).end('[-]etcd failed'),
    'starting',
  ],
  ['that it has too much to do', refuse(429, 'too many'), 'starting'],
  ['that this is not for everybody', refuse(403, 'no'), 'unknown'],
  ['that there is no such thing, as a gateway may', refuse(404, 'no'), 'unknown'],
])('the API server’s readiness is: %s', async (_, answer, expected) => {
  server = await startScriptedServer([answer, answer])
  const { signal } = new AbortController()
  expect(await readiness(server.identity, signal)).toBe(expected)
  expect(await liveness(server.identity, signal)).toBe(expected)
  expect(server.exchanges.map(({ path }) => path)).toEqual(['/readyz', '/livez'])
})

it('without a connection the store is not doubted, and the API server may be starting', async () => {
  server = await startScriptedServer([
    ({ socket }) => socket.resetAndDestroy(),
    ({ socket }) => socket.resetAndDestroy(),
  ])
  const { signal } = new AbortController()
  expect(await readiness(server.identity, signal)).toBe('starting')
  expect(await liveness(server.identity, signal)).toBe('unknown')
})
