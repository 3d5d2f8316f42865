'use client'

import { useWhoseRequest } from '#components/decide/whose.ts'
import type { StepNeed } from '#components/machine/steps.ts'
import { useMessages } from '#components/messages.tsx'
import type { DecidableRequest } from '#lib/query/domain-types.ts'

interface StepNeedTextProps {
  readonly need: StepNeed | null
  /** The one to approve, where that is what it takes. */
  readonly request: DecidableRequest | null
}

/** Condition of a stop that is not reached. */
export function StepNeedText({ need, request }: StepNeedTextProps) {
  const { needs } = useMessages().machine.steps
  const whose = useWhoseRequest(request)
  if (need === null) return <p>–</p>
  return <p>{need === 'approval' ? needs.approval[whose] : needs[need]}</p>
}
