import { needsYouFirst, type RunProgress } from '#components/bulk/run-lines.ts'
import { visible } from '#lib/csr/escape.ts'
import type { Messages } from '#lib/messages/catalogue.ts'
import type { Run } from '#lib/query/run.ts'

/** How a run went, as text for a ticket or a chat: what needs a person first. */
export function runReport(run: Run, progress: RunProgress, { bulk }: Messages): string {
  const took = ((run.endedAt ?? run.startedAt) - run.startedAt) / 1_000
  const head = [
    run.status === 'stopped'
      ? bulk.finished.stoppedTitle(progress.approved, progress.items)
      : bulk.finished.title(progress.ready, run.machines.length),
    bulk.finished.summary(progress.needsYou, took, progress.approved),
    `${new Date(run.startedAt).toISOString()} ${visible(run.user)} ${visible(run.server)}`,
  ]
  const lines = needsYouFirst(progress.lines).map((line) => {
    const words = bulk.run.lines[line.state]
    const text = typeof words === 'string' ? words : words(line.done, line.all)
    const why =
      line.item === null
        ? ''
        : `: ${visible(line.item.detail ?? '') || bulk.run.outcomes[line.item.outcome ?? 'error']}`
    return `${bulk.run.took(line.seconds)}  ${visible(line.name)}  ${text}${why}`
  })
  return [...head, '', ...lines].join('\n')
}
