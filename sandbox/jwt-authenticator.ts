import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { json } from 'node:stream/consumers'
import type { JSONWebKeySet } from 'jose'
import { person, type User } from '#sandbox/identities.ts'

/** The user of an ID token; null where the token is not valid here. */
export type JwtAuthenticator = (token: string) => Promise<User | null>

/** Fields of an AuthenticationConfiguration that the sandbox reads. */
interface Configuration {
  readonly jwt: readonly [
    {
      readonly issuer: {
        readonly url: string
        readonly certificateAuthority: string
        readonly audiences: readonly string[]
      }
      readonly claimMappings: {
        readonly username: ClaimMapping
        readonly groups: ClaimMapping
      }
    },
  ]
}

interface ClaimMapping {
  readonly claim: string
  readonly prefix: string
}

/** Takes ID tokens of the configured issuer; without a configuration it takes none. */
export async function jwtAuthenticator(configuration?: string): Promise<JwtAuthenticator> {
  if (configuration === undefined) return async () => null
  // Most sandboxes trust no issuer and start sooner without the library.
  const { createLocalJWKSet, jwtVerify } = await import('jose')
  const { jwt } = JSON.parse(configuration) as Configuration
  const [{ issuer, claimMappings }] = jwt
  const { url, certificateAuthority: ca, audiences } = issuer
  const { username, groups } = claimMappings
  const discovered = await read<{ jwks_uri: string }>(`${url}/.well-known/openid-configuration`, ca)
  const keys = createLocalJWKSet(await read<JSONWebKeySet>(discovered.jwks_uri, ca))
  const expected = { issuer: url, audience: [...audiences], requiredClaims: ['exp'] }
  return async (token) => {
    const verified = await jwtVerify(token, keys, expected).catch(() => null)
    if (verified === null) return null
    const { [username.claim]: name, [groups.claim]: names = [] } = verified.payload
    if (typeof name !== 'string') return null
    const prefixed = [names].flat().map((group) => `${groups.prefix}${group}`)
    return person(username.prefix + name, prefixed)
  }
}

async function read<T>(url: string, ca: string): Promise<T> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { ca, agent: false }, resolve).on('error', reject)
  })
  return (await json(answer)) as T
}
