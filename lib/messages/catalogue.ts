import type { en } from '#lib/messages/en.ts'

/**
 * Type of every catalogue of texts for people. Another language is a file of this type, a line in
 * `languages.ts` and one in `grammar/language-names.ts`; its fonts and line breaks in
 * `app/globals.css`; its tag in the help of `lib/settings/webhook-setting.ts`; and documents:
 * `docs/<tag>/`, `README.<tag>.md` and a glossary. Backticks in a text mark `code`. Text of the cluster goes into blanks in
 * braces, as elements of its own.
 */
export type Messages = typeof en
