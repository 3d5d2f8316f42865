/** Milliseconds since the epoch of an RFC 3339 timestamp; null for none or an unreadable one. */
export function milliseconds(timestamp: string | null): number | null {
  if (timestamp === null) return null
  const parsed = Date.parse(timestamp)
  return Number.isNaN(parsed) ? null : parsed
}

/** RFC 3339 as the API server writes it: without the milliseconds of a whole second. */
export function apiTimestamp(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}
