'use client'

import { Ban, CircleX } from 'lucide-react'
import { purposeOf } from '#components/decide/target.ts'
import { Line } from '#components/machines/reason-line.tsx'
import { useMessages } from '#components/messages.tsx'
import { secondsSince } from '#components/shell/connection-state.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { moment } from '#lib/messages/time.ts'
import { useNow } from '#lib/query/live.ts'
import type { ListedMachine, ListedRequest } from '#lib/query/wire.ts'

/** Longer than these, in seconds, and the silence itself is worth a word. */
const SIGNER_PATIENCE = 60
const SERVING_PATIENCE = 120

interface ProgressProps {
  readonly machine: ListedMachine
}

/** Beside a machine that is on its way: whose move it is, and since when it is too long. */
export function Progress({ machine }: ProgressProps) {
  const { board } = useMessages()
  const now = useNow(5_000)
  const words = board.row
  const waited = secondsSince(machine.stageSince, now) ?? 0
  const last = lastDecided(machine)

  if (machine.stage === 'failed') {
    return (
      <TwoLines
        first={
          <span className="inline-flex items-center gap-1.5 font-medium text-bad-fg">
            <Icon of={CircleX} className="size-[15px]" />
            {words.failed}
          </span>
        }
        second={last?.failure ?? null}
        strange
      />
    )
  }
  if (machine.stage === 'denied') {
    const at = last?.decidedAt ?? null
    return (
      <TwoLines
        first={
          <span className="inline-flex items-center gap-1.5 font-medium text-fg-2">
            <Icon of={Ban} className="size-[15px]" />
            {words.denied}
          </span>
        }
        second={at !== null && last?.decidedBy != null ? words.deniedBy : words.deniedHint}
        blanks={{ by: last?.decidedBy ?? '', time: moment(Date.parse(at ?? ''), now) }}
      />
    )
  }
  if (machine.waitingForSigner) {
    const purpose = purposeOf(last?.signerName ?? '') === 'serving' ? 'serving' : 'client'
    const by = last?.decidedBy ?? null
    return (
      <TwoLines
        first={by === null ? words.approved[purpose] : words.approvedBy[purpose]}
        second={waited > SIGNER_PATIENCE ? words.signerSilent : words.signerWaits}
        blanks={{ by: by ?? '' }}
        late={waited > SIGNER_PATIENCE}
      />
    )
  }
  if (machine.stage === 'clientIssued') {
    return (
      <TwoLines
        first={words.servingNext}
        second={waited > SERVING_PATIENCE ? words.servingLate : words.servingNextHint}
        late={waited > SERVING_PATIENCE}
      />
    )
  }
  const problem = machine.node?.problem ?? null
  return (
    <TwoLines
      first={words.waitingForReady}
      second={machine.node === null ? words.noNodeYet : problem}
      strange={machine.node !== null}
    />
  )
}

/** Beside one that has joined: when, how long it took, and whether it can be worked with. */
export function Joined({ machine }: ProgressProps) {
  const { board } = useMessages()
  const now = useNow(60_000)
  const joinedAt = Date.parse(machine.joinedAt ?? '')
  const firstRequest = Math.min(
    ...machine.requests.map(({ createdAt }) => Date.parse(createdAt)).filter(Number.isFinite),
  )
  const took = (joinedAt - firstRequest) / 1_000
  const sensible = Number.isFinite(took) && took >= 0 && took < 86_400
  return (
    <TwoLines
      first={board.row.joined(moment(joinedAt, now), sensible ? took : null)}
      second={board.row.execAndLogs[machine.execAndLogs]}
    />
  )
}

interface TwoLinesProps {
  readonly first: React.ReactNode
  readonly second: string | null
  readonly blanks?: Readonly<Record<string, string>>
  /** The second line is the cluster's own text, not the catalogue's. */
  readonly strange?: boolean
  readonly late?: boolean
}

function TwoLines({ first, second, blanks = {}, strange = false, late = false }: TwoLinesProps) {
  return (
    <div className="grid min-w-0 leading-[18px]">
      {typeof first === 'string' ? (
        <Line text={first} blanks={blanks} className="text-fg-2" />
      ) : (
        first
      )}
      {second !== null && second !== '' && (
        <Line
          text={strange ? '{text}' : second}
          blanks={strange ? { text: second } : blanks}
          className={late ? 'text-xs text-warn-fg' : 'text-xs text-fg-3'}
        />
      )}
    </div>
  )
}

/** Of the request that the machine's stage is about. */
function lastDecided(machine: ListedMachine): ListedRequest | null {
  let latest: ListedRequest | null = null
  for (const request of machine.requests) {
    const at = request.decidedAt ?? (request.failure === null ? null : request.createdAt)
    if (at === null) continue
    if (latest === null || at > (latest.decidedAt ?? latest.createdAt)) latest = request
  }
  return latest
}
