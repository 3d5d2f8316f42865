/** Why the API server could not be asked, or what came instead of an answer; with their blanks. */
export const CLUSTER_CAUSES = {
  /** `said`: in its own words, which nobody translates. */
  apiServerSaid: { said: 'text' },
  apiServerAnswered: { status: 'number' },
  apiServerFailed: {},
  apiServerStarting: {},
  apiServerRedirects: {},
  anotherObjectAnswered: {},

  // The answer is not what the protocol promises.
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
  /** Why it could not be asked follows. */
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

  /** It tells more than can be taken in: what is known is as old as that. */
  catchingUp: { seconds: 'number' },
  /** Its watches go on from its memory, and nothing can be written. */
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
  /** `said`: in the words of the operating system or of Node. */
  networkSaid: { server: 'text', said: 'text' },
  connectionClosed: {},
  givenUp: {},

  // The certificate on the other side: `code` is Node's.
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
  /** `said`: the install hint that the kubeconfig holds for it. */
  pluginMissingHint: { command: 'text', said: 'text' },
  pluginTooSlow: { command: 'text', seconds: 'number' },
  pluginFailed: { command: 'text', code: 'text' },
  /** `said`: the last line that it printed. */
  pluginSaid: { command: 'text', said: 'text' },

  /** Something that nobody expected to be thrown, in its own words. */
  unexpected: { said: 'text' },
} as const
