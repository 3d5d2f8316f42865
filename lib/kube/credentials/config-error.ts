import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { unreadableFile } from '#lib/kube/credentials/unreadable-file.ts'

/** A problem of the kubeconfig and its remedy. Never contains a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** The text of a file that the configuration names; `what` begins the sentence of a ConfigError. */
export function namedText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ConfigError(`${what}: ${unreadableFile(path, cause)}`, { cause })
  }
}

/** The CA's PEM, parsed: an unreadable CA must not become "any CA". */
export function checkedCa(pem: string, whose: string): string {
  try {
    new X509Certificate(pem)
    return pem
  } catch (cause) {
    const message = `The CA of ${whose} cannot be read as a certificate.`
    throw new ConfigError(message, { cause })
  }
}
