import { execFile } from 'node:child_process'
import { buildBinary } from '#sandbox/control-plane/build-control-plane.ts'

/** Reading of a request by Go's crypto/x509 and Kubernetes' helpers; only `error` when it fails. */
export interface GoReading {
  readonly error?: string
  /** The last common name, which Go uses. */
  readonly cn: string
  readonly o: readonly string[] | null
  readonly dns: readonly string[] | null
  readonly ips: readonly string[] | null
  readonly emails: readonly string[] | null
  readonly uris: readonly string[] | null
  /** `RSA`, `ECDSA`, `Ed25519` or a number. */
  readonly keyAlgorithm: string
  readonly signatureAlgorithm: string
  readonly signatureValid: boolean
  /** The subject's attributes in order, by OID. */
  readonly names: readonly { readonly type: string; readonly value: unknown }[] | null
  /** OIDs of the requested extensions in order. */
  readonly extensions: readonly string[] | null
  /** Lower-case hex of the DER. */
  readonly rawSubject: string
  /** Base64 of the DER. */
  readonly rawPublicKey: string
  /** Lower-case hex, of the first block's DER only. */
  readonly derSha256: string
  /** Reason that the kubelet-serving signer would refuse; '' when it would not. */
  readonly kubeletServing: string
  /** Reason that the kubelet client signer would refuse; '' when it would not. */
  readonly kubeletClient: string
}

/**
 * Reads base64 `spec.request` values with Go, in one process, in order. Builds the binary when
 * needed.
 */
export async function readWithGo(requests: readonly string[]): Promise<GoReading[]> {
  const binary = await buildBinary()
  const lines = await new Promise<string>((resolve, reject) => {
    const child = execFile(binary, ['read'], { maxBuffer: 1024 ** 3 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
    child.stdin?.end(requests.map((request) => `${JSON.stringify(request)}\n`).join(''))
  })
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
