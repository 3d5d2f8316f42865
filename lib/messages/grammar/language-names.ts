/** Each language’s own name, by its BCP 47 tag. */
export const LANGUAGE_NAMES = { en: 'English', ja: '日本語' } as const

export type Language = keyof typeof LANGUAGE_NAMES
