/** Milliseconds since the epoch of an RFC 3339 timestamp; null for none or an unreadable one. */
export function milliseconds(timestamp: string | null): number | null {
  if (timestamp === null) return null
  const parsed = Date.parse(timestamp)
  return Number.isNaN(parsed) ? null : parsed
}

/** The time as RFC 3339 in whole seconds, as the API server writes it. */
export function timestamp(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}
