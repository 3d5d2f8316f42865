import { readFileSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { delimiter } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ClusterConfig, readKubeconfig } from '#lib/kube/credentials/config.ts'
import { ConfigError } from '#lib/kube/credentials/config-error.ts'
import { eachFolder } from '#lib/kube/fixtures/each-test.ts'
import { createAuthority } from '#lib/kube/fixtures/tls.ts'
import type { Connection } from '#lib/kube/transport/acting-identity.ts'

const folder = eachFolder()
let configs: ClusterConfig[]

beforeEach(async () => {
  configs = []
})

afterEach(async () => {
  await Promise.all(configs.map(({ identity }) => identity.close()))
})

interface Parts {
  readonly cluster?: object
  readonly user?: object
  readonly more?: object
}

/** A working kubeconfig, with the changes of a case. */
function kubeconfig({ cluster = {}, user = { token: 'secret' }, more = {} }: Parts = {}): object {
  return {
    'current-context': 'prod',
    contexts: [{ name: 'prod', context: { cluster: 'c', user: 'alice' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://api.example.com:6443', ...cluster } }],
    users: [{ name: 'alice', user }],
    ...more,
  }
}

async function write(name: string, content: object | string): Promise<string> {
  const path = folder.file(name)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

async function read(
  content: object | string,
  query: { context?: string; env?: Record<string, string>; now?: () => number } = {},
): Promise<ClusterConfig> {
  const path = await write('config', content)
  const config = readKubeconfig({ kubeconfig: path, env: {}, ...query })
  configs.push(config)
  return config
}

async function problem(content: object | string, context?: string): Promise<ConfigError> {
  const failed = await read(content, context === undefined ? {} : { context }).then(
    () => null,
    (error: unknown) => error,
  )
  if (failed instanceof ConfigError) return failed
  throw new Error('It should have been refused.', { cause: failed })
}

const connect = (config: ClusterConfig, renew = false): Promise<Connection> =>
  config.identity.connect({ renew })

describe('cluster and identity', () => {
  it('the reader takes the current context', async () => {
    const config = await read(kubeconfig())
    expect(config).toMatchObject({
      name: 'prod',
      server: 'https://api.example.com:6443',
      apiServerHost: 'api.example.com',
      insecure: false,
    })
    expect(config.identity).toMatchObject({ name: 'alice', server: config.server })
  })

  it.each([
    ['a path', 'https://rancher/k8s/clusters/c-1/', 'https://rancher', '/k8s/clusters/c-1'],
    ['an IPv6 address', 'https://[2001:db8::1]:6443', 'https://[2001:db8::1]:6443', ''],
    ['loopback without TLS', 'http://127.0.0.1:8001', 'http://127.0.0.1:8001', ''],
  ])('the reader accepts a server with %s', async (_, server, origin, prefix) => {
    const { endpoint } = await read(kubeconfig({ cluster: { server } }))
    expect(endpoint).toMatchObject({ origin, prefix })
  })

  it('the reader takes the context that is asked for', async () => {
    const contexts = ['prod', 'test'].map((name) => ({
      name,
      context: { cluster: 'c', user: 'alice' },
    }))
    expect((await read(kubeconfig({ more: { contexts } }), { context: 'test' })).name).toBe('test')
  })

  it('the reader accepts YAML as people write it', async () => {
    const config = await read(`
apiVersion: v1
kind: Config
current-context: prod
contexts:
- {name: prod, context: {cluster: c, user: alice}}
clusters:
- name: c
  cluster:
    server: https://api.example.com:6443
users:
- name: alice
  user:
    token: 2026-11-24
`)
    expect((await connect(config)).headers).toEqual({ authorization: 'Bearer 2026-11-24' })
  })

  it('the reader reports insecure-skip-tls-verify', async () => {
    const config = await read(kubeconfig({ cluster: { 'insecure-skip-tls-verify': true } }))
    expect(config).toMatchObject({ insecure: true, endpoint: { insecure: true } })
  })

  it.each(['true', 'yes', 1])(
    'the reader accepts no other value for insecure-skip-tls-verify: %s',
    async (value) => {
      const config = await read(kubeconfig({ cluster: { 'insecure-skip-tls-verify': value } }))
      expect(config.insecure).toBe(false)
    },
  )
})

describe('the kubeconfig’s place', () => {
  const named = (context: string, token: string) =>
    kubeconfig({
      user: { token },
      more: {
        'current-context': context,
        contexts: [{ name: context, context: { cluster: 'c', user: 'alice' } }],
      },
    })

  it('the files of KUBECONFIG are merged: the first of a name counts, and missing files are skipped', async () => {
    const files = [
      folder.file('missing'),
      await write('one', named('first', 'token-1')),
      await write('two', named('second', 'token-2')),
    ]
    const env = { KUBECONFIG: files.join(delimiter) }
    const config = readKubeconfig({ env })
    configs.push(config)
    expect(config.name).toBe('first')
    const other = readKubeconfig({ env, context: 'second' })
    configs.push(other)
    expect((await connect(other)).headers.authorization).toBe('Bearer token-1')
  })

  it('--kubeconfig takes precedence over KUBECONFIG', async () => {
    const env = { KUBECONFIG: await write('other', named('other', 't')) }
    expect((await read(named('asked', 't'), { env })).name).toBe('asked')
  })

  it.each([
    ['--kubeconfig', () => ({ kubeconfig: folder.file('none'), env: {} })],
    ['KUBECONFIG', () => ({ env: { KUBECONFIG: folder.file('none') } })],
    ['the home folder', () => ({ env: { HOME: folder.path } })],
  ])('a kubeconfig missing by %s is reported with the places that were searched', (_, query) => {
    expect(() => readKubeconfig(query())).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`There is no kubeconfig at ${folder.path}`),
      }),
    )
  })
})

