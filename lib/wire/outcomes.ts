export type Decision = 'approve' | 'deny'

/** Outcomes of one decision. */
export const OUTCOMES = [
  'approved',
  'denied',
  /** The first of two approvals: nothing is approved yet. */
  'proposed',
  'already',
  'changed',
  'gone',
  'forbidden',
  'refused',
  'throttled',
  'unknown',
  'error',
] as const
export type Outcome = (typeof OUTCOMES)[number]
