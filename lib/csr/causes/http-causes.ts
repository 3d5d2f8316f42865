/**
 * Reasons why this server refuses a call, or why a page gets no answer; with the values of their
 * sentences.
 */
export const HTTP_CAUSES = {
  // The gate
  headerTwice: { header: 'text' },
  headerUnreadable: { header: 'text' },
  foreignHost: {},
  pagesElsewhere: {},
  badUrl: {},
  nothingHere: {},
  onlyMethods: { methods: 'text' },
  originMissing: { origin: 'text' },
  otherSite: {},
  otherOrigin: {},
  bodyNotJsonType: {},
  bodyLengthMissing: {},
  bodyTooLarge: { bytes: 'number' },
  bodyTooNested: { depth: 'number', values: 'number' },
  bodyUnwanted: { method: 'text' },
  tooManyKeys: {},
  tooManySignIns: {},
  wrongKey: {},
  keyMissing: {},
  wrongToken: {},
  noAccess: {},
  rightsUnknown: {},
  notThisWay: {},
  /** `rights`: verbs and resources. */
  readerMayWrite: { rights: 'text' },
  /** `right`: a verb of no API, and its resource. */
  readerMayAnything: { right: 'text' },
  readerUnproven: {},
  impersonationRefused: {},
  notImpersonable: {},

  // The body
  bodyBrokenOff: {},
  bodyNotJson: {},
  /** `said`: the schema validator's message. */
  bodyInvalid: { said: 'text' },
  bodyFieldInvalid: { field: 'text', said: 'text' },
  /** `said`: the schema validator's message. */
  queryFieldInvalid: { field: 'text', said: 'text' },
  tooManyWords: { most: 'number' },
  searchTooLong: {},

  // The routes
  noSuchRequest: {},
  noRecord: {},
  noSuchMachine: {},
  clusterNotRead: { state: 'text' },
  clusterNotLive: {},
  planGone: {},
  planEmpty: {},
  scriptTooLong: { most: 'number' },
  runGone: {},
  tooManyRuns: {},
  ownerResumes: { person: 'text' },
  mayNotApprove: {},
  mayNotDismiss: {},
  mayNotActOnRun: {},
  shutdownNotKnown: {},
  noWebhook: {},
  sentJustNow: { seconds: 'number' },
  deliveryGone: {},
  testWaits: {},
  queueFull: {},
  notReadyYet: { why: 'text' },
  startedOtherwise: {},
  tooManyStreams: { most: 'number' },
  tooManyCalls: {},
  tooManyActs: {},
  serverStops: {},
  requestGivenUp: {},
  serverFailed: { id: 'text' },

  // Found by the page
  /** `said`: the browser's message. */
  serverUnreachable: { said: 'text' },
  serverAnswerNotJson: {},
  /** `said`: the answer's text, usually a proxy's. */
  serverAnswered: { status: 'number', said: 'text' },
  answerBrokeOff: {},
  streamWithoutBody: {},
  streamEnded: {},
  streamMalformed: {},
  streamSilent: {},
} as const
