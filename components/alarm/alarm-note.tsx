import { ShieldAlert } from 'lucide-react'
import Link from 'next/link'
import type { ComponentProps } from 'react'
import { useDismissing } from '#components/alarm/dismiss-alarm.tsx'
import { useDeciderWords, whatOf } from '#components/machines/alarm-line.tsx'
import { ProblemWords } from '#components/problem-words.tsx'
import { useReasonWords } from '#components/reason-line.tsx'
import { decisionsPath, requestPath } from '#components/shell/routes.ts'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { inlineLook } from '#components/ui/link-look.ts'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import {
  ColumnHeads,
  RowHead,
  Table,
  TableBody,
  TableCell,
  TableRow,
} from '#components/ui/table.tsx'
import type { CertificateDifference } from '#lib/csr/model.ts'
import type { AlarmDetail, MachineDetail, RequestDetail } from '#lib/csr/rows/rows.ts'
import { checkTitle } from '#lib/messages/grammar/check-words.ts'
import { useAnswer, useNow } from '#lib/query/live.ts'
import { listQuery } from '#lib/query/queries.ts'

/** On a machine's page: its gravest alarm of each kind, and the number of others. */
export function MachineAlarms({ detail }: { readonly detail: MachineDetail }) {
  const { alarm: words } = useMessages()
  const { alarms, moreAlarms, machine, unlisted } = detail
  return (
    <>
      <AlarmNotes
        alarms={alarms}
        page="machine"
        isListed={({ uid }) => unlisted > 0 || machine.requests.some((one) => one.uid === uid)}
      />
      {moreAlarms > 0 && <p className="mb-4 font-medium text-bad-fg">{words.others(moreAlarms)}</p>}
    </>
  )
}

interface RequestAlarmsProps {
  readonly uid: string
  /** The request as the cluster has it; null once it is gone. */
  readonly request: RequestDetail | null
}

/** On a request's page: its alarms, or what was issued otherwise after its alarm was dismissed. */
export function RequestAlarms({ uid, request }: RequestAlarmsProps) {
  const { answer, problem } = useAnswer((client) => listQuery(client, 'alarms', { uid }, {}))
  if (answer === null && problem === null) return null
  const alarms = answer?.rows ?? []
  const isRaised = alarms.some(({ kind }) => kind === 'issuedOtherwise')
  return (
    <>
      <AlarmNotes alarms={alarms} page="request" />
      {request !== null && !isRaised && <RequestAlarm request={request} />}
    </>
  )
}

/** Requested and issued contents of a listed request. */
export function RequestAlarm({ request }: { readonly request: RequestDetail }) {
  const { alarm: words } = useMessages()
  const { name, nodeName, differences } = request
  if (differences.length === 0) return null
  return (
    <AlarmNote title={words.titleRequest}>
      <Issued request={name} differences={differences} isAlone={nodeName === null} />
    </AlarmNote>
  )
}

interface AlarmNotesProps {
  readonly alarms: readonly AlarmDetail[]
  readonly page: 'machine' | 'request'
  /** Whether the request may be listed: then the alarm links to it. */
  readonly isListed?: (alarm: AlarmDetail) => boolean
}

function AlarmNotes({ alarms, page, isListed = () => false }: AlarmNotesProps) {
  const { alarm: words } = useMessages()
  const { ask, dialog } = useDismissing()
  const title = page === 'machine' ? 'title' : 'titleRequest'
  return (
    <>
      {alarms.map((alarm) => {
        const isAlone = alarm.machine === null
        const isAgainst = alarm.kind === 'approvedAgainst'
        const kept = isAlone ? words.keptAlone : isAgainst ? words.against.kept : words.kept
        return (
          <AlarmNote
            key={alarm.kind}
            title={isAgainst ? words.against[title][alarm.verdict] : words[title]}
            action={
              <>
                {isListed(alarm) && (
                  <LinkButton href={requestPath(alarm.uid)} size="small">
                    {words.viewRequest}
                  </LinkButton>
                )}
                <Button size="small" onClick={() => ask(alarm)}>
                  {words.dismiss}
                </Button>
              </>
            }
          >
            {isAgainst ? (
              <ApprovedAgainst alarm={alarm} />
            ) : (
              <Issued {...alarm} isAlone={isAlone} />
            )}
            {alarm.since !== null && (
              <p className="mt-2">
                <Words text={kept} blanks={{ since: <KnownSince at={alarm.since} /> }} />
              </p>
            )}
          </AlarmNote>
        )
      })}
      {dialog}
    </>
  )
}

/** Announced as soon as it appears. */
function AlarmNote(props: Pick<ComponentProps<typeof Note>, 'title' | 'action' | 'children'>) {
  return (
    <div role="alert">
      <Note className="mb-4" icon={ShieldAlert} tone="bad" {...props} />
    </div>
  )
}

