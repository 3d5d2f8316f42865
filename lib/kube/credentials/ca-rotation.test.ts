import { renameSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ClusterConfig, readKubeconfig } from '#lib/kube/credentials/config.ts'
import { readInCluster } from '#lib/kube/credentials/in-cluster.ts'
import {
  type Exchange,
  type ScriptedServer,
  startScriptedServer,
} from '#lib/kube/fixtures/api-server.ts'
import { eachFolder } from '#lib/kube/fixtures/each-test.ts'
import { type Authority, createAuthority } from '#lib/kube/fixtures/tls.ts'
import { call } from '#lib/kube/transport/transport.ts'

const [before, after] = [createAuthority(), createAuthority()]

const folder = eachFolder()
let now: number
let config: ClusterConfig | null
let server: ScriptedServer | null

beforeEach(() => {
  now = 0
  config = null
  server = null
})
afterEach(async () => {
  await config?.identity.close()
  await server?.close()
})

const answer = ({ json }: Exchange) => json(200, 'ok')

/** Starts an API server with a certificate of this CA; returns its address. */
async function serve({ ca, issue }: Authority): Promise<string> {
  server = await startScriptedServer([answer, answer, answer], { ...issue(), ca })
  return server.endpoint.origin
}

const path = (file: string) => folder.file(file)
const inKubeconfig = (cluster: object): void =>
  writeFileSync(
    path('config'),
    JSON.stringify({
      'current-context': 'prod',
      contexts: [{ name: 'prod', context: { cluster: 'c', user: 'alice' } }],
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'alice', user: { token: 'secret' } }],
    }),
  )
const base64 = (text: string) => Buffer.from(text).toString('base64')

const asks = ({ identity }: ClusterConfig) =>
  call(identity, { method: 'GET', path: '/x' }).then(
    ({ body }) => body,
    (error: Error & { kind?: string }) => error.kind,
  )

/** A place of a CA, how it is read at the start, and how it is written later. */
const PLACES: readonly (readonly [
  string,
  (server: string) => ClusterConfig,
  (ca: string) => void,
])[] = [
  [
    'the CA file of a kubeconfig',
    (origin) => {
      inKubeconfig({ server: origin, 'certificate-authority': 'ca.crt' })
      writeFileSync(path('ca.crt'), before.ca)
      return readKubeconfig({ kubeconfig: path('config'), env: {}, now: () => now })
    },
    (ca) => writeFileSync(path('ca.crt'), ca),
  ],
  [
    'the kubeconfig itself',
    (origin) => {
      inKubeconfig({ server: origin, 'certificate-authority-data': base64(before.ca) })
      return readKubeconfig({ kubeconfig: path('config'), env: {}, now: () => now })
    },
    (ca) =>
      inKubeconfig({ server: server?.endpoint.origin, 'certificate-authority-data': base64(ca) }),
  ],
  [
    'a Pod’s ca.crt',
    (origin) => {
      const { hostname, port } = new URL(origin)
      writeFileSync(path('token'), 'secret')
      writeFileSync(path('ca.crt'), before.ca)
      const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }
      return readInCluster({ env, directory: folder.path, now: () => now })
    },
    (ca) => {
      writeFileSync(path('next.crt'), ca)
      renameSync(path('next.crt'), path('ca.crt'))
    },
  ],
]

describe.each(PLACES)('%s', (_, read, write) => {
  it('a new CA verifies the API server ten seconds later', async () => {
    config = read(await serve(after))
    expect(await asks(config)).toBe('certificate')
    write(after.ca)
    expect(await asks(config)).toBe('certificate')
    now += 10_000
    expect(await asks(config)).toBe('ok')
    expect(config.endpoint.ca).toBe(after.ca)
  })

  it('a removed CA is no longer trusted', async () => {
    config = read(await serve(before))
    expect(await asks(config)).toBe('ok')
    write(after.ca)
    now += 10_000
    expect(await asks(config)).toBe('certificate')
  })

  it('the last CA is used while its file is unreadable', async () => {
    config = read(await serve(before))
    for (const text of ['none', before.ca.slice(0, 200)]) {
      write(text)
      now += 10_000
      expect([config.endpoint.ca, await asks(config)]).toEqual([before.ca, 'ok'])
    }
    write(after.ca)
    now += 10_000
    expect(config.endpoint.ca).toBe(after.ca)
  })
})

it('the CA of a context with another server is not used', async () => {
  const origin = await serve(before)
  inKubeconfig({ server: origin, 'certificate-authority-data': base64(before.ca) })
  config = readKubeconfig({ kubeconfig: path('config'), env: {}, now: () => now })
  inKubeconfig({ server: `${origin}/other`, 'certificate-authority-data': base64(after.ca) })
  now += 10_000
  expect([config.endpoint.ca, await asks(config)]).toEqual([before.ca, 'ok'])
})

it('a later insecure-skip-tls-verify changes nothing: it counts at the start only', async () => {
  const origin = await serve(before)
  inKubeconfig({ server: origin, 'certificate-authority-data': base64(before.ca) })
  config = readKubeconfig({ kubeconfig: path('config'), env: {}, now: () => now })
  inKubeconfig({ server: origin, 'insecure-skip-tls-verify': true })
  now += 10_000
  expect([config.insecure, config.endpoint.ca]).toEqual([false, before.ca])
})
