import type { HoldFinding } from '#lib/csr/hold/hold-findings.ts'
import type { Hold, Holder } from '#lib/csr/model.ts'

/** Findings by which an approver leaves the request to a person for good. */
const LEFT: { readonly [By in Holder]?: readonly HoldFinding<By>[] } = {
  machineApprover: [
    'ignored',
    'clientDisabled',
    'nodeExists',
    'noMachine',
    'hasNodeRef',
    'outsideWindow',
    'forgotten',
  ],
  approver: ['shadow'],
}

/** The party that has to act: the holder, or the admin where the holder leaves it to a person. */
export function moverOf({ holder, finding }: Pick<Hold, 'holder' | 'finding'>): Holder {
  const left: readonly string[] = LEFT[holder] ?? []
  return left.includes(finding) ? 'admin' : holder
}
