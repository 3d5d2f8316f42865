'use client'

import { Download, TriangleAlert, X } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { ActivityAlarms } from '#components/activity/activity-alarms.tsx'
import { ActivityNav } from '#components/activity/activity-nav.tsx'
import { DECISION_COLUMNS, DECISION_HEIGHT } from '#components/activity/decision-columns.tsx'
import { JoinsPanel } from '#components/activity/joins-panel.tsx'
import { ListPage } from '#components/list-page.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { POLICY_PATH, requestPath } from '#components/shell/routes.ts'
import { useUrlChoice, useUrlParam } from '#components/shell/url-param.ts'
import { Button } from '#components/ui/button.tsx'
import { ChoiceMenu } from '#components/ui/choice-menu.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { inlineLook } from '#components/ui/link-look.ts'
import { ListFilters } from '#components/ui/list-filters.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { Note } from '#components/ui/note.tsx'
import {
  type ActivityRow,
  DECISION_FILTERS,
  EXPORT_FORMATS,
  ORIGINS,
  type RecordStanding,
} from '#lib/query/domain-types.ts'
import { useAtNow } from '#lib/query/live.ts'
import { usePagesOfRows } from '#lib/query/pages-of-rows.ts'
import { activityQuery, readExport, readRecord } from '#lib/query/queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

/** Every decision of the record, or that the API server still lists, by any client, newest first. */
export function ActivityPage() {
  const { activity: texts } = useMessages()
  const router = useRouter()
  const [text, setText] = useUrlParam('q')
  const [decision, setDecision] = useUrlChoice('decision', DECISION_FILTERS, 'all')
  const [who, setWho] = useUrlParam('who')
  const [machine, setMachine] = useUrlParam('machine')
  const origin = ORIGINS.find((known) => known === who) ?? null
  const filter = {
    ...{ text, decision },
    ...(origin !== null && { origin }),
    ...(machine !== '' && { machine }),
  }
  const rows = usePagesOfRows(activityQuery, filter, uidOf)
  const isRecorded = rows.counts?.record !== undefined
  const list = useListKeys(rows, {
    onOpen: ({ uid }) => router.push(requestPath(uid)),
  })

  return (
    <ListPage
      texts={isRecorded ? { ...texts, none: texts.nothingRecorded } : texts}
      rows={rows}
      columns={DECISION_COLUMNS}
      list={list}
      height={DECISION_HEIGHT}
      onClear={() => {
        setText('')
        setDecision('all')
        setWho('')
        setMachine('')
      }}
      above={
        <>
          <ActivityNav />
          <ActivityAlarms isRecorded={isRecorded} />
          <Reach since={rows.counts?.reachesBackTo ?? null} record={rows.counts?.record ?? null} />
          {isRecorded && <JoinsPanel />}
        </>
      }
      filters={
        <ListFilters
          words={texts}
          width="w-80 max-tablet:w-full"
          text={[text, setText]}
          input={list.filter}
          label={texts.decision}
          choice={[decision, setDecision]}
          options={DECISION_FILTERS}
          names={texts.decisions}
          counts={rows.counts}
        >
          {machine !== '' && (
            <Button className="max-w-full min-w-0 max-tablet:h-11" onClick={() => setMachine('')}>
              {texts.machineAlone}
              <ClusterText text={machine} face="sans" />
              <Icon of={X} size="small" />
              <span className="sr-only">{texts.everyMachine}</span>
            </Button>
          )}
          <ChoiceMenu
            label={texts.origin}
            value={origin ?? ''}
            onChange={setWho}
            options={(['', ...ORIGINS] as const).map((value) => ({
              value,
              text: texts.origins[value === '' ? 'any' : value],
            }))}
          />
          <ExportButtons filter={filter} isRecorded={isRecorded} />
        </ListFilters>
      }
    />
  )
}

const uidOf = ({ uid }: ActivityRow) => uid

interface ReachProps {
  readonly since: string | null
  readonly record: RecordStanding | null
}

/** The earliest decision listed, the reason, and where older ones are. */
function Reach({ since, record }: ReachProps) {
  const { activity, shell, times } = useMessages()
  const { reach } = activity
  const first = useAtNow((now) =>
    since === null ? '' : reach.since(times.moment(Date.parse(since), now)),
  )
  if (record !== null) return <RecordReach first={first} record={record} />
  return (
    <section aria-label={reach.region} className="mb-4 text-pretty">
      <p className="font-semibold">
        {reach.title} {first}
      </p>
      <p className="text-fg-2">{reach.why}</p>
      <p className="text-fg-2">
        <Words
          text={reach.trail}
          blanks={{
            policy: (
              <Link href={POLICY_PATH} className={inlineLook}>
                {shell.tabs.policy}
              </Link>
            ),
          }}
        />
      </p>
    </section>
  )
}

interface RecordReachProps {
  /** The sentence about the earliest decision. */
  readonly first: string
  readonly record: RecordStanding
}

/** The record: since when, for how long, and whether entries are missing. */
function RecordReach({ first, record }: RecordReachProps) {
  const { activity } = useMessages()
  const { reach, record: texts } = activity
  const { days, lost } = record
  return (
    <section aria-label={reach.region} className="mb-4 text-pretty">
      {lost > 0 && (
        <Note icon={TriangleAlert} tone="warn" title={texts.lost(lost)} className="mb-3">
          {texts.lostText}
        </Note>
      )}
      <p className="font-semibold">
        {texts.title} {first}
      </p>
      <p className="text-fg-2">{texts.kept(days)}</p>
    </section>
  )
}

interface ExportButtonsProps {
  readonly filter: Parameters<typeof readExport>[1]
  readonly isRecorded: boolean
}

/** Saves every decision that the filter matches, or everything recorded, as a file. */
function ExportButtons({ filter, isRecorded }: ExportButtonsProps) {
  const { export: texts } = useMessages().activity
  const client = useLiveClient()
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')

  async function save(name: string, read: () => Promise<Blob>): Promise<void> {
    setState('busy')
    try {
      const address = URL.createObjectURL(await read())
      const link = document.createElement('a')
      link.href = address
      link.download = name
      link.click()
      URL.revokeObjectURL(address)
      setState('idle')
    } catch {
      setState('failed')
    }
  }
  const button = (text: string, name: string, read: () => Promise<Blob>) => (
    <Button key={name} busy={state === 'busy'} onClick={() => void save(name, read)}>
      <Icon of={Download} size="small" />
      {text}
    </Button>
  )

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
    <div
      role="group"
      aria-label={texts.label}
      className="ml-auto flex flex-wrap items-center justify-end gap-2"
    >
      <span role="status" className="text-bad-fg">
        {state === 'failed' ? texts.failed : ''}
      </span>
      {EXPORT_FORMATS.map((format) =>
        button(texts.formats[format], `countersign-activity.${format}`, () =>
          readExport(client, filter, format),
        ),
      )}
      {isRecorded &&
        button(
          filter.machine === undefined ? texts.record : texts.recordOfMachine,
          'countersign-record.jsonl',
          () => readRecord(client, filter.machine),
        )}
    </div>
  )
}
