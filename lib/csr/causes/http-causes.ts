/** Why this server refuses a call, or why a page gets no answer from it; with their blanks. */
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
  bodyUnwanted: { method: 'text' },
  tooManyKeys: {},
  wrongKey: {},
  keyMissing: {},

  // The body
  bodyBrokenOff: {},
  bodyNotJson: {},
  /** `said`: in the words of the schema's reader. */
  bodyInvalid: { said: 'text' },
  bodyFieldInvalid: { field: 'text', said: 'text' },
  /** `said`: in the words of the schema's reader. */
  queryFieldInvalid: { field: 'text', said: 'text' },

  // The routes
  noSuchRequest: {},
  noSuchMachine: {},
  clusterNotRead: { state: 'text' },
  clusterNotLive: {},
  planGone: {},
  planEmpty: {},
  runGone: {},
  tooManyRuns: {},
  mayNotApprove: {},
  notReadyYet: { why: 'text' },
  startedOtherwise: {},
  tooManyStreams: { most: 'number' },
  serverStops: {},
  requestGivenUp: {},
  serverFailed: { id: 'text' },

  // Found in the page
  /** `said`: in the browser's words. */
  serverUnreachable: { said: 'text' },
  serverAnswerNotJson: {},
  /** `said`: of a proxy, mostly. */
  serverAnswered: { status: 'number', said: 'text' },
  answerBrokeOff: {},
  otherBuild: {},
  streamWithoutBody: {},
  streamEnded: {},
  streamMalformed: {},
  streamSilent: {},
} as const