describe('is refused, with what to do about it', () => {
  const oneContext = (context: object) => ({ contexts: [{ name: 'prod', context }] })
  it.each<[string, object | string, string]>([
    ['not YAML', 'a: [b', ' is not YAML.'],
    ['a key twice', 'a: 1\na: 2', ' is not YAML.'],
    ['two documents', 'a: 1\n---\na: 2', ' is not YAML.'],
    ['a tag', 'users: !!js/function "x"', ' is not YAML.'],
    [
      'texts that grow without bound',
      Array.from(
        { length: 12 },
        (_, n) =>
          `a${n}: &a${n} [${Array(9)
            .fill(n === 0 ? 'x' : `*a${n - 1}`)
            .join()}]`,
      ).join('\n'),
      ' is not YAML.',
    ],
    [
      'no current context',
      kubeconfig({ more: { 'current-context': '' } }),
      'has no current-context',
    ],
    ['an unknown context', kubeconfig({ more: { 'current-context': 'x' } }), 'has no context x'],
    [
      'an unknown cluster',
      kubeconfig({ more: oneContext({ cluster: 'x', user: 'alice' }) }),
      'names the cluster "x"',
    ],
    [
      'an unknown user',
      kubeconfig({ more: oneContext({ cluster: 'c', user: 'x' }) }),
      'names the user "x"',
    ],
    ['no user', kubeconfig({ more: oneContext({ cluster: 'c' }) }), 'names the user ""'],
    ...(['context', 'cluster', 'user'] as const).map((kind): [string, object, string] => {
      const twice = [1, 2].map(() => ({ name: 'two', [kind]: {} }))
      return [
        `two ${kind}s of one name`,
        kubeconfig({ more: { [`${kind}s`]: twice } }),
        `two ${kind}s of the name "two"`,
      ]
    }),
  ])('a kubeconfig is refused: %s', async (_, content, said) => {
    expect((await problem(content)).message).toContain(said)
  })

  it.each<[string, user: object, string]>([
    ['a user without anything', {}, 'has no credential'],
    ['an empty token', { token: '' }, 'has no credential'],
    ['impersonation without a credential', { as: 'admin' }, 'has no credential'],
    ['groups to impersonate without a user', { token: 't', 'as-groups': ['g'] }, 'but no "as"'],
    ['half a certificate', { 'client-certificate': 'x' }, 'has no client-key'],
    [
      'a plugin that wants a terminal',
      { exec: { command: 'x', interactiveMode: 'Always' } },
      'asks for a terminal',
    ],
  ])('a kubeconfig is refused for its user: %s', async (_, user, said) => {
    expect((await problem(kubeconfig({ user }))).message).toContain(said)
  })

  it.each<[string, cluster: object, string]>([
    ['no server', { server: '' }, 'not a usable address'],
    ['a server that is a name', { server: 'api:6443' }, 'not a usable address'],
    ['a password in the server', { server: 'https://a:b@c' }, 'not a usable address'],
    ['plain HTTP to another machine', { server: 'http://api.example.com' }, 'in the clear'],
    [
      'plain HTTP to what only looks like this machine',
      { server: 'http://127.0.0.1.example.com' },
      'in the clear',
    ],
    [
      'a CA that is none',
      { 'certificate-authority-data': 'bm9uZQ==' },
      'cannot be read as a certificate',
    ],
    ['a SOCKS proxy', { 'proxy-url': 'socks5://p:1' }, 'is not an http:// or https:// address'],
  ])('a kubeconfig is refused for its cluster: %s', async (_, cluster, said) => {
    expect((await problem(kubeconfig({ cluster }))).message).toContain(said)
  })

  it('a kubeconfig with a CA that is not to be checked is refused', async () => {
    const { cert } = createAuthority().issue('ca')
    const ca = Buffer.from(cert).toString('base64')
    const cluster = { 'certificate-authority-data': ca, 'insecure-skip-tls-verify': true }
    expect((await problem(kubeconfig({ cluster }))).message).toContain('contradict each other')
  })

  it('a refused context is reported with the existing ones', async () => {
    expect((await problem(kubeconfig(), 'prud')).message).toContain('It has: prod')
  })

  it('a missing CA file is refused by its name', async () => {
    const cluster = { 'certificate-authority': 'none.crt' }
    expect((await problem(kubeconfig({ cluster }))).message).toBe(
      `The CA of cluster c: "${folder.file('none.crt')}" is not there. Correct the path, or put the file there.`,
    )
  })

  it('a kubeconfig that is a folder is refused by its name', () => {
    expect(() => readKubeconfig({ kubeconfig: folder.path, env: {} })).toThrow(
      `The kubeconfig "${folder.path}" is a folder. Name a file in it.`,
    )
  })

  it('the report does not quote the file, which holds secrets', async () => {
    const error = await problem('token: "hunter2\n  x: [')
    expect(String(error.message) + String(error.cause)).not.toContain('hunter2')
  })
})

