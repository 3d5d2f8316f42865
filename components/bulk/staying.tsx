import { Layers } from 'lucide-react'
import { HeldBackWords } from '#components/bulk/held-back-words.tsx'
import { PlanGroup } from '#components/bulk/plan-group.tsx'
import { CountedList, listRow } from '#components/bulk/plan-lists.tsx'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { useMessages } from '#components/messages.tsx'
import { machinePath } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import type { Listing, StayingRow } from '#lib/query/domain-types.ts'

interface StayingProps {
  readonly staying: Listing<StayingRow>
  readonly onReview: () => void
}

/** Older requests that a bulk leaves pending, and what to do about them; not there without any. */
export function Staying({ staying, onReview }: StayingProps) {
  const { staying: texts, preflight } = useMessages().bulk
  if (staying.count === 0) return null
  return (
    <PlanGroup
      title={texts.title}
      text={texts.text}
      count={staying.count}
      icon={<Icon of={Layers} className="text-fg-3" />}
    >
      {(most) => (
        <CountedList listing={staying} most={most}>
          {({ machine, uid, name, verdict, reason }) => (
            <li
              key={uid}
              className={`${listRow} grid-cols-[minmax(0,1fr)_80px_minmax(0,1.3fr)_auto] max-tablet:grid-cols-[minmax(0,1fr)_auto]`}
            >
              <NodeName name={machine} />
              <ClusterText text={name} className="max-tablet:hidden" />
              <span className="min-w-0 max-tablet:order-last max-tablet:col-span-2">
                {isHeldBack(verdict) && <HeldBackWords why={verdict} reason={reason} />}
              </span>
              <LinkButton look="quiet" size="small" href={machinePath(machine)} onClick={onReview}>
                {preflight.review}
              </LinkButton>
            </li>
          )}
        </CountedList>
      )}
    </PlanGroup>
  )
}
