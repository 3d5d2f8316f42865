/** Settings of a person for the pages of every cluster. They outlive a restart of the server. */
export interface Preferences {
  /** Null: the system's. */
  readonly theme: 'light' | 'dark' | null
  /** A tag (BCP 47); null: the browser's. */
  readonly language: string | null
  /** Whether single letters are keys. */
  readonly letters: boolean
}

export const DEFAULT_PREFERENCES: Preferences = { theme: null, language: null, letters: true }
