import { Ban, CircleX } from 'lucide-react'
import { SecondPersonLine } from '#components/decide/second-person.tsx'
import { nextRequest, purposeOf, targetOf } from '#components/decide/target.ts'
import { useWhose, type Whose } from '#components/decide/whose.ts'
import { AlarmBelow, AlarmLine } from '#components/machines/alarm-line.tsx'
import type { HeldRow } from '#components/machines/board-order.ts'
import { nodeSays, useHoldShort, WaitReason } from '#components/machines/hold-line.tsx'
import { type Judged, VerdictLink } from '#components/machines/verdict-card.tsx'
import { Line, WarningLine } from '#components/reason-line.tsx'
import { IconText } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { isLate } from '#lib/csr/rows/hold-findings.ts'
import { DAY_SECONDS } from '#lib/csr/units-of-time.ts'
import type { Messages } from '#lib/messages/catalogue.ts'
import { useNow } from '#lib/query/live.ts'
import { useFollowed } from '#lib/query/run-queries.ts'
import type { JoinedMachine, MachineListRow, RequestListRow } from '#lib/wire/views.ts'

/** The verdict of a row that waits; otherwise its machine's alarm or progress. */
export function VerdictOrProgress({ row: { item, gone } }: { readonly row: HeldRow }) {
  const { board } = useMessages()
  if (gone) return <Line text={board.row.gone} className="text-fg-2" />
  if (item.kind === 'alarm') return <AlarmLine alarm={item.alarm} />
  if (item.kind === 'request')
    return (
      <VerdictAndReason
        {...item.request}
        of={{ kind: 'request', uid: item.request.uid }}
        hold={null}
        alarm={null}
      />
    )
  const { machine } = item
  if (machine.waiting) {
    const secondPerson = nextRequest(targetOf(machine))?.secondPerson ?? null
    // A returning machine shows since when its Node is silent: that matters more than the warning.
    const warning = machine.rebootstrapping ? null : machine.warning
    return (
      <VerdictAndReason
        {...machine}
        of={{ kind: 'machine', name: machine.name }}
        warning={warning}
        secondPerson={secondPerson}
      />
    )
  }
  if (machine.alarm !== null) return <AlarmLine alarm={machine.alarm} count={machine.alarmCount} />
  return machine.stage === 'ready' ? <Joined machine={machine} /> : <Progress machine={machine} />
}

interface VerdictAndReasonProps
  extends Pick<MachineListRow, 'verdict' | 'reason' | 'hold' | 'alarm'>,
    Pick<RequestListRow, 'secondPerson'> {
  readonly warning?: MachineListRow['warning']
  readonly alarmCount?: number
  readonly of: Judged
}

/** An open proposal is shown instead of the reason that two people are needed. */
function VerdictAndReason(props: VerdictAndReasonProps) {
  const { of, verdict, reason, warning = null, hold, secondPerson, alarm, alarmCount = 1 } = props
  const proposed = secondPerson !== null && secondPerson.proposal !== null
  return (
    <div className="grid min-w-0 justify-items-start leading-[18px]">
      {verdict !== null && <VerdictLink verdict={verdict} of={of} />}
      {alarm !== null ? (
        <AlarmBelow alarm={alarm} count={alarmCount} />
      ) : proposed ? (
        <SecondPersonLine secondPerson={secondPerson} />
      ) : warning !== null ? (
        <WarningLine warning={warning} className="text-xs" />
      ) : (
        <WaitReason hold={hold} reason={reason} verdict={verdict} className="text-xs text-fg-3" />
      )}
    </div>
  )
}

interface ProgressProps {
  readonly machine: MachineListRow
}

