import { CircleX, ClockAlert, LogOut, type LucideIcon, TriangleAlert } from 'lucide-react'
import { useMessages } from '#components/messages.tsx'
import { Note, type Tone } from '#components/ui/note.tsx'
import type { SignInReason } from '#lib/query/session.ts'

const FAILED = ['cancelled', 'refused', 'unreachable', 'notTaken', 'slowDown', 'notReady'] as const
/** Why a sign-in at the provider failed, as the server puts it into the address. */
export type Failed = (typeof FAILED)[number]

/** Null where the address tells of no failed sign-in. */
export function failedIn(search: string): Failed | null {
  const code = new URLSearchParams(search).get('signIn')
  return FAILED.find((known) => known === code) ?? null
}

const LOOKS: Record<Failed | SignInReason, { readonly icon: LucideIcon; readonly tone: Tone }> = {
  cancelled: { icon: CircleX, tone: 'plain' },
  refused: { icon: TriangleAlert, tone: 'bad' },
  unreachable: { icon: TriangleAlert, tone: 'bad' },
  notTaken: { icon: TriangleAlert, tone: 'bad' },
  slowDown: { icon: ClockAlert, tone: 'warn' },
  notReady: { icon: TriangleAlert, tone: 'bad' },
  ended: { icon: ClockAlert, tone: 'warn' },
  byPerson: { icon: LogOut, tone: 'plain' },
}

interface SignInNoteProps {
  readonly failed: Failed | null
  readonly reason: SignInReason | null
}

/** Why a person has to sign in again: the sign-in that failed, else the session that is over. */
export function SignInNote({ failed, reason }: SignInNoteProps) {
  const { signIn } = useMessages()
  const why = failed ?? reason
  if (why === null) return null
  const { title, text } = why === 'ended' || why === 'byPerson' ? signIn[why] : signIn.failed[why]
  return (
    <div role="alert" className="mt-4">
      <Note {...LOOKS[why]} title={title}>
        {text}
      </Note>
    </div>
  )
}
