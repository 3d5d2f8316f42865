/** Why a document of the admin's could not be read or saved; with the sentence's values. */
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
  /** The API server's message follows. */
  configMapUnreadable: { place: 'text' },
  configMapForbidden: { place: 'text' },
  configMapChanged: { place: 'text', key: 'text' },
  configMapBoth: { place: 'text', key: 'text', other: 'text' },
  configMapBusy: { place: 'text' },

  tooLargeToSave: { bytes: 'number' },
  /** The reason follows in a second sentence. */
  policyUnknown: {},
  nowhereToSaveList: {},
  nowhereToSavePolicy: {},
  nowhereBesidePolicy: {},
  /** The first problem; its own sentence follows. */
  problemAt: { line: 'number', column: 'number' },
  problemAtPath: { line: 'number', column: 'number', path: 'text' },
  problemsMore: { count: 'number' },
} as const
