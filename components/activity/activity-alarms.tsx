import { ShieldAlert } from 'lucide-react'
import Link from 'next/link'
import { KnownSince } from '#components/alarm/alarm-note.tsx'
import { useDismissing } from '#components/alarm/dismiss-alarm.tsx'
import { AlarmReason, AlarmTitle, useDeciderWords } from '#components/machines/alarm-line.tsx'
import { MachineLink, RequestLink } from '#components/machines/row-links.tsx'
import { MACHINES_PATH, machinePath, requestPath } from '#components/shell/routes.ts'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { inlineLook } from '#components/ui/link-look.ts'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { visible } from '#lib/csr/escape.ts'
import { type AlarmDetail, alarmKey } from '#lib/csr/rows/rows.ts'
import { useAnswer } from '#lib/query/live.ts'
import { listQuery } from '#lib/query/queries.ts'

/** Alarms in full on this page; the others are on the board. */
const FIRST = { from: 0, to: 5 } as const

/**
 * Alarms above the decisions, until a person dismisses them, and the number dropped for newer ones.
 */
export function ActivityAlarms({ isRecorded }: { readonly isRecorded: boolean }) {
  const { alarm: words } = useMessages()
  const { ask, dialog } = useDismissing()
  const { answer } = useAnswer((client) => listQuery(client, 'alarms', {}, FIRST))
  const { rows = [], total = 0 } = answer ?? {}
  const dropped = answer?.counts.dropped ?? 0
  return (
    <>
      {rows.length + dropped > 0 && (
        <section aria-label={words.section} className="mb-4 grid grid-cols-1 gap-2">
          {rows.map((alarm) => (
            <ActivityAlarm key={alarmKey(alarm)} alarm={alarm} onDismiss={() => ask(alarm)} />
          ))}
          {total > rows.length && (
            <Link href={MACHINES_PATH} className={inlineLook}>
              {words.more(total - rows.length)}
            </Link>
          )}
          {dropped > 0 && (
            <p>
              <Sentences>
                {words.dropped(dropped)}
                {isRecorded && words.droppedRecorded}
              </Sentences>
            </p>
          )}
        </section>
      )}
      {dialog}
    </>
  )
}

interface ActivityAlarmProps {
  readonly alarm: AlarmDetail
  readonly onDismiss: () => void
}

function ActivityAlarm({ alarm, onDismiss }: ActivityAlarmProps) {
  const { alarm: words, board, common } = useMessages()
  const { uid, request, machine, since } = alarm
  return (
    <Note
      icon={ShieldAlert}
      tone="bad"
      title={<AlarmTitle alarm={alarm} />}
      action={
        <>
          <LinkButton
            href={machine === null ? requestPath(uid) : machinePath(machine)}
            size="small"
            aria-label={board.others.review(visible(machine ?? request))}
          >
            {common.actions.review}
          </LinkButton>
          <Button size="small" onClick={onDismiss}>
            {words.dismiss}
          </Button>
        </>
      }
    >
      <p className="flex min-w-0 flex-wrap gap-x-3">
        <RequestLink uid={uid} name={request} />
        {machine === null ? board.row.unnamed : <MachineLink name={machine} />}
      </p>
      <p className="flex min-w-0 flex-wrap gap-x-3">
        <span className="flex min-w-0 text-bad-fg empty:hidden">
          <AlarmReason alarm={alarm} />
        </span>
        {alarm.kind === 'approvedAgainst' && <ApprovedBy alarm={alarm} />}
        {since !== null && (
          <span>
            <Words text={words.knownSince} blanks={{ since: <KnownSince at={since} /> }} />
          </span>
        )}
      </p>
    </Note>
  )
}

function ApprovedBy({ alarm }: { readonly alarm: Parameters<typeof useDeciderWords>[0] }) {
  const { against } = useMessages().alarm
  return (
    <span>
      <Words text={against.by} blanks={{ who: useDeciderWords(alarm) }} />
    </span>
  )
}
