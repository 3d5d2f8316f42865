/** A request that was denied, as far as it counts against others of its machine and signer. */
export interface Denial {
  readonly uid: string
  /** The request's name. */
  readonly request: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** RFC 3339; null for no time, or none that can be read. */
  readonly deniedAt: string | null
  /** What was filed before this had been seen by whoever denied it. */
  readonly seenUntil: number
}
