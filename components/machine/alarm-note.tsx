'use client'

import { ShieldAlert } from 'lucide-react'
import { whatOf } from '#components/machines/alarm-line.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { requestPath } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Note } from '#components/ui/note.tsx'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import type { CertificateDifference, MachineDetail, RequestDetail } from '#lib/query/wire.ts'

/** On a machine's page: the newest certificate of its that is not what was approved. */
export function MachineAlarm({ detail }: { readonly detail: MachineDetail }) {
  const { alarm } = detail.machine
  const request = detail.requests.find(({ uid }) => uid === alarm?.uid)
  return request === undefined ? null : <AlarmNote request={request} ofMachine />
}

/** What was asked for, what was issued, what it means and what to do. Told as soon as it is so. */
export function AlarmNote({
  request,
  ofMachine = false,
}: {
  readonly request: RequestDetail
  readonly ofMachine?: boolean
}) {
  const { alarm } = useMessages()
  if (request.differences.length === 0) return null
  // Of what cannot be read at all there is nothing to set side by side.
  const told = request.differences.filter(({ asked, issued }) => asked.length + issued.length > 0)
  return (
    <div role="alert">
      <Note
        className="mb-4"
        icon={ShieldAlert}
        tone="bad"
        title={ofMachine ? alarm.title : alarm.titleRequest}
        action={
          ofMachine ? (
            <LinkButton href={requestPath(request.uid)} size="small">
              {alarm.viewRequest}
            </LinkButton>
          ) : undefined
        }
      >
        <Words
          text={told.length > 0 ? alarm.text : alarm.unreadable}
          blanks={{ name: request.name }}
        />
        {told.length > 0 ? <Differences differences={told} /> : ' '}
        {alarm.remedy}
      </Note>
    </div>
  )
}

const cell = 'py-1.5 pr-4 text-left align-top font-normal'

function Differences({ differences }: { readonly differences: readonly CertificateDifference[] }) {
  const { alarm } = useMessages()
  return (
    <ScrollRegion label={alarm.table} className="my-2">
      <table aria-label={alarm.table} className="w-full max-w-[880px] border-collapse">
        <thead>
          <tr className="border-b border-bad-edge text-xs text-fg-2">
            {[alarm.what, alarm.asked, alarm.issued].map((head) => (
              <th key={head} scope="col" className={cell}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="text-fg">
          {differences.map(({ what, asked, issued }) => (
            <tr key={what} className="border-b border-bad-edge last:border-b-0">
              <th scope="row" className={`${cell} whitespace-nowrap`}>
                {whatOf(alarm.whats, what) ?? alarm.untold}
              </th>
              <td className={cell}>
                <Values values={asked} others={issued} what={what} />
              </td>
              <td className={cell}>
                <Values values={issued} others={asked} what={what} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
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
        <ClusterText
          // biome-ignore lint/suspicious/noArrayIndexKey: the same value may stand there twice
          key={index}
          text={what === 'lifetime' ? alarm.seconds(value) : value}
          truncate="none"
          className={index < odd.length ? 'font-semibold text-bad-fg' : ''}
        />
      ))}
      {values.length > SHOWN && <span className="text-fg-2">+{values.length - SHOWN}</span>}
    </span>
  )
}