describe('the user’s credential', () => {
  it('the user may have a token', async () => {
    const { headers } = await connect(await read(kubeconfig()))
    expect(headers).toEqual({ authorization: 'Bearer secret' })
  })

  it('the user may have a token file, relative to the kubeconfig’s folder, which precedes a token', async () => {
    let now = 0
    await write('token', 'from-file\n')
    const user = { tokenFile: 'token', token: 'old' }
    const config = await read(kubeconfig({ user }), { now: () => now })
    expect((await connect(config)).headers.authorization).toBe('Bearer from-file')
    await write('token', 'rotated')
    now += 10_000
    expect((await connect(config)).headers.authorization).toBe('Bearer rotated')
  })

  it('a missing token file is an error, not an anonymous user', async () => {
    const config = await read(kubeconfig({ user: { tokenFile: 'gone' } }))
    await expect(connect(config)).rejects.toMatchObject({ kind: 'noCredential' })
  })

  it('an empty token file is an error, too', async () => {
    await write('token', '\n')
    const config = await read(kubeconfig({ user: { tokenFile: 'token' } }))
    await expect(connect(config)).rejects.toMatchObject({ kind: 'noCredential' })
  })

  it('the user may have a name and a password', async () => {
    const config = await read(kubeconfig({ user: { username: 'a', password: 'b' } }))
    expect((await connect(config)).headers.authorization).toBe('Basic YTpi')
  })

  it('impersonation has groups, uid and extra, not the name alone', async () => {
    const user = {
      token: 't',
      as: 'bob',
      'as-uid': 'u',
      'as-groups': ['g1', 'g2'],
      'as-user-extra': { 'Reason/Why': ['r'] },
    }
    const { headers } = await connect(await read(kubeconfig({ user })))
    expect(headers).toEqual({
      authorization: 'Bearer t',
      'impersonate-user': 'bob',
      'impersonate-uid': 'u',
      'impersonate-group': ['g1', 'g2'],
      'impersonate-extra-reason%2Fwhy': ['r'],
    })
  })

  it('a user’s certificate gets connections of its own', async () => {
    const { cert, key } = createAuthority().issue('alice')
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) }
    const config = await read(kubeconfig({ user }))
    const [first, second] = [await connect(config), await connect(config)]
    expect(first.headers).toEqual({})
    expect(first.dispatcher).toBe(second.dispatcher)
  })
})

