import { ChartColumn, Table2 } from 'lucide-react'
import { useState } from 'react'
import { JoinsPicture } from '#components/activity/joins-picture.tsx'
import { useMessages } from '#components/messages.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import { ToggleGroup } from '#components/ui/toggle-group.tsx'
import { type DayOfJoins, JOIN_PERIODS, type Joins } from '#lib/query/domain-types.ts'
import { useAnswer } from '#lib/query/live.ts'
import { joinsQuery } from '#lib/query/queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

const FACTS = ['joined', 'waiting', 'late', 'p50', 'p95'] as const
const PERIODS = JOIN_PERIODS.map(String)

/** Machines that joined: a picture of the last days, or the same numbers as a table. */
export function JoinsPanel() {
  const { joins: texts } = useMessages().activity
  const [period, setPeriod] = useState(PERIODS[0] ?? '')
  const [show, setShow] = useState<'picture' | 'table'>('picture')
  const { answer } = useAnswer(joinsQuery(useLiveClient(), Number(period)))
  if (answer === null || answer.record === null) return null
  const { days, all } = answer
  return (
    <section aria-label={texts.title}>
      <Panel className="mb-4">
        <header className="flex min-h-11 flex-wrap items-center gap-2 border-b border-line px-4 py-1.5">
          <h2 className="text-sm font-semibold">{texts.title}</h2>
          <ToggleGroup
            label={texts.period}
            value={period}
            onChange={setPeriod}
            options={PERIODS.map((value) => ({ value, body: texts.periods(Number(value)) }))}
          />
          <span className="ml-auto">
            <ToggleGroup
              label={texts.show}
              value={show}
              onChange={setShow}
              options={[
                { value: 'picture', body: <Choice icon={ChartColumn} text={texts.picture} /> },
                { value: 'table', body: <Choice icon={Table2} text={texts.table} /> },
              ]}
            />
          </span>
        </header>
        <div className="px-4 py-3">
          <Facts of={all} />
          {all.joined + all.waiting === 0 ? (
            <p className="text-fg-2">{texts.none}</p>
          ) : show === 'picture' ? (
            <JoinsPicture days={days} all={all} />
          ) : (
            <JoinsTable days={days} />
          )}
        </div>
      </Panel>
    </section>
  )
}

function Choice({ icon, text }: { readonly icon: typeof ChartColumn; readonly text: string }) {
  return (
    <>
      <Icon of={icon} size="small" />
      {text}
    </>
  )
}

function Facts({ of }: { readonly of: Joins }) {
  const { facts } = useMessages().activity.joins
  return (
    <dl className="mb-3 flex flex-wrap gap-x-6 gap-y-1">
      {FACTS.map((name) => (
        <div key={name}>
          <dt className="text-xs text-fg-3">{facts[name]}</dt>
          <dd className="font-semibold tabular-nums">
            <Fact of={of} name={name} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Fact({ of, name }: { readonly of: Joins; readonly name: (typeof FACTS)[number] }) {
  const { times } = useMessages()
  const value = of[name]
  if (value === null) return '–'
  return name === 'p50' || name === 'p95' ? times.longSpan(value) : value
}

/** The last day first; days without a machine are left out. */
function JoinsTable({ days }: { readonly days: readonly DayOfJoins[] }) {
  const { joins: texts } = useMessages().activity
  const told = days.filter(({ joined, waiting }) => joined + waiting > 0).reverse()
  return (
    <ScrollRegion label={texts.title} className="max-h-96">
      <table className="w-full text-left tabular-nums">
        <thead className="text-xs text-fg-3">
          <tr>
            <th scope="col" className="py-1 pr-4 font-normal">
              {texts.day}
            </th>
            {FACTS.map((name) => (
              <th key={name} scope="col" className="py-1 pr-4 font-normal">
                {texts.facts[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {told.map((day) => (
            <tr key={day.day} className="border-t border-line-soft">
              <th scope="row" className="py-1 pr-4 font-normal whitespace-nowrap">
                {day.day}
              </th>
              {FACTS.map((name) => (
                <td key={name} className="py-1 pr-4">
                  <Fact of={day} name={name} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}
