import type { Identity } from '#lib/kube/identity.ts'

export interface AccessReview {
  /** `update` on `certificatesigningrequests/approval`. */
  readonly approval: boolean
  /** `approve` on each signer that was asked for. */
  readonly signers: Readonly<Record<string, boolean>>
}

/** What the API server itself says this identity may decide. Rejects with a KubeError. */
export declare function reviewAccess(
  identity: Identity,
  signerNames: readonly string[],
  signal?: AbortSignal,
): Promise<AccessReview>

/** The user name the API server sees; '' where it does not answer such questions. */
export declare function whoAmI(identity: Identity, signal?: AbortSignal): Promise<string>
