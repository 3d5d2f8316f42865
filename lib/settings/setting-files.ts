import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { unreadableFile } from '#lib/kube/credentials/unreadable-file.ts'
import { readTls, type TlsFiles } from '#lib/settings/own-tls.ts'
import type { Settings } from '#lib/settings/settings.ts'

/** Reason that a text is not what the file should hold, and the remedy; null where it is. */
type Check = (text: string) => string | null

const certificate: Check = (text) =>
  parses(() => new X509Certificate(text))
    ? null
    : 'holds no certificate in PEM. Convert the file, or name another one.'
const privateKey: Check = (text) =>
  parses(() => createPrivateKey(text))
    ? null
    : 'holds no private key in PEM without a passphrase. Convert the file, or name another one.'
const secret: Check = (text) => (text.trim() === '' ? 'is empty. Write the secret into it.' : null)

/** First problem of the files that the settings name; null where each can be used. */
export function problemOfFiles({
  service,
  webhook,
}: Pick<Settings, 'service' | 'webhook'>): string | null {
  const { tls = null, oidc = null } = service ?? {}
  const files: readonly (readonly [setting: string, path: string | null | undefined, Check])[] = [
    ['COUNTERSIGN_TLS_CERT', tls?.cert, certificate],
    ['COUNTERSIGN_TLS_KEY', tls?.key, privateKey],
    ['COUNTERSIGN_OIDC_CA_FILE', oidc?.caFile, certificate],
    ['COUNTERSIGN_OIDC_CLIENT_SECRET_FILE', oidc?.clientSecretFile, secret],
    ['COUNTERSIGN_WEBHOOK_SECRET_FILE', webhook?.secretFile, secret],
  ]
  for (const [setting, path, check] of files) {
    const problem = path ? problemOf(path, check) : null
    if (problem !== null) return `${setting}: ${problem}`
  }
  return tls === null ? null : problemOfPair(tls)
}

function problemOf(path: string, check: Check): string | null {
  try {
    const problem = check(readFileSync(path, 'utf8'))
    return problem === null ? null : `"${path}" ${problem}`
  } catch (error) {
    return unreadableFile(path, error)
  }
}

function problemOfPair(files: TlsFiles): string | null {
  try {
    createSecureContext(readTls(files))
    return null
  } catch (error) {
    const why = error instanceof Error && 'reason' in error ? error.reason : error
    return `COUNTERSIGN_TLS_CERT, COUNTERSIGN_TLS_KEY: "${files.cert}" and "${files.key}" cannot be used together (${why}). Name another certificate with its own key.`
  }
}

function parses(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch {
    return false
  }
}
