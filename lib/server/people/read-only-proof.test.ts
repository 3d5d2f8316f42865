import { afterEach, expect, it } from 'vitest'
import { type ScriptedServer, startScriptedServer } from '#lib/kube/fixtures/api-server.ts'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import type { Attributes } from '#lib/kube/reads/access-reviews.ts'
import { rightsBeyondReading } from '#lib/server/people/read-only-proof.ts'

let server: ScriptedServer | null = null
afterEach(() => server?.close())

/** Words for what an identity with these rights, as `verb resource/name`, has too much. */
async function beyond(
  impersonates: Parameters<typeof rightsBeyondReading>[1],
  ...rights: readonly string[]
): Promise<readonly string[]> {
  server = await startScriptedServer(
    Array.from({ length: 40 }, () => ({ body, json }) => {
      const {
        verb,
        resource,
        name = '',
      } = (body as { spec: { resourceAttributes: Attributes } }).spec.resourceAttributes
      json(201, {
        status: { allowed: rights.includes(`${verb} ${resource}${name && `/${name}`}`) },
      })
    }),
  )
  const identity = bearerIdentity('reader', server.endpoint, 'token')
  const found = await rightsBeyondReading(identity, impersonates)
  await identity.close()
  return found
}

const USERS = 'impersonate:user-info users'

it.each<[string, Parameters<typeof rightsBeyondReading>[1], string, readonly string[]]>([
  ['off: constrained impersonation is too much', null, USERS, [USERS]],
  ['constrained: it is not', 'constrained', USERS, []],
  ['legacy: it is', 'legacy', USERS, [USERS]],
  [
    'constrained: nobody is impersonated otherwise',
    'constrained',
    'impersonate users',
    ['impersonate users'],
  ],
  ['legacy: not just anybody', 'legacy', 'impersonate users', ['impersonate users']],
  ['legacy: those whom the role names', 'legacy', 'impersonate users/alice', []],
  [
    'legacy: never an administrator',
    'legacy',
    'impersonate groups/system:masters',
    ['impersonate groups system:masters'],
  ],
  [
    'constrained: no other calls',
    'constrained',
    'impersonate-on:user-info:get secrets',
    ['impersonate-on:user-info:get secrets'],
  ],
  [
    'constrained: no service accounts',
    'constrained',
    'impersonate:serviceaccount serviceaccounts',
    ['impersonate:serviceaccount serviceaccounts'],
  ],
  [
    'constrained: no nodes',
    'constrained',
    'impersonate:arbitrary-node nodes',
    ['impersonate:arbitrary-node nodes'],
  ],
])('%s', async (_, impersonates, right, words) => {
  expect(await beyond(impersonates, right)).toEqual(words)
})
