import type { PolicyAnswer } from '#lib/query/document-queries.ts'

/** Which text the editor opens, and whether a save puts it in force. */
export type Edits = 'inForce' | 'notInForce' | 'first' | 'copy' | 'builtIn'

export function editsOf({ document }: Pick<PolicyAnswer, 'document'>): Edits {
  if (document === null) return 'builtIn'
  if (document.mayEdit === false) return 'copy'
  if (document.text === null) return 'first'
  return document.problems.length > 0 ? 'notInForce' : 'inForce'
}
