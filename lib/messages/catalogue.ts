import type { en } from '#lib/messages/en.ts'

/**
 * Every text a person reads; another language is a file of this type and a line in `languages.ts`.
 * Texts may hold `code` in backticks. Cluster text goes into blanks in braces, as its own elements.
 */
export type Messages = typeof en
