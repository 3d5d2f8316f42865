import { PreviewCard } from '@base-ui/react/preview-card'
import Link from 'next/link'
import { memo } from 'react'
import { CheckTally, checkLook } from '#components/machines/check-look.tsx'
import { currentRequest } from '#components/machines/current-request.ts'
import { VerdictBadge } from '#components/machines/verdict-badge.tsx'
import { readableValues } from '#components/reason-line.tsx'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { Icon } from '#components/ui/icon.tsx'
import { useLayer } from '#components/ui/layer.ts'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { isConfirming, isWarning } from '#lib/csr/check-facts.ts'
import type { CheckResult, Verdict } from '#lib/csr/model.ts'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'
import { findingWords } from '#lib/messages/grammar/check-words.ts'
import { useMachineDetail, useRequestDetail } from '#lib/query/live.ts'

/** The machine that a verdict is about, or the request without a machine. */
export type Judged =
  | { readonly kind: 'machine'; readonly name: string }
  | { readonly kind: 'request'; readonly uid: string }

/** All rows share one card. */
const handle = PreviewCard.createHandle<Judged>()

/** A row's verdict: hover and focus show its evidence, and a click opens the page. */
export function VerdictLink({ verdict, of }: { readonly verdict: Verdict; readonly of: Judged }) {
  const href = of.kind === 'machine' ? machinePath(of.name) : requestPath(of.uid)
  return (
    <PreviewCard.Trigger
      handle={handle}
      payload={of}
      delay={300}
      render={<Link href={href} prefetch={false} />}
      className="reach inline-flex"
    >
      <VerdictBadge verdict={verdict} hanging />
    </PreviewCard.Trigger>
  )
}

/** Render it once, beside the lists. */
export const VerdictCard = memo(function VerdictCard() {
  const layer = useLayer()
  return (
    <PreviewCard.Root handle={handle}>
      {({ payload }) => (
        <PreviewCard.Portal container={layer}>
          <PreviewCard.Positioner
            align="start"
            alignOffset={-12}
            sideOffset={6}
            collisionPadding={12}
            className="z-50"
          >
            <PreviewCard.Popup className="w-[344px] ja:w-[400px] max-w-[calc(100vw-24px)] rounded-lg overlay px-3.5 py-3 text-xs/[18px] text-fg-2">
              {payload?.kind === 'machine' && <MachineCard name={payload.name} />}
              {payload?.kind === 'request' && <RequestCard uid={payload.uid} />}
            </PreviewCard.Popup>
          </PreviewCard.Positioner>
        </PreviewCard.Portal>
      )}
    </PreviewCard.Root>
  )
})

function MachineCard({ name }: { readonly name: string }) {
  const { detail } = useMachineDetail(name)
  return <Card request={detail && currentRequest(detail.requests)} />
}

function RequestCard({ uid }: { readonly uid: string }) {
  return <Card request={useRequestDetail(uid).detail} />
}

/** Null while the checks are being read. */
function Card({ request }: { readonly request: RequestDetail | null }) {
  const { board } = useMessages()
  if (request === null || request.verdict === null) return <p>{board.verdict.reading}</p>
  return (
    <>
      <p className="flex min-w-0 items-center justify-between gap-3">
        <span className="text-sm">
          <VerdictBadge verdict={request.verdict} />
        </span>
        <span className="flex min-w-0 whitespace-nowrap text-fg-3">
          <CheckTally {...request} />
        </span>
      </p>
      <ul className="mt-2 grid gap-1.5">
        {tellingChecks(request.checks).map((check) => (
          <CheckLine key={check.code} check={check} />
        ))}
      </ul>
      <p className="mt-2.5 border-t border-line-soft pt-2 text-fg-3">
        {board.verdict.next[request.verdict]}
      </p>
    </>
  )
}

/** Most checks that a card shows. */
const SHOWN = 4

/**
 * The checks that explain the verdict: failed ones; without any, the confirming ones, warnings,
 * then unknown ones.
 */
export function tellingChecks(checks: readonly CheckResult[]): readonly CheckResult[] {
  const of = (outcome: CheckResult['outcome']) => checks.filter((one) => one.outcome === outcome)
  const failed = of('fail')
  const unknown = of('unknown')
  const sound = [
    ...of('pass').filter(({ code }) => isConfirming(code)),
    ...unknown.filter(isWarning),
    ...unknown.filter((check) => !isWarning(check)),
  ]
  return (failed.length > 0 ? failed : sound).slice(0, SHOWN)
}

function CheckLine({ check }: { readonly check: CheckResult }) {
  const { checks, times } = useMessages()
  const words = findingWords(checks.table, check.code, check.finding)
  const { icon, colour } = checkLook(check)
  return (
    <li className="flex gap-2">
      <Icon of={icon} size="small" className={`mt-0.5 ${colour}`} />
      <span className="min-w-0">
        <Words
          text={words?.summary ?? checks.unlisted}
          blanks={readableValues(check.values, times)}
        />
      </span>
    </li>
  )
}
