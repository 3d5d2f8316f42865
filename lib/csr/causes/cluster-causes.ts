/**
 * Reasons why the API server could not be asked, or answered with something else; with the values
 * of their sentences.
 */
export const CLUSTER_CAUSES = {
  /** `said`: the API server's own message, untranslated. */
  apiServerSaid: { said: 'text' },
  apiServerAnswered: { status: 'number' },
  apiServerFailed: {},
  apiServerStarting: {},
  apiServerRedirects: {},
  anotherObjectAnswered: {},

  // Answers that break the protocol
  answerTooLarge: { bytes: 'number' },
  answerNotJson: {},
  answerNotUnpacked: {},
  notAList: {},
  listWithoutVersion: {},
  tooManyObjects: { most: 'number', resource: 'text' },
  listRepeated: { resource: 'text' },
  listEmptyPages: { most: 'number', resource: 'text' },
  noSuchResource: { resource: 'text' },
  reviewWithoutAnswer: {},
  /** The server does not know the person; the reason follows in a second sentence. */
  actorUnknown: {},
  badObjectName: {},
  notAnObject: { field: 'text' },
  notText: { field: 'text' },
  notANumber: { field: 'text' },
  notAFlag: { field: 'text' },
  notAListOf: { field: 'text' },
  notTexts: { field: 'text' },

  // The watch
  watchSilent: { server: 'text', seconds: 'number' },
  watchSaidNothing: { seconds: 'number' },
  watchNotEnded: { seconds: 'number' },
  watchLineTooLong: { bytes: 'number' },
  watchLineNotJson: {},
  watchCut: {},
  watchClosedAtOnce: {},
  watchUnknownEvent: {},

  /** The watch delivers faster than the intake: the known state is this old. */
  catchingUp: { seconds: 'number' },
  /** The API server serves watches from memory without etcd, so no write succeeds. */
  storeSilent: { server: 'text' },

  // The network
  noAnswer: { server: 'text', seconds: 'number' },
  networkRefused: { server: 'text' },
  networkNoHost: { server: 'text' },
  networkNameServer: { server: 'text' },
  networkNotOpened: { server: 'text', seconds: 'number' },
  networkNoRouteToHost: { server: 'text' },
  networkNoRoute: { server: 'text' },
  networkSilent: { server: 'text' },
  networkReset: { server: 'text' },
  networkClosed: { server: 'text' },
  networkNoTls: { server: 'text' },
  networkFailed: { server: 'text' },
  /** `said`: the operating system's or Node's message. */
  networkSaid: { server: 'text', said: 'text' },
  connectionClosed: {},
  givenUp: {},

  // The server's certificate; `code` is Node's
  certificateExpired: { server: 'text', code: 'text' },
  certificateNotYetValid: { server: 'text', code: 'text' },
  certificateRevoked: { server: 'text', code: 'text' },
  certificateOtherHost: { server: 'text', code: 'text' },
  certificateSelfSigned: { server: 'text', code: 'text' },
  certificateOtherIssuer: { server: 'text', code: 'text' },
  certificateBadSignature: { server: 'text', code: 'text' },
  certificateNotTrusted: { server: 'text', code: 'text' },
  certificateLongChain: { server: 'text', code: 'text' },
  certificateNoCa: { server: 'text', code: 'text' },
  certificateNoServer: { server: 'text', code: 'text' },

  // The credential
  noToken: {},
  emptyTokenFile: {},
  credentialFileUnreadable: { path: 'text' },
  authProviderFailed: {},
  kubeconfigSessionEnded: {},
  pluginNotJson: { command: 'text' },
  pluginNoCredential: { command: 'text' },
  pluginMissing: { command: 'text' },
  /** `said`: the kubeconfig's install hint. */
  pluginMissingHint: { command: 'text', said: 'text' },
  pluginTooSlow: { command: 'text', seconds: 'number' },
  pluginFailed: { command: 'text', code: 'text' },
  /** `said`: the plugin's last printed line. */
  pluginSaid: { command: 'text', said: 'text' },

  /** An unexpected error with its own message. */
  unexpected: { said: 'text' },
} as const
