'use client'

import { Layers } from 'lucide-react'
import { HeldBackWords } from '#components/bulk/held-back-words.tsx'
import { PreflightGroup } from '#components/bulk/preflight-group.tsx'
import { listRow } from '#components/bulk/preflight-lists.tsx'
import { NodeName } from '#components/machines/node-name.tsx'
import { useMessages } from '#components/messages.tsx'
import { machinePath } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import type { StayingRequest } from '#lib/query/preflight.ts'

interface StayingProps {
  readonly staying: readonly StayingRequest[]
  readonly onReview: () => void
}

/** Older requests that a bulk leaves pending, and what to do about them; not there without any. */
export function Staying({ staying, onReview }: StayingProps) {
  const { staying: texts, preflight } = useMessages().bulk
  if (staying.length === 0) return null
  return (
    <PreflightGroup
      title={texts.title}
      text={texts.text}
      count={staying.length}
      icon={<Icon of={Layers} className="text-fg-3" />}
    >
      {(most) => (
        <ul>
          {staying.slice(0, most).map(({ machine, request }) => (
            <li
              key={request.uid}
              className={`${listRow} grid-cols-[minmax(0,1fr)_80px_minmax(0,1.3fr)_auto] max-tablet:grid-cols-[minmax(0,1fr)_auto]`}
            >
              <NodeName name={machine} />
              <ClusterText text={request.name} className="max-tablet:hidden" />
              <span className="min-w-0 max-tablet:order-last max-tablet:col-span-2">
                {isHeldBack(request.verdict) && (
                  <HeldBackWords why={request.verdict} reason={request.reason} />
                )}
              </span>
              <LinkButton look="quiet" size="small" href={machinePath(machine)} onClick={onReview}>
                {preflight.review}
              </LinkButton>
            </li>
          ))}
          {staying.length > most && (
            <li className={`${listRow} text-fg-3`}>{preflight.more(staying.length - most)}</li>
          )}
        </ul>
      )}
    </PreflightGroup>
  )
}
