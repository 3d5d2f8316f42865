import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Authority } from '#sandbox/authority.ts'
import {
  IDENTITIES,
  type IdentityName,
  person,
  type User,
  type UserNames,
} from '#sandbox/identities.ts'

/** The admin has a client certificate, the others bearer tokens, so that tests cover both. */
export function createCredentials(
  authority: Authority,
  users: UserNames,
  cluster: string,
  now: number,
): {
  readonly tokens: ReadonlyMap<string, User>
  /** A new token for the user, whose name is in it without prefix. */
  issueToken(user: User): string
  /** Writes a kubeconfig for each identity at this address; returns the paths. */
  write(folder: string, server: string): Record<IdentityName, string>
} {
  const admin = authority.issueWithKey({ commonName: users.admin, now })
  const tokens = new Map<string, User>()
  const proofs = IDENTITIES.map((identity) => {
    if (identity === 'admin') {
      return {
        identity,
        user: {
          'client-certificate-data': base64(admin.certificate),
          'client-key-data': base64(admin.privateKey),
        },
      }
    }
    // Tests search logs and files for this prefix.
    const token = `sandbox-token-${randomBytes(24).toString('base64url')}`
    tokens.set(token, person(users[identity]))
    return { identity, user: { token } }
  })
  return {
    tokens,
    issueToken(user) {
      // A token has no colon.
      const name = user.username.replace(/.*:/, '')
      const token = `token-of-${name}-${randomBytes(24).toString('base64url')}`
      tokens.set(token, user)
      return token
    },
    write(folder, server) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const paths = proofs.map(({ identity, user }) => {
        const path = join(folder, `${identity}.kubeconfig`)
        const name = users[identity]
        const config = {
          apiVersion: 'v1',
          kind: 'Config',
          clusters: [
            {
              name: cluster,
              cluster: { server, 'certificate-authority-data': base64(authority.pem) },
            },
          ],
          users: [{ name, user }],
          contexts: [{ name: cluster, context: { cluster, user: name } }],
          'current-context': cluster,
        }
        writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
        return [identity, path] as const
      })
      return Object.fromEntries(paths) as Record<IdentityName, string>
    },
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
