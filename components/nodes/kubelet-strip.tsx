import {
  CircleCheck,
  CircleHelp,
  CircleX,
  ClockAlert,
  Hourglass,
  TriangleAlert,
} from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { useOff } from '#components/machines/permissions.tsx'
import { machinePath } from '#components/shell/routes.ts'
import { Button } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { IconText } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { useAtNow } from '#lib/query/live.ts'
import type { KubeletsCounts } from '#lib/wire/views.ts'

/** Kinds in the order of the bar, with their look; `unasked` stands for nodes not asked yet. */
const KINDS = [
  'cluster',
  'selfSigned',
  'none',
  'ended',
  'unknownCa',
  'noAnswer',
  'unasked',
] as const
export type KindOrUnasked = (typeof KINDS)[number]

export const KIND_LOOKS = {
  cluster: { icon: CircleCheck, text: 'text-good-fg', bar: 'bg-good-mark' },
  selfSigned: { icon: TriangleAlert, text: 'text-warn-fg', bar: 'bg-warn-mark' },
  none: { icon: CircleX, text: 'text-bad-fg', bar: 'bg-bad-mark' },
  ended: { icon: ClockAlert, text: 'text-bad-fg', bar: 'bg-bad-mark' },
  unknownCa: { icon: CircleX, text: 'text-bad-fg', bar: 'bg-bad-mark' },
  noAnswer: { icon: CircleHelp, text: 'text-fg-2', bar: 'bg-line-control' },
  unasked: { icon: Hourglass, text: 'text-fg-3', bar: 'bg-line' },
} as const satisfies Record<KindOrUnasked, object>

const cell =
  'min-w-0 px-5 py-4 max-tablet:px-3.5 max-tablet:py-3 max-tablet:[&+&]:border-t tablet:[&+&]:border-l [&+&]:border-line-soft'

/** The number of nodes left, the certificates they present, and the next step. */
export function KubeletStrip({ counts }: { readonly counts: KubeletsCounts }) {
  const { strip } = useMessages().kubelets
  const { bulk } = useDecideActions()
  const off = useOff()
  const { left, nodes, presents, unasked, toApprove } = counts
  const each = KINDS.map((kind) => ({ kind, count: kind === 'unasked' ? unasked : presents[kind] }))
  const there = each.filter(({ count }) => count > 0)
  return (
    <section
      aria-label={strip.label}
      className={classNames(
        panelLook,
        'mb-4 grid tablet:grid-cols-[1fr_1fr_auto] wide:grid-cols-[minmax(260px,1.2fr)_minmax(250px,1.1fr)_minmax(200px,0.9fr)_auto]',
      )}
    >
      <div className={cell}>
        <Question>
          <Words text={strip.until} />
        </Question>
        <Answer>{strip.left(left, nodes)}</Answer>
        <div aria-hidden className="mt-2 flex h-1.5 gap-0.5">
          {there.map(({ kind, count }) => (
            <i
              key={kind}
              className={classNames('rounded-[2px]', KIND_LOOKS[kind].bar)}
              style={{ flex: count }}
            />
          ))}
        </div>
      </div>
      <div className={cell}>
        <Question>{strip.presents}</Question>
        <p className="flex flex-wrap gap-x-3 gap-y-0.5">
          {there.map(({ kind, count }) => (
            <IconText key={kind} of={KIND_LOOKS[kind].icon} className={KIND_LOOKS[kind].text}>
              {strip.kinds[kind](count)}
            </IconText>
          ))}
        </p>
      </div>
      <div className={classNames(cell, 'max-wide:hidden')}>
        <Question>{strip.endsSoon}</Question>
        <FirstToEnd counts={counts} />
      </div>
      {toApprove.length > 0 && (
        <div className="flex flex-col justify-center gap-2 px-5 py-4 max-tablet:px-3.5 max-tablet:pt-0">
          <Button look="primary" size="large" off={off.serving} onClick={() => bulk(toApprove)}>
            {strip.approve(toApprove.length)}
          </Button>
          <p className="max-w-56 self-center text-center text-xs text-pretty text-fg-3 max-tablet:hidden">
            {strip.nextStep}
          </p>
        </div>
      )}
    </section>
  )
}

function FirstToEnd({ counts: { endsSoon, firstToEnd } }: { readonly counts: KubeletsCounts }) {
  const { kubelets, times } = useMessages()
  const { strip } = kubelets
  const at = Date.parse(firstToEnd?.notAfter ?? '')
  const first = useAtNow((now) => (at > now ? times.span((at - now) / 1_000) : strip.endedNow))
  if (firstToEnd === null) return <Answer>{strip.noneEnds}</Answer>
  return (
    <>
      <Answer>{strip.ends(endsSoon, first)}</Answer>
      <Link
        href={machinePath(firstToEnd.name)}
        prefetch={false}
        className="mt-1 inline-flex max-w-full min-w-0 text-fg-2 underline-offset-3 hover:underline"
      >
        <NodeName name={firstToEnd.name} />
      </Link>
    </>
  )
}

function Question({ children }: { readonly children: ReactNode }) {
  return <span className="mb-1 block text-xs text-fg-3">{children}</span>
}

function Answer({ children }: { readonly children: ReactNode }) {
  return <p className="text-xl font-semibold tracking-tight text-pretty">{children}</p>
}
