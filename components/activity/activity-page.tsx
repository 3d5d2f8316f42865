'use client'

import { TriangleAlert, X } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useMemo, useState } from 'react'
import { ActivityAlarms } from '#components/activity/activity-alarms.tsx'
import { ActivityNav } from '#components/activity/activity-nav.tsx'
import { momentsOf } from '#components/activity/day-range.ts'
import { DayRangeField, useRangeName } from '#components/activity/day-range-field.tsx'
import { DECISION_COLUMNS, DECISION_HEIGHT } from '#components/activity/decision-columns.tsx'
import { ExportButtons, RecordButton } from '#components/activity/export-buttons.tsx'
import { JoinsPanel } from '#components/activity/joins-panel.tsx'
import { ListPage } from '#components/list-page.tsx'
import { POLICY_PATH, requestPath } from '#components/shell/routes.ts'
import { useUrlChoice, useUrlParam } from '#components/shell/url-param.ts'
import { Button } from '#components/ui/button.tsx'
import { ChoiceMenu } from '#components/ui/choice-menu.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { inlineLook } from '#components/ui/link-look.ts'
import { ListFilters } from '#components/ui/list-filters.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { visible } from '#lib/csr/escape.ts'
import { useAtNow } from '#lib/query/live.ts'
import { type PagesOfRows, usePagesOfRows } from '#lib/query/pages-of-rows.ts'
import {
  type ActivityCounts,
  type ActivityRow,
  DECISION_FILTERS,
  ORIGINS,
  type RecordStanding,
} from '#lib/wire/views.ts'

/** Rows of the record above the chart, and rows that a press adds. */
const FIRST_ROWS = 10
const MORE_ROWS = 50
/** Rows that are all drawn, so that paper has them. */
const DRAWN = FIRST_ROWS + 2 * MORE_ROWS

/** Every decision, by any client, from the record or the API server's list, newest first. */
export function ActivityPage() {
  const { activity: texts, joined } = useMessages()
  const router = useRouter()
  const [text, setText] = useUrlParam('q')
  const [decision, setDecision] = useUrlChoice('decision', DECISION_FILTERS, 'all')
  const [who, setWho] = useUrlParam('who')
  const [machine, setMachine] = useUrlParam('machine')
  const [from, setFrom] = useUrlParam('from')
  const [to, setTo] = useUrlParam('to')
  const [most, setMost] = useState(FIRST_ROWS)
  const origin = ORIGINS.find((known) => known === who) ?? null
  const filter = {
    ...{ text, decision },
    ...(origin !== null && { origin }),
    ...(machine !== '' && { machine }),
    ...momentsOf({ from, to }),
  }
  const all = usePagesOfRows('activity', filter)
  const isRecorded = all.counts?.record !== undefined
  const rows = useMemo(() => (isRecorded ? firstOf(all, most) : all), [all, most, isRecorded])
  const more = Math.min(all.count - rows.count, MORE_ROWS)
  const list = useListKeys(rows, {
    onOpen: ({ uid }) => router.push(requestPath(uid)),
  })

  const printed = [
    decision === 'all' ? null : texts.decisions[decision],
    useRangeName({ from, to }),
    origin === null ? null : `${texts.origin} ${texts.origins[origin]}`,
    machine === '' ? null : `${texts.machineAlone} ${machine}`,
    text === '' ? null : joined.quoted(text),
  ].filter((part) => part !== null)

  return (
    <ListPage
      texts={{
        ...texts,
        ...(isRecorded && { none: texts.nothingRecorded }),
        ...(!isRecorded && decision === 'against' && { noMatch: texts.noVerdicts }),
      }}
      rows={rows}
      columns={DECISION_COLUMNS}
      list={list}
      height={DECISION_HEIGHT}
      onClear={() => {
        for (const set of [setText, setWho, setMachine, setFrom, setTo]) set('')
        setDecision('all')
      }}
      drawAll={DRAWN}
      above={
        <>
          <ActivityNav>
            <Reach
              since={rows.counts?.reachesBackTo ?? null}
              record={rows.counts?.record ?? null}
            />
          </ActivityNav>
          <ActivityAlarms isRecorded={isRecorded} />
        </>
      }
      after={
        isRecorded && (
          <>
            <RecordButton machine={filter.machine} />
            {more > 0 && (
              <Button
                className="max-tablet:h-11 max-tablet:w-full print:hidden"
                onClick={() => setMost(most + MORE_ROWS)}
              >
                {texts.more(more)}
              </Button>
            )}
          </>
        )
      }
      filters={
        <>
          <ListFilters
            words={texts}
            width="w-62 max-tablet:w-full"
            text={[text, setText]}
            input={list.filter}
            label={texts.decision}
            choice={[decision, setDecision]}
            options={isRecorded ? DECISION_FILTERS : LISTED_FILTERS}
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
            <DayRangeField from={from} to={to} onFrom={setFrom} onTo={setTo} />
            <ChoiceMenu
              label={texts.origin}
              value={origin ?? ''}
              onChange={setWho}
              options={(['', ...ORIGINS] as const).map((value) => ({
                value,
                text: texts.origins[value === '' ? 'any' : value],
              }))}
            />
            <ExportButtons filter={filter} />
          </ListFilters>
          <PrintedFilter words={printed} />
        </>
      }
    >
      {isRecorded && <JoinsPanel />}
    </ListPage>
  )
}

/** The filters as words on paper, where their fields are hidden. */
function PrintedFilter({ words }: { readonly words: readonly string[] }) {
  if (words.length === 0) return null
  return <p className="mb-3 hidden wrap-anywhere print:block">{visible(words.join(' · '))}</p>
}

const LISTED_FILTERS = DECISION_FILTERS.filter((filter) => filter !== 'against')

type Decisions = PagesOfRows<ActivityRow, ActivityCounts>

/** The first rows only: the chart stands below them. */
function firstOf(all: Decisions, most: number): Decisions {
  if (all.count <= most) return all
  return { ...all, count: most, read: all.read.filter((index) => index < most) }
}

interface ReachProps {
  readonly since: string | null
  readonly record: RecordStanding | null
}

/** The earliest listed decision, the reason, and where older ones are. */
function Reach({ since, record }: ReachProps) {
  const { activity, shell, times } = useMessages()
  const { reach } = activity
  const first = useAtNow((now) =>
    since === null ? '' : reach.since(times.moment(Date.parse(since), now)),
  )
  if (record !== null) return <RecordReach first={first} record={record} />
  return (
    <section aria-label={reach.region} className="text-pretty">
      <p className="font-semibold">
        <Sentences>
          {reach.title}
          {first}
        </Sentences>
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

/** The record: its beginning, how long entries are kept, and whether some are missing. */
function RecordReach({ first, record }: RecordReachProps) {
  const { activity } = useMessages()
  const { reach, record: texts } = activity
  const { days, lost } = record
  return (
    <section aria-label={reach.region} className="text-pretty">
      {lost > 0 && (
        <Note icon={TriangleAlert} tone="warn" title={texts.lost(lost)} className="mb-3">
          {texts.lostText}
        </Note>
      )}
      <p className="text-fg-2">
        <Sentences>
          <strong className="font-semibold text-fg">
            <Sentences>
              {texts.title}
              {first}
            </Sentences>
          </strong>
          {texts.kept(days)}
        </Sentences>
      </p>
    </section>
  )
}
