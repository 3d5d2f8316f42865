import type { en } from '#lib/messages/en.ts'

/**
 * Type of every catalogue of texts for people; another language is a file of this type and a line
 * in `languages.ts`. Backticks in a text mark `code`. Text of the cluster goes into blanks in
 * braces, as elements of its own.
 */
export type Messages = typeof en
