import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Authority } from '#sandbox/authority.ts'
import { type JwtAuthenticator, jwtAuthenticator } from '#sandbox/jwt-authenticator.ts'
import { authenticationConfiguration } from '#sandbox/openid/authentication-configuration.ts'
import { CLIENT_ID } from '#sandbox/openid/openid-provider.ts'

/** Claims that differ from the usual ones; undefined leaves one out. */
type Changes = Readonly<Record<string, unknown>>

const HOUR = 3600
const authority = new Authority('issuer-ca', Date.now())
const { certificate, privateKey } = authority.issueWithKey({
  commonName: 'issuer',
  servesAt: { name: 'localhost', ip: '127.0.0.1' },
  now: Date.now(),
})
const [own, foreign] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')]
const jwk = { ...(await exportJWK(own.publicKey)), alg: 'ES256', kid: 'own' }
const server = createServer({ cert: certificate, key: privateKey }, ({ url }, response) => {
  const isDiscovery = url === '/.well-known/openid-configuration'
  response.end(JSON.stringify(isDiscovery ? { jwks_uri: `${issuer}/keys` } : { keys: [jwk] }))
})
let issuer = ''
let userOf: JwtAuthenticator

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  userOf = await jwtAuthenticator(authenticationConfiguration({ issuer, ca: authority.pem }))
})
afterAll(() => void server.close())

function claims(changed: Changes): JWTPayload {
  const now = Math.floor(Date.now() / 1000)
  const usual = { iss: issuer, aud: CLIENT_ID, sub: 'alice', groups: ['admins'], exp: now + HOUR }
  return { ...usual, ...changed } as JWTPayload
}

function signed(changed: Changes, key = own.privateKey): Promise<string> {
  return new SignJWT(claims(changed)).setProtectedHeader({ alg: 'ES256', kid: 'own' }).sign(key)
}

it.each<[string, Changes, readonly string[]]>([
  ['of groups', {}, ['oidc:admins', 'system:authenticated']],
  ['of one group as a text', { groups: 'admins' }, ['oidc:admins', 'system:authenticated']],
  ['of no group', { groups: undefined }, ['system:authenticated']],
  ['for several clients', { aud: ['other', CLIENT_ID], groups: [] }, ['system:authenticated']],
])('a token %s names its person, with prefixes', async (_, changed, groups) => {
  expect(await userOf(await signed(changed))).toMatchObject({ username: 'oidc:alice', groups })
})

it.each<[string, Changes]>([
  ['of another issuer', { iss: 'https://login.example.com' }],
  ['for another client', { aud: 'other' }],
  ['for no client', { aud: undefined }],
  ['that has ended', { exp: 1 }],
  ['without an end', { exp: undefined }],
  ['that is not valid yet', { nbf: Date.now() }],
  ['without a user', { sub: undefined }],
])('a token %s names no person', async (_, changed) => {
  expect(await userOf(await signed(changed))).toBeNull()
})

it('a token with another key’s signature names no person, and neither does one without any', async () => {
  expect(await userOf(await signed({}, foreign.privateKey))).toBeNull()
  expect(await userOf(new UnsecuredJWT(claims({})).encode())).toBeNull()
  expect(await userOf('no-token')).toBeNull()
})

it('without a configuration no token names a person', async () => {
  expect(await (await jwtAuthenticator())(await signed({}))).toBeNull()
})
