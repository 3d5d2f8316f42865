/**
 * Reasons why a document of the admin could not be read or saved; with the values of their
 * sentences.
 */
export const DOCUMENT_CAUSES = {
  // A file; `code` is the operating system's.
  fileAbsent: { path: 'text' },
  fileNotAFile: { path: 'text' },
  fileTooLarge: { path: 'text', bytes: 'number' },
  fileNotText: { path: 'text' },
  fileUnreadable: { path: 'text', code: 'text' },
  fileNotWritten: { path: 'text', code: 'text' },
  fileChanged: { path: 'text' },

  // A key of a ConfigMap: `place` is `namespace/name`.
  configMapAbsent: { place: 'text' },
  configMapWithoutKey: { place: 'text', key: 'text' },
  configMapBinary: { place: 'text', key: 'text' },
  configMapNotText: { place: 'text', key: 'text' },
  configMapTooLarge: { place: 'text', key: 'text', bytes: 'number' },
  /** The API server refused to read the ConfigMap; its message follows. */
  configMapUnreadable: { place: 'text' },
  configMapForbidden: { place: 'text' },
  configMapChanged: { place: 'text', key: 'text' },
  configMapBoth: { place: 'text', key: 'text', other: 'text' },
  configMapBusy: { place: 'text' },

  tooLargeToSave: { bytes: 'number' },
  /** The policy cannot be known; the reason follows in a second sentence. */
  policyUnknown: {},
  nowhereToSaveList: {},
  nowhereToSavePolicy: {},
  nowhereBesidePolicy: {},
  /** The first problem of a document; the problem's own sentence follows. */
  problemAt: { line: 'number', column: 'number' },
  problemAtPath: { line: 'number', column: 'number', path: 'text' },
  problemsMore: { count: 'number' },
} as const
