import type { en } from '#lib/messages/en.ts'

/**
 * Every text a person reads. A second language is one more file that satisfies this type, and its
 * line in `languages.ts`.
 *
 * Texts may hold `code` in backticks, and blanks in braces that the page fills: the page puts
 * cluster text into blanks as elements of its own, never into the sentence itself.
 */
export type Messages = typeof en
