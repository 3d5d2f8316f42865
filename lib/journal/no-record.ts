import type { RunningRecord } from '#lib/journal/running-record.ts'

/** The record where none is kept: it takes everything, and has nothing to read. */
export const NO_RECORD: RunningRecord = {
  take() {},
  feedIs() {},
  alarm() {},
  line() {},
  kept() {},
  audit: (log) => log,
  unable: () => null,
  standing: () => null,
  store: () => null,
  read: async () => undefined,
  untilRead: async () => undefined,
  write: async () => {},
  stop: async () => {},
}
