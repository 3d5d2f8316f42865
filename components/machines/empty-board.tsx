import { CircleCheck, CircleDashed, History } from 'lucide-react'
import { useWhose } from '#components/decide/whose.ts'
import { secondsToJoin } from '#components/machines/progress.tsx'
import { MachineLink } from '#components/machines/row-links.tsx'
import { NODES_PATH } from '#components/shell/routes.ts'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Panel } from '#components/ui/panel.tsx'
import type { Messages } from '#lib/messages/catalogue.ts'
import { execAndLogsOfNodes } from '#lib/query/exec-and-logs.ts'
import { useFeed, useNow } from '#lib/query/live.ts'
import { emptiness } from '#lib/query/shown-feed.ts'
import type { BoardCounts, JoinedMachine, Summary } from '#lib/wire/views.ts'

interface EmptyBoardProps {
  readonly summary: Summary
  /** Time such as `14:51:27` where the list is not live: the texts then use the past tense. */
  readonly asOf: string | null
}

/** Shown when nothing waits: the last machines that joined, and the next certificates that end. */
export function EmptyBoard({ summary, asOf }: EmptyBoardProps) {
  const { counts } = summary
  const { board } = useMessages()
  const words = board.empty
  const whose = useWhose()
  const nodesWords = asOf === null ? words.live : words.stale
  return (
    <Panel className="grid grid-cols-1 wide:grid-cols-[minmax(0,1fr)_400px]">
      <div className="px-10 py-9 max-tablet:px-5 max-tablet:py-6">
        <Icon
          of={asOf === null ? CircleCheck : CircleDashed}
          className={asOf === null ? 'text-good-fg' : 'text-fg-3'}
        />
        <h2 className="mt-2.5 text-xl/7 font-semibold tracking-tight">
          {asOf === null ? words.title[whose] : words.titleStale[whose](asOf)}
        </h2>
        <p className="mt-1 max-w-[56ch] text-pretty text-fg-2">
          <NodesSentence counts={counts} words={nodesWords} /> {nodesWords.next}
        </p>
        <div className="mt-5 flex flex-wrap gap-2 max-tablet:[&>*]:h-11 max-tablet:[&>*]:flex-1">
          <LinkButton href={NODES_PATH}>{words.viewNodes}</LinkButton>
          {counts.others > 0 && (
            <Button
              look="quiet"
              onClick={() => document.getElementById('others')?.scrollIntoView({ block: 'start' })}
            >
              {words.viewOthers(counts.others)}
            </Button>
          )}
        </div>
      </div>
      <LastJoined {...summary} />
    </Panel>
  )
}

interface NodesSentenceProps {
  readonly counts: BoardCounts
  readonly words: Messages['board']['empty']['live']
}

/** Sentence about Nodes; absent while they were not read. */
function NodesSentence({ counts, words }: NodesSentenceProps) {
  const isKnown = emptiness(useFeed().sources.nodes.state) === 'known'
  const { nodes, notReady, withoutExecAndLogs } = counts
  if (nodes === 0) return isKnown ? words.noNodes : null
  if (notReady > 0) return words.notReady(notReady, nodes)
  switch (execAndLogsOfNodes(counts)) {
    case 'unavailable':
      return <Words text={words.execUnavailable(withoutExecAndLogs)} />
    case 'available':
      return <Words text={words.fine(nodes)} />
    default:
      return words.ready(nodes)
  }
}

/** The machines that joined last, and the serving certificates that end next. */
function LastJoined({ lastJoined, firstEnd }: Pick<Summary, 'lastJoined' | 'firstEnd'>) {
  const messages = useMessages()
  const { board, times } = messages
  const words = board.empty
  const now = useNow(60_000)
  const end = Date.parse(firstEnd?.at ?? '')
  return (
    <div className="border-line-soft p-6 max-wide:border-t max-tablet:px-5 wide:border-l">
      <h3 className="mb-2.5 text-xs text-fg-3">{words.lastJoined}</h3>
      <ul>
        {lastJoined.map((machine) => (
          <li key={machine.name} className="flex items-start gap-2.5 py-1.5">
            <Icon of={CircleCheck} className="mt-0.5 text-good-fg" />
            <div className="min-w-0">
              <MachineLink name={machine.name} />
              <p className="text-fg-3">{joinedWords(machine, now, messages)}</p>
            </div>
          </li>
        ))}
        {lastJoined.length === 0 && <li className="text-fg-2">{words.noneJoined}</li>}
        {firstEnd !== null && end > now && (
          <li className="flex items-start gap-2.5 py-1.5 text-fg-2">
            <Icon of={History} className="mt-0.5" />
            <span>{words.renewal(times.span((end - now) / 1_000), firstEnd.nodes)}</span>
          </li>
        )}
      </ul>
    </div>
  )
}

function joinedWords(machine: JoinedMachine, now: number, { board, times }: Messages): string {
  const joinedAt = times.moment(Date.parse(machine.joinedAt ?? ''), now)
  const took = secondsToJoin(machine)
  return took === null ? joinedAt : board.empty.afterFirstRequest(joinedAt, times.longSpan(took))
}
