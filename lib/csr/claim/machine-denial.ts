/** A denied request that may count against other requests of its machine and signer. */
export interface Denial {
  readonly uid: string
  /** The request's name. */
  readonly request: string
  /** Creation time of the denied request, milliseconds since the epoch. */
  readonly createdAt: number
  /** Time of the denial, RFC 3339; null for a missing or unreadable time. */
  readonly deniedAt: string | null
  /** Requests filed before this time (milliseconds) were visible to the denying admin. */
  readonly seenUntil: number
}
