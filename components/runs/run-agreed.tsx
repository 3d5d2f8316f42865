import type { ReactNode } from 'react'
import { useMayHalt } from '#components/bulk/run-buttons.tsx'
import { VERDICT_COLOURS, VERDICT_ICONS } from '#components/machines/verdict-badge.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { TRUST_LEVELS } from '#lib/csr/policy/trust.ts'
import { useAtNow, useCluster } from '#lib/query/live.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

interface RunProps {
  readonly run: RunSummary
}

/** Terms that a person agreed to when the run began. */
export function RunAgreed({ run }: RunProps) {
  const { runs, times } = useMessages()
  const texts = runs.agreed
  const { agreed, user, note, followMinutes, followUntil } = run
  const until = useAtNow((now) => (followUntil === null ? '' : times.exactMoment(followUntil, now)))
  return (
    <TitledPanel title={texts.title}>
      <dl className="grid grid-cols-[98px_minmax(0,1fr)] ja:grid-cols-[112px_minmax(0,1fr)] gap-x-2.5 gap-y-1.5 px-4 py-3.5">
        <Fact name={texts.as}>
          <ClusterText text={user} face="sans" truncate="none" />
        </Fact>
        {agreed !== null && (
          <>
            <Fact name={texts.included}>
              <ul>
                {TRUST_LEVELS.filter((trust) => agreed[trust] > 0).map((trust) => (
                  <li key={trust} className="flex items-center gap-1.5">
                    {trust !== 'rebootstrapping' && (
                      <Icon
                        of={VERDICT_ICONS[trust]}
                        size="small"
                        className={VERDICT_COLOURS[trust]}
                      />
                    )}
                    {texts[trust](agreed[trust])}
                  </li>
                ))}
              </ul>
            </Fact>
            <Fact name={texts.superseded}>{texts.duplicates(agreed.superseded)}</Fact>
            {agreed.heldBack > 0 && <Fact name={texts.heldBack}>{agreed.heldBack}</Fact>}
          </>
        )}
        <Fact name={texts.follow}>{texts.followed(followMinutes, until)}</Fact>
        <Fact name={texts.note}>
          {note === '' ? (
            <span className="text-fg-3">{texts.noNote}</span>
          ) : (
            <ClusterText text={note} face="sans" truncate="none" />
          )}
        </Fact>
      </dl>
    </TitledPanel>
  )
}

/** Rights of the viewer over the run, and who learns when they are used. */
export function YouAndRun({ run }: RunProps) {
  const texts = useMessages().runs.you
  const cluster = useCluster()
  const mayHalt = useMayHalt(run)
  const isOwn = cluster?.user === run.user
  const [first, second] = isOwn
    ? [texts.own, null]
    : mayHalt
      ? [texts.mayHalt, texts.name]
      : [texts.mayNot, texts.tell]
  return (
    <TitledPanel title={texts.title}>
      <div className="grid gap-2 px-4 py-3 text-pretty text-fg-2">
        <p>
          <Words text={first} blanks={{ user: run.user }} />
        </p>
        {second !== null && (
          <p>
            <Words text={second} blanks={{ user: run.user }} />
          </p>
        )}
      </div>
    </TitledPanel>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-fg-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}
