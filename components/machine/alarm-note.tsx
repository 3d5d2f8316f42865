import { ShieldAlert } from 'lucide-react'
import Link from 'next/link'
import { type ReactNode, useState } from 'react'
import { ConfirmWrite } from '#components/decide/confirm-write.tsx'
import { ProblemWords } from '#components/machine/problem-words.tsx'
import { useDeciderWords, whatOf } from '#components/machines/alarm-line.tsx'
import { useReasonWords } from '#components/machines/reason-line.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { decisionsPath, requestPath } from '#components/shell/routes.ts'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { inlineLook } from '#components/ui/link-look.ts'
import { Note } from '#components/ui/note.tsx'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import {
  ColumnHead,
  RowHead,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
} from '#components/ui/table.tsx'
import { checkTitle } from '#lib/messages/check-words.ts'
import { useDismissAlarm } from '#lib/query/alarm.ts'
import type {
  AlarmDetail,
  CertificateDifference,
  MachineDetail,
  RequestDetail,
} from '#lib/query/domain-types.ts'
import { useNow } from '#lib/query/live.ts'

/** On a machine's page: its newest alarm of each kind. */
export function MachineAlarms({ detail }: { readonly detail: MachineDetail }) {
  const [asked, setAsked] = useState<AlarmDetail | null>(null)
  const { alarms, machine, unlisted } = detail
  return (
    <>
      {alarms.map((alarm) => (
        <MachineAlarm
          key={alarm.kind}
          alarm={alarm}
          machine={machine.name}
          mayBeThere={unlisted > 0 || machine.requests.some(({ uid }) => uid === alarm.uid)}
          onDismiss={() => setAsked(alarm)}
        />
      ))}
      {asked !== null && (
        <DismissAlarm machine={machine.name} alarm={asked} onClose={() => setAsked(null)} />
      )}
    </>
  )
}

interface MachineAlarmProps {
  readonly alarm: AlarmDetail
  readonly machine: string
  /** Whether the request may be listed. */
  readonly mayBeThere: boolean
  readonly onDismiss: () => void
}

function MachineAlarm({ alarm, machine, mayBeThere, onDismiss }: MachineAlarmProps) {
  const { alarm: words } = useMessages()
  const isIssued = alarm.kind === 'issuedOtherwise'
  const action = (
    <>
      {mayBeThere && (
        <LinkButton href={requestPath(alarm.uid)} size="small">
          {words.viewRequest}
        </LinkButton>
      )}
      <Button size="small" onClick={onDismiss}>
        {words.dismiss}
      </Button>
    </>
  )
  const kept = alarm.since !== null && (
    <p className="mt-2">
      <Words
        text={isIssued ? words.kept : words.against.kept}
        blanks={{ since: <KnownSince at={alarm.since} /> }}
      />
    </p>
  )
  if (!isIssued) {
    return (
      <ApprovedAgainst alarm={alarm} machine={machine} action={action}>
        {kept}
      </ApprovedAgainst>
    )
  }
  const { request, differences } = alarm
  return (
    <Told request={request} differences={differences} title={words.title} action={action}>
      {kept}
    </Told>
  )
}

interface ApprovedAgainstProps {
  readonly alarm: Extract<AlarmDetail, { readonly kind: 'approvedAgainst' }>
  readonly machine: string
  readonly action: ReactNode
  readonly children: ReactNode
}

/** Names the person or program that approved, the failed checks, and the remedy. */
function ApprovedAgainst({ alarm, machine, action, children }: ApprovedAgainstProps) {
  const { alarm: words, checks } = useMessages()
  const { against } = words
  const { words: reason, blanks } = useReasonWords(alarm.reason)
  const who = useDeciderWords(alarm)
  const titles = alarm.failing.map((code) => checkTitle(checks.table, code))
  return (
    <div role="alert">
      <Note
        className="mb-4"
        icon={ShieldAlert}
        tone="bad"
        title={against.title[alarm.verdict]}
        action={action}
      >
        <p>
          <Words
            text={against.text}
            blanks={{ name: alarm.request, who, checks: titles.join(', ') }}
          />{' '}
          <Words text={reason?.summary ?? checks.untold} blanks={blanks} />
        </p>
        <p className="mt-2">
          <Words
            text={against.remedy}
            blanks={{
              decisions: (
                <Link href={decisionsPath(machine)} className={inlineLook}>
                  {against.decisions}
                </Link>
              ),
            }}
          />
        </p>
        {children}
      </Note>
    </div>
  )
}

function KnownSince({ at }: { readonly at: string }) {
  const { times } = useMessages()
  return <time dateTime={at}>{times.moment(Date.parse(at), useNow())}</time>
}

interface DismissAlarmProps {
  readonly machine: string
  readonly alarm: AlarmDetail
  readonly onClose: () => void
}