interface ApprovedAgainstProps {
  readonly alarm: Extract<AlarmDetail, { readonly kind: 'approvedAgainst' }>
}

/** Names the person or program that approved, the failed checks, and the remedy. */
function ApprovedAgainst({ alarm }: ApprovedAgainstProps) {
  const { alarm: words, checks, joined } = useMessages()
  const { against } = words
  const { words: reason, blanks } = useReasonWords(alarm.reason)
  const who = useDeciderWords(alarm)
  const titles = alarm.failing.map((code) => checkTitle(checks.table, code))
  return (
    <>
      <p>
        <Sentences>
          <Words
            text={against.text}
            blanks={{ name: alarm.request, who, checks: joined.list(titles) }}
          />
          <Words text={reason?.summary ?? checks.unlisted} blanks={blanks} />
        </Sentences>
      </p>
      <p className="mt-2">
        {alarm.machine === null ? (
          against.remedyAlone
        ) : (
          <Words
            text={against.remedy}
            blanks={{
              decisions: (
                <Link href={decisionsPath(alarm.machine)} className={inlineLook}>
                  {against.decisions}
                </Link>
              ),
            }}
          />
        )}
      </p>
    </>
  )
}

/** The time at which the server learned of an alarm. */
export function KnownSince({ at }: { readonly at: string }) {
  const { times } = useMessages()
  return <time dateTime={at}>{times.moment(Date.parse(at), useNow())}</time>
}

interface IssuedProps {
  /** The request's name. */
  readonly request: string
  readonly differences: readonly CertificateDifference[]
  /** Whether the request names no machine. */
  readonly isAlone: boolean
}

/** Requested and issued contents, their meaning and the remedy. */
function Issued({ request, differences, isAlone }: IssuedProps) {
  const { alarm, joined } = useMessages()
  // An unreadable certificate has nothing to compare.
  const shown = differences.filter(({ asked, issued }) => asked.length + issued.length > 0)
  return (
    <>
      <Words text={shown.length > 0 ? alarm.text : alarm.unreadable} blanks={{ name: request }} />
      {shown.length > 0 ? <Differences differences={shown} /> : joined.blank}
      {isAlone ? alarm.remedyAlone : alarm.remedy}
    </>
  )
}

const cell = 'min-w-0 py-1.5 pr-4 text-left align-top font-normal'
/**
 * On phones the field's name stands above both values: three columns would break names in pieces.
 */
const row = 'border-b border-bad-edge max-tablet:grid max-tablet:grid-cols-2'

function Differences({ differences }: { readonly differences: readonly CertificateDifference[] }) {
  const { alarm } = useMessages()
  return (
    <ScrollRegion label={alarm.table} className="my-2">
      <Table
        aria-label={alarm.table}
        className="w-full max-w-[880px] border-collapse max-tablet:block"
      >
        <ColumnHeads
          className="max-tablet:block"
          row={`${row} text-xs text-fg-2`}
          heads={[
            [alarm.what, `${cell} max-tablet:sr-only`],
            [alarm.asked, cell],
            [alarm.issued, cell],
          ]}
        />
        <TableBody className="text-fg max-tablet:block">
          {differences.map(({ what, asked, issued, unlisted }) => (
            <TableRow key={what} className={`${row} last:border-b-0`}>
              <RowHead
                className={`${cell} whitespace-nowrap max-tablet:col-span-2 max-tablet:pb-0 max-tablet:text-xs max-tablet:text-fg-2`}
              >
                {whatOf(alarm.whats, what) ?? alarm.unlisted}
              </RowHead>
              <TableCell className={cell}>
                <Values values={asked} others={issued} what={what} unlisted={unlisted?.asked} />
              </TableCell>
              <TableCell className={cell}>
                <Values values={issued} others={asked} what={what} unlisted={unlisted?.issued} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </ScrollRegion>
  )
}

/** Rows drawn; a request may ask for a thousand names. Rows that differ come first. */
const SHOWN = 20

interface ValuesProps {
  readonly values: readonly string[]
  readonly others: readonly string[]
  readonly what: string
  readonly unlisted: number | undefined
}

function Values({ values, others, what, unlisted = 0 }: ValuesProps) {
  const { alarm } = useMessages()
  if (values.length === 0) return <span className="text-fg-2">{alarm.none}</span>
  const odd = values.filter((value) => !others.includes(value))
  const shown = [...odd, ...values.filter((value) => others.includes(value))].slice(0, SHOWN)
  const rest = values.length + unlisted - shown.length
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
      {rest > 0 && <span className="text-fg-2">+{rest}</span>}
    </span>
  )
}

/** A problem of the certificate's reader: its code and, after a space, the place or value. */
function Problem({ text }: { readonly text: string }) {
  const [code = '', ...rest] = text.split(' ')
  return <ProblemWords code={code} detail={rest.join(' ')} />
}