describe('signing in again while it runs (oc login writes to the kubeconfig)', () => {
  it.each<[string, Parts, string]>([
    ['a new token of the same user is taken', { user: { token: 'new' } }, 'Bearer new'],
    [
      'another server under the same name is not',
      { user: { token: 'new' }, cluster: { server: 'https://other.example.com' } },
      'Bearer secret',
    ],
    [
      'another path of it is not: behind one gateway lie many clusters',
      { user: { token: 'new' }, cluster: { server: 'https://api.example.com:6443/k8s/c-2' } },
      'Bearer secret',
    ],
    ['a user who now acts as another is not', { user: { token: 'new', as: 'b' } }, 'Bearer secret'],
    ['a user without anything is not', { user: {} }, 'Bearer secret'],
    [
      'another user under the same context is not',
      {
        more: {
          contexts: [{ name: 'prod', context: { cluster: 'c', user: 'bob' } }],
          users: [{ name: 'bob', user: { token: 'of-bob' } }],
        },
      },
      'Bearer secret',
    ],
  ])('while the server runs %s', async (_, parts, authorization) => {
    let now = 0
    const config = await read(kubeconfig(), { now: () => now })
    await connect(config)
    await write('config', kubeconfig(parts))
    now += 60_000
    expect((await connect(config)).headers.authorization).toBe('Bearer secret')
    expect((await connect(config, true)).headers.authorization).toBe(authorization)
  })
})

