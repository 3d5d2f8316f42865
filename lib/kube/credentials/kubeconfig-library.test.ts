import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** Losses of the library's KubeConfig: docs/decisions/0019-kubeconfig-read-by-hand.md. */

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('the library takes a tokenFile for no credential, and calls without one', async () => {
  await writeFile(join(folder, 'token'), 'secret')
  const headers = await headersOf({ tokenFile: join(folder, 'token') })
  expect(headers).toEqual({})
})

it('the library impersonates a user without the uid, groups and extra of the kubeconfig', async () => {
  const headers = await headersOf({
    token: 'secret',
    as: 'kim',
    'as-uid': '7',
    'as-groups': ['readers'],
    'as-user-extra': { reason: ['ticket'] },
  })
  expect(Object.keys(headers).sort()).toEqual(['Authorization', 'Impersonate-User'])
})

it('the library gives a credential plugin no KUBERNETES_EXEC_INFO', async () => {
  const config = configOf({
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', PRINTS_EXEC_INFO],
      provideClusterInfo: true,
    },
  })
  const options: { headers?: Record<string, unknown> } = {}
  await config.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0])
  expect(options.headers?.Authorization).toBe('Bearer none')
})

it('the library refuses two files that name the same cluster, of which kubectl takes the first', () => {
  const config = configOf({ token: 'secret' })
  expect(() => config.mergeConfig(configOf({ token: 'secret' }))).toThrow('Duplicate cluster')
})

const PRINTS_EXEC_INFO =
  'const token = process.env.KUBERNETES_EXEC_INFO ?? "none";' +
  'console.log(JSON.stringify({ kind: "ExecCredential", status: { token } }))'

async function headersOf(user: object): Promise<Record<string, unknown>> {
  const options: { headers?: Record<string, unknown> } = {}
  await configOf(user).applyToHTTPSOptions(
    options as Parameters<KubeConfig['applyToHTTPSOptions']>[0],
  )
  return options.headers ?? {}
}

function configOf(user: object): KubeConfig {
  const config = new KubeConfig()
  config.loadFromString(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'prod',
      clusters: [{ name: 'prod', cluster: { server: 'https://127.0.0.1:6443' } }],
      contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'kim' } }],
      users: [{ name: 'kim', user }],
    }),
  )
  return config
}
