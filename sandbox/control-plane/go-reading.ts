import { execFile } from 'node:child_process'
import { buildBinary } from '#sandbox/control-plane/build-control-plane.ts'

/** What Go's crypto/x509 and Kubernetes' own helpers make of a request; `error` alone when nothing. */
export interface GoReading {
  readonly error?: string
  /** The last common name, as Go takes it. */
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
  /** Why the kubelet-serving signer would refuse these contents, or ''. */
  readonly kubeletServing: string
  /** Why the kubelet client signer would refuse these contents, or ''. */
  readonly kubeletClient: string
}

/** Reads base64 `spec.request` values with Go, in one process, in order. Builds the binary if need be. */
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
