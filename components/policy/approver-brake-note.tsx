import { OctagonPause } from 'lucide-react'
import { useState } from 'react'
import { ConfirmWrite } from '#components/decide/confirm-write.tsx'
import { offToWrite } from '#components/policy/kill-switch.tsx'
import { Button } from '#components/ui/button.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { useReleaseBrake } from '#lib/query/document-queries.ts'
import { useNow } from '#lib/query/live.ts'
import type { PolicyAnswer } from '#lib/wire/policy-answers.ts'

/** Names listed; further ones are counted. */
const LISTED = 5

/** The limits at which the brake stopped the approver, until a person releases the brake. */
export function ApproverBrakeNote({ answer }: { readonly answer: PolicyAnswer }) {
  const { policy, times } = useMessages()
  const { approver: texts, pause } = policy
  const [asked, setAsked] = useState(false)
  const now = useNow(60_000)
  const release = useReleaseBrake()
  const mayEdit = answer.document === null ? false : answer.document.mayEdit
  const trips = answer.approver.trips
  if (trips.length === 0) return null
  return (
    <>
      <Note
        icon={OctagonPause}
        tone="warn"
        title={texts.brake}
        className="mb-4"
        action={
          <Button size="small" off={offToWrite(mayEdit, pause)} onClick={() => setAsked(true)}>
            {texts.release}
          </Button>
        }
      >
        <p>{texts.brakeText}</p>
        <ul>
          {trips.slice(0, LISTED).map(({ scope, name, at }) => (
            <li key={`${scope} ${name}`}>
              <Words text={texts.trips[scope]} blanks={{ name }} />{' '}
              <time dateTime={at}>{texts.at(times.moment(Date.parse(at), now))}</time>
            </li>
          ))}
          {trips.length > LISTED && <li>{texts.more(trips.length - LISTED)}</li>}
        </ul>
      </Note>
      {asked && (
        <ConfirmWrite
          look="primary"
          title={texts.releaseTitle}
          text={texts.releaseText}
          confirm={texts.confirm}
          writing={pause.writing}
          outcomes={{ saved: texts.released, failed: texts.failed, unknown: texts.unknown }}
          write={release}
          onClose={() => setAsked(false)}
        />
      )}
    </>
  )
}
