export type ConfigErrorCode =
  | 'noKubeconfig'
  | 'unreadable'
  | 'duplicateName'
  | 'noContext'
  | 'unknownContext'
  | 'unknownCluster'
  | 'unknownUser'
  | 'otherServer'
  | 'noCredential'
  | 'badServer'
  | 'insecureHttp'
  | 'insecureCa'
  | 'badCertificate'
  | 'unsupported'

/** A problem of the kubeconfig and its remedy. Never contains a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code: ConfigErrorCode

  constructor(code: ConfigErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
