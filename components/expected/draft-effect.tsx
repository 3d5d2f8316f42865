import { type ReactNode, useMemo } from 'react'
import { DraftTrouble } from '#components/document/draft-trouble.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { type ExpectedMachine, expectedChanges } from '#lib/csr/policy/expected-list.ts'
import type { ListCheck } from '#lib/query/document-queries.ts'
import type { ExpectedNames } from '#lib/wire/expected-answers.ts'

interface DraftEffectProps {
  readonly check: ListCheck
  readonly isEmpty: boolean
  readonly forgets: boolean
  readonly inForce: readonly ExpectedMachine[] | null
  readonly onGoTo: (line: number) => void
}

/** Effect of a save of the draft, or the lines that prevent it. */
export function DraftEffect({ check, isEmpty, forgets, inForce, onGoTo }: DraftEffectProps) {
  const { expected } = useMessages()
  const { editor } = expected
  if (isEmpty) return <p className="text-fg-2">{forgets ? editor.forgets : editor.nothing}</p>
  if (check.status !== 'good') {
    return (
      <DraftTrouble
        check={check}
        words={{ checking: editor.checking, failed: expected.failed }}
        onGoTo={onGoTo}
      />
    )
  }
  return <Changes {...check.effect} inForce={inForce ?? []} />
}

interface ChangesProps {
  readonly machines: readonly ExpectedMachine[]
  readonly matched: ExpectedNames
  readonly inForce: readonly ExpectedMachine[]
}

function Changes({ machines, matched, inForce }: ChangesProps) {
  const { expected } = useMessages()
  const { editor, counts } = expected
  const changes = useMemo(() => expectedChanges(inForce, machines), [inForce, machines])
  const { added, removed, changed } = changes
  const different = new Set([...added, ...removed, ...changed].map(({ name }) => name))
  const judgedAgain = matched.waiting.filter((name) => different.has(name))
  const rows: readonly (readonly [string, number])[] = [
    [counts.expected, machines.length],
    [counts.arrived, matched.arrived.length],
    [counts.missing, matched.missing.length],
    [counts.unexpected, matched.unexpected.length],
  ]
  return (
    <div className="grid gap-4">
      <dl className="grid gap-1">
        {rows.map(([name, count]) => (
          <div key={name} className="flex justify-between gap-3">
            <dt className="text-fg-2">{name}</dt>
            <dd className="font-medium tabular-nums">{count}</dd>
          </div>
        ))}
      </dl>
      {different.size === 0 ? (
        <p className="text-fg-2">{editor.unchanged}</p>
      ) : (
        <div className="grid gap-3 border-t border-line-soft pt-3">
          <Names title={editor.added} machines={added} />
          <Names title={editor.removed} machines={removed} />
          <Names title={editor.changed} machines={changed} />
          <Names title={editor.judgedAgain} machines={judgedAgain.map((name) => ({ name }))}>
            {editor.judgedAgainHint}
          </Names>
        </div>
      )}
    </div>
  )
}

const NAMED = 6

interface NamesProps {
  readonly title: string
  readonly machines: readonly Pick<ExpectedMachine, 'name'>[]
  readonly children?: ReactNode
}

function Names({ title, machines, children }: NamesProps) {
  const { editor } = useMessages().expected
  if (machines.length === 0) return null
  return (
    <section aria-label={title}>
      <h3 className="flex justify-between gap-3">
        <span className="font-semibold">{title}</span>
        <span className="tabular-nums">{machines.length}</span>
      </h3>
      {children !== undefined && <p className="text-xs text-fg-3">{children}</p>}
      <ul className="mt-1 grid gap-0.5 text-fg-2">
        {machines.slice(0, NAMED).map(({ name }) => (
          <li key={name} className="flex min-w-0">
            <ClusterText text={name} />
          </li>
        ))}
        {machines.length > NAMED && (
          <li className="text-fg-3">{editor.more(machines.length - NAMED)}</li>
        )}
      </ul>
    </section>
  )
}
