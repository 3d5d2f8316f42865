import type { Endpoint, Identity } from '#lib/kube/identity.ts'

export interface ClusterConfig {
  /** The kubeconfig context's name. */
  readonly name: string
  readonly server: string
  /** The host in `server`, without port or brackets. */
  readonly apiServerHost: string
  /** The kubeconfig itself says insecure-skip-tls-verify: the page must say so too. */
  readonly insecure: boolean
  readonly endpoint: Endpoint
  readonly identity: Identity
}

export interface KubeconfigQuery {
  /** One file; else $KUBECONFIG (a path list), else ~/.kube/config. */
  readonly kubeconfig?: string | undefined
  /** Else the file's current-context. */
  readonly context?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

export type ConfigErrorCode =
  | 'noKubeconfig'
  | 'unreadable'
  | 'noContext'
  | 'unknownContext'
  | 'unknownCluster'
  | 'unknownUser'
  | 'noCredential'
  | 'badServer'
  | 'insecureHttp'
  | 'badCertificate'
  | 'unsupported'

/** What is wrong with the kubeconfig, and what to do about it. Never holds a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code: ConfigErrorCode

  constructor(code: ConfigErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Reads files, runs nothing and calls nobody: exec plugins run at the first call. Throws ConfigError. */
export declare function readKubeconfig(query: KubeconfigQuery): ClusterConfig
