/** Where the snapshot lives in react-query's cache. */
export const SNAPSHOT_KEY = ['snapshot'] as const
