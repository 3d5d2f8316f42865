import type { Deadline, Summary } from '#lib/wire/views.ts'

/**
 * `ahead`: the least time left among requests that the person may approve. `past`: no hour still
 * runs; the one that ended first. `none`: there is nothing that they may approve, and why.
 */
export type NextDeadline =
  | { readonly kind: 'ahead' | 'past'; readonly deadline: Deadline }
  | { readonly kind: 'none'; readonly because: 'heldBack' | 'noRight' | 'noDeadline' }

/** Rights of a person, by signer. */
export interface MayApprove {
  readonly client: boolean
  readonly serving: boolean
}

/** Counts only requests that this person may approve; never suspicious or refused ones. */
export function nextDeadline(
  {
    deadlines,
    counts,
  }: Pick<Summary, 'deadlines'> & {
    readonly counts: Pick<Summary['counts'], 'waiting' | 'heldBack'>
  },
  may: MayApprove,
): NextDeadline {
  const signers = ['client', 'serving'] as const
  const open = signers.filter((signer) => may[signer]).map((signer) => deadlines[signer])
  const next = earliest(open.map((one) => one.next))
  if (next !== null) return { kind: 'ahead', deadline: next }
  const past = earliest(open.map((one) => one.past))
  if (past !== null) return { kind: 'past', deadline: past }
  if (counts.heldBack >= counts.waiting) return { kind: 'none', because: 'heldBack' }
  return { kind: 'none', because: may.client && may.serving ? 'noDeadline' : 'noRight' }
}

function earliest(deadlines: readonly (Deadline | null)[]): Deadline | null {
  const known = deadlines.filter((deadline) => deadline !== null)
  return known.sort((a, b) => Date.parse(a.at) - Date.parse(b.at))[0] ?? null
}
