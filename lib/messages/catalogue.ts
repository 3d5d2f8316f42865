import type { en } from '#lib/messages/en.ts'

/**
 * Type of every catalogue of texts for people. Backticks in a text mark `code`. Text of the cluster goes
 * into blanks in braces, as elements of its own.
 */
export type Messages = typeof en

/** Texts, or a promise while they are being loaded. */
export type Texts = Messages | Promise<Messages>

/** Languages by tag: each one's own name, and what loads its texts; without `load` they are the English ones. */
export type Languages = Readonly<
  Record<string, { readonly name: string; readonly load?: () => Texts }>
>