describe('an exec plugin', () => {
  let now = Date.now()
  const plugin = async (script: string, more: object = {}): Promise<ClusterConfig> => {
    await write('plugin', `#!${process.execPath}\n${script}`)
    await chmod(folder.file('plugin'), 0o700)
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin', ...more }
    return await read(kubeconfig({ user: { exec } }), { now: () => now })
  }
  const print = (status: string) =>
    `console.log(JSON.stringify({ kind: 'ExecCredential', status: ${status} }))`

  it('an exec plugin is run as kubectl runs it', async () => {
    const script = print(
      '{ token: [process.argv[2], process.env.FLAVOUR, JSON.parse(process.env.KUBERNETES_EXEC_INFO).spec.cluster.server].join(" ") }',
    )
    const config = await plugin(script, {
      args: ['get-token'],
      env: [{ name: 'FLAVOUR', value: 'plain' }],
      provideClusterInfo: true,
    })
    const { headers } = await connect(config)
    expect(headers.authorization).toBe('Bearer get-token plain https://api.example.com:6443')
  })

  it('an exec plugin runs once while its credential is valid, and again when it is refused', async () => {
    const config = await plugin(
      `const fs = require('node:fs'); const path = ${JSON.stringify(folder.file('runs'))}
       fs.appendFileSync(path, '.'); ${print('{ token: String(fs.readFileSync(path).length) }')}`,
    )
    const tokens = await Promise.all([connect(config), connect(config)])
    tokens.push(await connect(config))
    now += 5_000
    // Each of many refused calls asks for another credential.
    tokens.push(await connect(config, true), await connect(config, true))
    expect(tokens.map(({ headers }) => headers.authorization)).toEqual([
      ...Array(3).fill('Bearer 1'),
      ...Array(2).fill('Bearer 2'),
    ])
  })

  it('an exec plugin runs again when its credential expires', async () => {
    const config = await plugin(
      print('{ token: String(process.pid), expirationTimestamp: new Date().toISOString() }'),
    )
    const first = (await connect(config)).headers.authorization
    expect((await connect(config)).headers.authorization).not.toBe(first)
  })

  it.each<[string, string, string]>([
    ['fails', 'console.error("first\\nsession expired"); process.exit(1)', 'session expired'],
    ['prints no JSON', 'console.log("hello")', 'pluginNotJson'],
    ['prints no credential', print('{}'), 'pluginNoCredential'],
    ['prints half a certificate', print('{ clientCertificateData: "x" }'), 'pluginNoCredential'],
  ])('an exec plugin that %s is an error, never an anonymous user', async (_, script, words) => {
    const config = await plugin(script)
    await expect(connect(config)).rejects.toMatchObject({
      kind: 'noCredential',
      message: expect.stringContaining(words),
    })
  })

  describe('that fails, and may have opened a sign-in page', () => {
    const runs = () => readFileSync(folder.file('runs'), 'utf8').length
    const failing = () =>
      plugin(
        `require('node:fs').appendFileSync(${JSON.stringify(folder.file('runs'))}, '.')
         process.exit(1)`,
      )
    const fail = (config: ClusterConfig) =>
      expect(connect(config)).rejects.toMatchObject({ kind: 'noCredential' })

    it('a failing plugin is run again after a wait that grows to a minute', async () => {
      const config = await failing()
      const tries: number[] = []
      const began = now
      for (let seconds = 0; seconds < 240; seconds += 1) {
        await fail(config)
        if (runs() > tries.length) tries.push(seconds)
        now += 1_000
      }
      expect(tries).toEqual([0, 10, 30, 70, 130, 190])
      now = began
    })

    it('a failing plugin is run again when a person asks for another attempt', async () => {
      const config = await failing()
      await fail(config)
      config.identity.retryNow()
      await fail(config)
      expect(runs()).toBe(2)
    })
  })

  it('a later kubeconfig’s credential replaces a plugin that never worked', async () => {
    const config = await plugin('process.exit(1)')
    await expect(connect(config)).rejects.toMatchObject({ kind: 'noCredential' })
    await write('config', kubeconfig({ user: { token: 'new' } }))
    config.identity.retryNow()
    expect((await connect(config)).headers.authorization).toBe('Bearer new')
  })

  it('a failing plugin’s words with invisible characters are quoted unchanged', async () => {
    const script = 'process.stderr.write("a\\u202eb\\n"); process.exit(1)'
    const quoted = { code: 'pluginSaid', values: { command: './plugin', said: 'a\u202eb' } }
    const config = await plugin(script)
    await expect(connect(config)).rejects.toMatchObject({ causes: [quoted] })
  })

  it('a plugin that is not installed is reported with the way to install it', async () => {
    const exec = { command: 'no-such-plugin-anywhere', installHint: 'Get it from the shop.' }
    const config = await read(kubeconfig({ user: { exec } }), { env: { PATH: folder.path } })
    await expect(connect(config)).rejects.toMatchObject({
      message: expect.stringContaining('Get it from the shop.'),
    })
  })
})
