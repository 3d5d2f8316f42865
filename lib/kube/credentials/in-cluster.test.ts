import { rmSync, writeFileSync } from 'node:fs'
import { beforeEach, expect, it } from 'vitest'
import { isInCluster, readInCluster } from '#lib/kube/credentials/in-cluster.ts'
import { eachFolder } from '#lib/kube/fixtures/each-test.ts'
import { createAuthority } from '#lib/kube/fixtures/tls.ts'

const { ca } = createAuthority()
const ENV = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' }

const folder = eachFolder()

beforeEach(() => {
  writeFileSync(folder.file('token'), 'first\n')
  writeFileSync(folder.file('ca.crt'), ca)
})

it.each([
  ['IPv4', '10.0.0.1', 'https://10.0.0.1'],
  ['IPv6', 'fd00::1', 'https://[fd00::1]'],
])('the address is the API server of the Pod’s own cluster: %s', async (_, host, server) => {
  const env = { ...ENV, KUBERNETES_SERVICE_HOST: host }
  const config = readInCluster({ env, directory: folder.path })
  expect(config).toMatchObject({ server, apiServerHost: host, insecure: false })
  expect(config.endpoint.ca).toBe(ca)
  await config.identity.close()
})

it('the token is read again, because it is renewed in place', async () => {
  let now = 0
  const { identity } = readInCluster({ env: ENV, directory: folder.path, now: () => now })
  const authorization = async () => (await identity.connect({ renew: false })).headers.authorization
  expect(await authorization()).toBe('Bearer first')
  writeFileSync(folder.file('token'), 'second\n')
  now = 60_000
  expect(await authorization()).toBe('Bearer second')
  await identity.close()
})

it.each<[string, () => void, Record<string, string>, string]>([
  ['no Pod', () => {}, {}, 'do not name an API server'],
  ['no token', () => rmSync(folder.file('token')), ENV, 'no service account token'],
  ['no CA', () => rmSync(folder.file('ca.crt')), ENV, 'The CA of the cluster'],
  ['a CA that is none', () => writeFileSync(folder.file('ca.crt'), 'x'), ENV, 'as a certificate'],
])('a missing part is reported, and no other identity is used: %s', (_, spoil, env, said) => {
  spoil()
  expect(() => readInCluster({ env, directory: folder.path })).toThrow(said)
})

it('the report names the missing file', () => {
  rmSync(folder.file('token'))
  expect(() => readInCluster({ env: ENV, directory: folder.path })).toThrow(
    `This Pod has no service account token: "${folder.file('token')}" is not there.`,
  )
})

it.each([
  ['both', ENV, true],
  ['no port', { KUBERNETES_SERVICE_HOST: 'a' }, false],
  ['nothing', {}, false],
])('the environment tells whether this is a Pod: %s', (_, env, inCluster) => {
  expect(isInCluster(env)).toBe(inCluster)
})
