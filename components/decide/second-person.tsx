import { UserRoundCheck, UsersRound } from 'lucide-react'
import { Line } from '#components/reason-line.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import { useNow } from '#lib/query/live.ts'

type SecondPerson = NonNullable<RequestRow['secondPerson']>
type Proposal = NonNullable<SecondPerson['proposal']>
/** State of a proposal for the viewer now. */
export type ProposalState = 'none' | 'counts' | 'own' | 'uncounted'

/** The state of the proposal by the server's clock, like every countdown. */
export function useProposalState(secondPerson: SecondPerson | null): ProposalState {
  const now = useNow(10_000)
  const proposal = secondPerson?.proposal ?? null
  return proposal === null ? 'none' : stateOf(proposal, now)
}

/**
 * An expired proposal is shown as none, whatever person made it. An unreviewed one counts until the second
 * approval shows whether it is final.
 */
function stateOf({ until, uncounted }: Proposal, now: number): ProposalState {
  const state = uncounted === null || uncounted === 'unreviewed' ? 'counts' : uncounted
  if (state !== 'counts' && state !== 'own') return 'uncounted'
  return now >= Date.parse(until) ? 'none' : state
}

function useAgo(at: string): string {
  const { board } = useMessages()
  const now = useNow(10_000)
  return board.row.ago(Math.max(0, (now - Date.parse(at)) / 1_000))
}

/** Such as "Needs another person: proposed by alice 4 min ago"; replaces the row's reason. */
export function SecondPersonLine({ secondPerson }: { readonly secondPerson: SecondPerson }) {
  const { twoPeople } = useMessages()
  const state = useProposalState(secondPerson)
  const { proposal } = secondPerson
  const ago = useAgo(proposal?.at ?? '')
  const words = twoPeople.line[state]
  return (
    <Line
      text={typeof words === 'string' ? words : words(ago)}
      blanks={{ by: proposal?.by ?? '' }}
      className="text-xs text-warn-fg"
    />
  )
}

interface SecondPersonNoteProps {
  readonly secondPerson: SecondPerson
  readonly className?: string
}

/** Note about the second person: the reason, the proposer, and the next step. */
export function SecondPersonNote({ secondPerson, className }: SecondPersonNoteProps) {
  const { twoPeople, times } = useMessages()
  const state = useProposalState(secondPerson)
  const now = useNow(10_000)
  const { because, proposal } = secondPerson
  const ago = useAgo(proposal?.at ?? '')
  const title = twoPeople.title[state]
  const blanks = { by: proposal?.by ?? '' }
  const standing = state === 'counts' || state === 'own' ? state : null
  return (
    <Note
      icon={standing === null ? UsersRound : UserRoundCheck}
      tone="warn"
      title={<Words text={typeof title === 'string' ? title : title(ago)} blanks={blanks} />}
      {...(className === undefined ? {} : { className })}
    >
      <p>{twoPeople.because[because]}</p>
      {state === 'uncounted' && proposal !== null && proposal.uncounted !== null && (
        <p>
          <Words text={twoPeople.uncounted[proposal.uncounted]} />
        </p>
      )}
      <p>
        {state === 'counts' && proposal?.uncounted === 'unreviewed'
          ? twoPeople.uncounted.unreviewed
          : twoPeople.next[state === 'uncounted' ? 'none' : state]}
      </p>
      {standing !== null && proposal !== null && (
        <>
          <p className="mt-1 text-fg">
            {proposal.note === '' ? (
              twoPeople.noNote[standing]
            ) : (
              <Words text={twoPeople.note[standing]} blanks={{ note: proposal.note }} />
            )}
          </p>
          <p className="mt-1 text-xs">
            <Sentences>
              {twoPeople.until(times.moment(Date.parse(proposal.until), now))}
              <Words
                text={twoPeople.takeBack}
                blanks={{ name: <ClusterText text={proposal.name} truncate="none" /> }}
              />
            </Sentences>
          </p>
        </>
      )}
    </Note>
  )
}
