import { ConfigError } from '#lib/kube/credentials/config-error.ts'
import type { ExecPlugin } from '#lib/kube/credentials/exec-plugin.ts'
import { impersonationHeaders } from '#lib/kube/credentials/impersonation.ts'
import { mapping, pathOf, type Section, textOf } from '#lib/kube/credentials/kubeconfig-file.ts'
import type { Headers } from '#lib/kube/transport/acting-identity.ts'

/** Inline PEM, or a file that is reread, as files are rotated in place. */
export type Pem = { readonly data: string } | { readonly file: string }

/** Credential kinds in kubectl's order of preference. */
export type Proof =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'tokenFile'; readonly file: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'exec'; readonly plugin: ExecPlugin; readonly directory: string }
  | { readonly kind: 'authProvider'; readonly provider: Readonly<Record<string, unknown>> }

export interface KubeconfigUser {
  readonly name: string
  readonly certificate: { readonly cert: Pem; readonly key: Pem } | null
  /** Null when the certificate is the only credential. */
  readonly proof: Proof | null
  /** Impersonation headers from `as` and its companions. */
  readonly impersonation: Headers
}

/** Throws a ConfigError, above all for a user without any credential. */
export function readUser(name: string, section: Section): KubeconfigUser {
  const certificate = readCertificate(name, section)
  const proof = readProof(section, certificate !== null)
  if (certificate === null && proof === null) {
    throw new ConfigError(
      `The kubeconfig's user ${name} has no credential: no token, certificate or plugin. ` +
        'Sign in again (oc login), or choose another context with --context.',
    )
  }
  return { name, certificate, proof, impersonation: readImpersonation(name, section) }
}

function readCertificate(name: string, section: Section): KubeconfigUser['certificate'] {
  const cert = readPem(section, 'client-certificate')
  const key = readPem(section, 'client-key')
  if (cert === null && key === null) return null
  if (cert !== null && key !== null) return { cert, key }
  const missing = cert === null ? 'client-certificate' : 'client-key'
  throw new ConfigError(`The kubeconfig's user ${name} has no ${missing}.`)
}

function readPem(section: Section, field: string): Pem | null {
  const data = textOf(section.fields[`${field}-data`])
  if (data !== null) return { data: Buffer.from(data, 'base64').toString('utf8') }
  const file = pathOf(section, field)
  return file === null ? null : { file }
}

function readProof(section: Section, hasCertificate: boolean): Proof | null {
  const { fields, directory } = section
  const tokenFile = pathOf(section, 'tokenFile')
  if (tokenFile !== null) return { kind: 'tokenFile', file: tokenFile }
  const token = textOf(fields.token)
  if (token !== null) return { kind: 'token', token: token.trim() }
  const username = textOf(fields.username)
  if (username !== null) {
    return { kind: 'basic', username, password: textOf(fields.password) ?? '' }
  }
  if (hasCertificate) return null
  const exec = mapping(fields.exec)
  if (exec !== null) return { kind: 'exec', plugin: readExec(exec), directory }
  const provider = mapping(fields['auth-provider'])
  return provider === null ? null : { kind: 'authProvider', provider }
}

function readExec(fields: Readonly<Record<string, unknown>>): ExecPlugin {
  const command = textOf(fields.command)
  if (command === null) {
    throw new ConfigError('The kubeconfig names no command for its exec plugin.')
  }
  if (fields.interactiveMode === 'Always') {
    throw new ConfigError(
      `The credential plugin ${command} asks for a terminal, and there is none here.`,
    )
  }
  const env = listOf(fields.env).map((entry) => {
    const named = mapping(entry)
    return [textOf(named?.name) ?? '', textOf(named?.value) ?? ''] as const
  })
  return {
    apiVersion: textOf(fields.apiVersion) ?? 'client.authentication.k8s.io/v1',
    command,
    args: listOf(fields.args).map(String),
    env: Object.fromEntries(env.filter(([key]) => key !== '')),
    installHint: textOf(fields.installHint) ?? '',
    provideClusterInfo: fields.provideClusterInfo === true,
  }
}

/**
 * Impersonation is applied whole or not at all: `as` without its groups would be another identity.
 */
function readImpersonation(name: string, { fields }: Section): Headers {
  const as = textOf(fields.as)
  const uid = textOf(fields['as-uid'])
  const groups = listOf(fields['as-groups']).map(String)
  const extra = Object.entries(mapping(fields['as-user-extra']) ?? {})
  if (as === null) {
    if (uid === null && groups.length === 0 && extra.length === 0) return {}
    throw new ConfigError(
      `The kubeconfig's user ${name} has as-groups, as-uid or as-user-extra, but no "as".`,
    )
  }
  return {
    ...impersonationHeaders({ username: as, groups }),
    ...(uid === null ? {} : { 'impersonate-uid': uid }),
    ...Object.fromEntries(
      extra.map(([key, values]) => [
        `impersonate-extra-${encodeURIComponent(key.toLowerCase())}`,
        listOf(values).map(String),
      ]),
    ),
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
