import { CircleCheck, CircleHelp, CircleX, Info, type LucideIcon } from 'lucide-react'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { isWarning } from '#lib/csr/check-facts.ts'
import type { CheckResult } from '#lib/csr/model.ts'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'

interface CheckLook {
  readonly icon: LucideIcon
  readonly colour: string
}

export const CHECK_LOOKS: Readonly<Record<CheckResult['outcome'], CheckLook>> = {
  pass: { icon: CircleCheck, colour: 'text-good-fg' },
  fail: { icon: CircleX, colour: 'text-bad-fg' },
  unknown: { icon: CircleHelp, colour: 'text-fg-3' },
}
const WARNS: CheckLook = { icon: Info, colour: 'text-warn-fg' }

/** Icon and colour of a check's result. An unknown one that warns has its own. */
export function checkLook(check: CheckResult): CheckLook {
  return isWarning(check) ? WARNS : CHECK_LOOKS[check.outcome]
}

/** A request's name, and the number of its checks by outcome. */
export function CheckTally({ name, checks }: Pick<RequestDetail, 'name' | 'checks'>) {
  const { machine } = useMessages()
  const count = (outcome: CheckResult['outcome']) =>
    checks.filter((check) => check.outcome === outcome).length
  return (
    <>
      <ClusterText text={name} face="sans" />
      <span className="flex-none whitespace-pre">
        {` · ${machine.checks.tally(count('pass'), count('fail'), count('unknown'))}`}
      </span>
    </>
  )
}
