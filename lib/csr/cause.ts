import { CLUSTER_CAUSES } from '#lib/csr/causes/cluster-causes.ts'
import { DECISION_CAUSES } from '#lib/csr/causes/decision-causes.ts'
import { DOCUMENT_CAUSES } from '#lib/csr/causes/document-causes.ts'
import { HTTP_CAUSES } from '#lib/csr/causes/http-causes.ts'
import { POLICY_CAUSES } from '#lib/csr/causes/policy-causes.ts'
import { visible } from '#lib/csr/escape.ts'
import type { Reason } from '#lib/csr/model.ts'

/**
 * Causes by code with the values of their sentence: a reason why an operation failed. The sentence
 * is in the message catalogue.
 */
export const CAUSES = {
  ...CLUSTER_CAUSES,
  ...DECISION_CAUSES,
  ...DOCUMENT_CAUSES,
  ...HTTP_CAUSES,
  ...POLICY_CAUSES,
} as const satisfies Readonly<Record<string, Readonly<Record<string, keyof Kinds>>>>

interface Kinds {
  readonly text: string
  readonly number: number
  /** RFC 3339: a page shows it in the reader's own time zone. */
  readonly time: string
}

export type CauseCode = keyof typeof CAUSES

export type CauseValues<Code extends CauseCode> = {
  readonly [Name in keyof (typeof CAUSES)[Code]]: (typeof CAUSES)[Code][Name] extends keyof Kinds
    ? Kinds[(typeof CAUSES)[Code][Name]]
    : never
}

export interface Cause {
  readonly code: CauseCode
  /** Raw values: the page or log that shows them escapes them once. */
  readonly values: Readonly<Record<string, string | number>>
}

/** One sentence of an explanation: a cause or a check's reason. */
export type Sentence = Cause | Reason

export function cause<Code extends CauseCode>(
  code: Code,
  ...[values]: keyof CauseValues<Code> extends never ? [] : [values: CauseValues<Code>]
): Cause {
  return { code, values: values ?? {} }
}

/**
 * The cause for a stack trace: the API server's message, or the code with its values. Escaped, as
 * foreign code may print the stack.
 */
export function plainly({ code, values }: Cause): string {
  if (code === 'apiServerSaid') return visible(String(values.said))
  return [code, ...Object.values(values).map((value) => visible(String(value)))].join(' ')
}

export function isFinding(sentence: Sentence): sentence is Reason {
  return 'finding' in sentence
}
