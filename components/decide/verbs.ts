import type { ApproveOptions } from '#components/decide/decide-context.ts'
import {
  duplicatesOf,
  hasNextStep,
  isApprovedAtOnce,
  isFollowedAtOnce,
  nextRequest,
  type Target,
} from '#components/decide/target.ts'
import { isSound } from '#lib/csr/policy/trust.ts'

/** Ways to decide: the primary button of a page, or an item of the menu beside it. */
export type Verb =
  | 'approve'
  | 'clientOnly'
  | 'withNote'
  | 'withoutDuplicates'
  | 'approveAlthough'
  | 'approveSuperseded'
  | 'deny'

/** The page's one button and its menu, if it is not empty; null where there is nothing to decide. */
export function verbsOf(
  target: Target,
): { readonly main: Verb; readonly more: readonly Verb[] } | null {
  const request = nextRequest(target)
  if (request === null) return null
  const isNext = hasNextStep(target)
  if (request.verdict === 'suspicious') {
    return { main: 'deny', more: [isNext ? 'approveAlthough' : 'approveSuperseded'] }
  }
  if (!isSound(request.verdict)) return { main: 'deny', more: [] }
  if (!isNext) return { main: 'approveSuperseded', more: ['deny'] }
  if (!isApprovedAtOnce(request)) return { main: 'approve', more: ['deny'] }
  const more: readonly (readonly [Verb, boolean])[] = [
    ['clientOnly', isFollowedAtOnce(target)],
    ['withNote', true],
    ['withoutDuplicates', duplicatesOf(target).length > 0],
    ['deny', true],
  ]
  return { main: 'approve', more: more.flatMap(([verb, is]) => (is ? [verb] : [])) }
}

/** Options of each approval. A verb without a dialog takes all that it can. */
export const APPROVALS: Readonly<Record<Exclude<Verb, 'deny'>, ApproveOptions>> = {
  approve: { follow: true, duplicates: true },
  clientOnly: { duplicates: true },
  withNote: { follow: true, duplicates: true, note: true },
  withoutDuplicates: { follow: true },
  approveAlthough: {},
  approveSuperseded: {},
}
