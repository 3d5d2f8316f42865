import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { forbidden, unauthorized } from '#sandbox/api-status.ts'
import { mayTouch } from '#sandbox/authorize.ts'
import { ANONYMOUS, person, type Rights, type User } from '#sandbox/identities.ts'
import type { JwtAuthenticator } from '#sandbox/jwt-authenticator.ts'

/** Users of bearer tokens: the sandbox's own tokens, and those of an issuer that it trusts. */
export interface BearerUsers {
  readonly tokens: ReadonlyMap<string, User>
  readonly idTokenUser: JwtAuthenticator
}

/** The calling user: by client certificate of the sandbox's CA, by bearer token, else anonymous. */
export async function authenticate(
  request: IncomingMessage,
  users: BearerUsers,
  rights: Rights,
): Promise<User> {
  return impersonated(request, await credentialUser(request, users), rights)
}

async function credentialUser(
  request: IncomingMessage,
  { tokens, idTokenUser }: BearerUsers,
): Promise<User> {
  const socket = request.socket as TLSSocket
  // A certificate precedes a token, as in the API server.
  if (socket.authorized) {
    const { subject } = socket.getPeerCertificate()
    const groups = subject?.O ?? []
    const name = subject?.CN
    if (typeof name === 'string') return person(name, Array.isArray(groups) ? groups : [groups])
  }
  const { authorization } = request.headers
  if (authorization === undefined) return ANONYMOUS
  const token = authorization.replace(/^Bearer /, '')
  const user = tokens.get(token) ?? (await idTokenUser(token))
  if (user === null) throw unauthorized()
  return user
}

function impersonated(request: IncomingMessage, user: User, rights: Rights): User {
  const username = one(request, 'impersonate-user')
  if (username === undefined) return user
  if (
    !mayTouch(rights, user, { verb: 'impersonate', group: '', resource: 'users', name: username })
  ) {
    const named = { group: '', plural: 'users', kind: 'users', name: username }
    const why = `User "${user.username}" cannot impersonate resource "users" in API group "" at the cluster scope`
    throw forbidden(named, why)
  }
  const groups = request.headersDistinct['impersonate-group'] ?? []
  return {
    username,
    uid: one(request, 'impersonate-uid') ?? '',
    groups: groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated'],
    extra: {},
  }
}

function one(request: IncomingMessage, header: string): string | undefined {
  return request.headersDistinct[header]?.[0]
}