/** Progress of a machine on its way: who must act next, and since when that is late. */
function Progress({ machine }: ProgressProps) {
  const { board, times } = useMessages()
  const now = useNow(5_000)
  const followed = useFollowed(machine.name)
  const whose = useWhose()
  const words = board.row
  const last = machine.lastDecided
  const by = last?.decidedBy ?? null
  const { hold } = machine
  const says = nodeSays(hold, machine.nodeProblem)
  const short = useHoldShort(hold)
  const second = {
    second: says === null ? short : '{says}',
    blanks: { ...hold?.values, says: says ?? '', by: by ?? '' },
    late: hold !== null && isLate(hold),
  }

  if (machine.stage === 'failed') {
    return (
      <TwoLines
        {...second}
        first={
          <IconText of={CircleX} className="font-medium text-bad-fg">
            {words.failed}
          </IconText>
        }
      />
    )
  }
  if (machine.stage === 'denied') {
    const at = last?.decidedAt ?? null
    const note = last?.decisionNote ?? null
    return (
      <TwoLines
        first={
          <IconText of={Ban} className="font-medium text-fg-2">
            {words.denied}
          </IconText>
        }
        second={(at === null ? null : deniedWords(words, by, note)) ?? second.second}
        blanks={{
          by: by ?? '',
          note: note ?? '',
          time: times.moment(Date.parse(at ?? ''), now),
        }}
      />
    )
  }
  const isServing = purposeOf(last?.signerName ?? '') === 'serving'
  const purpose = isServing ? 'serving' : 'client'
  const first = machine.waitingForSigner
    ? words[by === null ? 'approved' : 'approvedBy'][purpose]
    : machine.stage === 'clientIssued'
      ? words.servingNext
      : words.waitingForReady
  // A late party is shown first; otherwise the fate of the serving request that is still to come.
  const servingIsNext = machine.waitingForSigner ? !isServing : machine.stage === 'clientIssued'
  const follows =
    servingIsNext && !second.late ? followWords(words, followed, whose, times, now) : null
  return <TwoLines {...second} first={first} second={follows ?? second.second} />
}

/** Fate of a machine's serving request when it arrives. */
function followWords(
  { serving }: Messages['board']['row'],
  followed: ReturnType<typeof useFollowed>,
  whose: Whose,
  times: Messages['times'],
  now: number,
): string {
  if (followed === null) return serving.unfollowed[whose]
  if (followed === 'perhaps') return serving.perhaps
  return serving.followed(times.moment(followed, now))
}

/** Words about the last denial; null where none is known. */
function deniedWords(
  words: Messages['board']['row'],
  by: string | null,
  note: string | null,
): string | null {
  if (note === null) return by === null ? null : words.deniedBy
  return by === null ? words.deniedWith : words.deniedByWith
}

/**
 * Progress of a machine that has joined: when, how long it took, and whether `exec` and `logs`
 * work.
 */
function Joined({ machine }: ProgressProps) {
  const { board, times } = useMessages()
  const now = useNow(60_000)
  const joinedAt = times.moment(Date.parse(machine.joinedAt ?? ''), now)
  return (
    <TwoLines
      first={board.row.joined(joinedAt, secondsToJoin(machine))}
      second={board.row.execAndLogs[machine.execAndLogs]}
    />
  )
}

/**
 * Seconds from the first request to the join; null where unknown, or where they are of different
 * joins.
 */
export function secondsToJoin({ joinedAt, firstRequestAt }: JoinedMachine): number | null {
  const took = (Date.parse(joinedAt ?? '') - Date.parse(firstRequestAt ?? '')) / 1_000
  return took >= 0 && took < DAY_SECONDS ? took : null
}

interface TwoLinesProps {
  readonly first: React.ReactNode
  readonly second: string | null
  readonly blanks?: Readonly<Record<string, string>>
  readonly late?: boolean
}

function TwoLines({ first, second, blanks = {}, late = false }: TwoLinesProps) {
  return (
    <div className="grid min-w-0 leading-[18px]">
      {typeof first === 'string' ? (
        <Line text={first} blanks={blanks} className="text-fg-2" />
      ) : (
        first
      )}
      {second !== null && second !== '' && (
        <Line
          text={second}
          blanks={blanks}
          className={late ? 'text-xs text-warn-fg' : 'text-xs text-fg-3'}
        />
      )}
    </div>
  )
}