function DismissAlarm({ machine, alarm: { uid, kind }, onClose }: DismissAlarmProps) {
  const { alarm } = useMessages()
  const dismiss = useDismissAlarm()
  return (
    <ConfirmWrite
      look="danger"
      title={alarm.dismissTitle}
      text={kind === 'issuedOtherwise' ? alarm.dismissText : alarm.against.dismissText}
      confirm={alarm.confirmDismiss}
      writing={alarm.dismissing}
      outcomes={{
        saved: alarm.dismissed,
        failed: alarm.notDismissed,
        unknown: alarm.notDismissed,
      }}
      write={async () => {
        const failure = await dismiss(machine, uid, kind)
        const { detail, causes } = failure ?? { detail: null, causes: [] }
        return { outcome: failure === null ? 'saved' : 'failed', detail, causes }
      }}
      onClose={onClose}
    />
  )
}

/** On a request's page: what was asked for, and what was issued for it. */
export function RequestAlarm({ request }: { readonly request: RequestDetail }) {
  const { alarm } = useMessages()
  if (request.differences.length === 0) return null
  return (
    <Told request={request.name} differences={request.differences} title={alarm.titleRequest} />
  )
}

interface ToldProps {
  /** Its name. */
  readonly request: string
  readonly differences: readonly CertificateDifference[]
  readonly title: string
  readonly action?: ReactNode
  readonly children?: ReactNode
}

/** Requested and issued contents, their meaning and the remedy; announced as soon as it appears. */
function Told({ request, differences, title, action, children }: ToldProps) {
  const { alarm } = useMessages()
  // An unreadable certificate has nothing to compare.
  const told = differences.filter(({ asked, issued }) => asked.length + issued.length > 0)
  return (
    <div role="alert">
      <Note className="mb-4" icon={ShieldAlert} tone="bad" title={title} action={action}>
        <Words text={told.length > 0 ? alarm.text : alarm.unreadable} blanks={{ name: request }} />
        {told.length > 0 ? <Differences differences={told} /> : ' '}
        {alarm.remedy}
        {children}
      </Note>
    </div>
  )
}

const cell = 'min-w-0 py-1.5 pr-4 text-left align-top font-normal'
/** On phones what it is stands above both: three columns would cut names in pieces. */
const row = 'border-b border-bad-edge max-tablet:grid max-tablet:grid-cols-2'

function Differences({ differences }: { readonly differences: readonly CertificateDifference[] }) {
  const { alarm } = useMessages()
  return (
    <ScrollRegion label={alarm.table} className="my-2">
      <Table
        aria-label={alarm.table}
        className="w-full max-w-[880px] border-collapse max-tablet:block"
      >
        <TableHead className="max-tablet:block">
          <TableRow className={`${row} text-xs text-fg-2`}>
            {[alarm.what, alarm.asked, alarm.issued].map((head, index) => (
              <ColumnHead
                key={head}
                className={classNames(cell, index === 0 && 'max-tablet:sr-only')}
              >
                {head}
              </ColumnHead>
            ))}
          </TableRow>
        </TableHead>
        <TableBody className="text-fg max-tablet:block">
          {differences.map(({ what, asked, issued }) => (
            <TableRow key={what} className={`${row} last:border-b-0`}>
              <RowHead
                className={`${cell} whitespace-nowrap max-tablet:col-span-2 max-tablet:pb-0 max-tablet:text-xs max-tablet:text-fg-2`}
              >
                {whatOf(alarm.whats, what) ?? alarm.untold}
              </RowHead>
              <TableCell className={cell}>
                <Values values={asked} others={issued} what={what} />
              </TableCell>
              <TableCell className={cell}>
                <Values values={issued} others={asked} what={what} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </ScrollRegion>
  )
}

/** So many are drawn; a request may ask for a thousand names. Those that differ come first. */
const SHOWN = 20

interface ValuesProps {
  readonly values: readonly string[]
  readonly others: readonly string[]
  readonly what: string
}

function Values({ values, others, what }: ValuesProps) {
  const { alarm } = useMessages()
  if (values.length === 0) return <span className="text-fg-2">{alarm.none}</span>
  const odd = values.filter((value) => !others.includes(value))
  const shown = [...odd, ...values.filter((value) => others.includes(value))].slice(0, SHOWN)
  return (
    <span className="grid gap-0.5">
      {shown.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same value may stand there twice
        <span key={index} className={index < odd.length ? 'font-semibold text-bad-fg' : ''}>
          {what === 'unreadable' ? (
            <Problem text={value} />
          ) : (
            <ClusterText
              text={what === 'lifetime' ? alarm.seconds(value) : value}
              truncate="none"
            />
          )}
        </span>
      ))}
      {values.length > SHOWN && <span className="text-fg-2">+{values.length - SHOWN}</span>}
    </span>
  )
}

/** A problem of the reader's: its code and, after a space, where or what. */
function Problem({ text }: { readonly text: string }) {
  const [code = '', ...rest] = text.split(' ')
  return <ProblemWords code={code} detail={rest.join(' ')} />
}
