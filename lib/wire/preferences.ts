/** Settings of a person for the pages of every cluster. They outlive a restart of the server. */
export interface Preferences {
  /** Null for the system's theme. */
  readonly theme: 'light' | 'dark' | null
  /** A tag (BCP 47); null for the browser's language. */
  readonly language: string | null
  /** Whether single-letter shortcuts are on. */
  readonly letters: boolean
}

export const DEFAULT_PREFERENCES: Preferences = { theme: null, language: null, letters: true }
