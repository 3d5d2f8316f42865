import type { PublicKeyInfo } from '#lib/csr/model.ts'

/** The key in words: `RSA 2048`, `ECDSA P-256`, `Ed25519`. */
export function keyWords({ algorithm, parameter }: PublicKeyInfo): string {
  return parameter === '' ? algorithm : `${algorithm} ${parameter}`
}
