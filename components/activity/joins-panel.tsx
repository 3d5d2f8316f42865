import { ChartColumn, Table2 } from 'lucide-react'
import { useState } from 'react'
import { JoinsPicture } from '#components/activity/joins-picture.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import { ToggleGroup } from '#components/ui/toggle-group.tsx'
import { useAnswer } from '#lib/query/live.ts'
import { joinsQuery } from '#lib/query/queries.ts'
import { type DayOfJoins, JOIN_PERIODS, type Joins } from '#lib/wire/join-answers.ts'

const FACTS = ['joined', 'late', 'p50', 'p95', 'waiting'] as const
type FactName = (typeof FACTS)[number]
const PERIODS = JOIN_PERIODS.map(String)

/** Machines that joined: a chart of the last days, or the same numbers as a table. */
export function JoinsPanel() {
  const { joins: texts } = useMessages().activity
  const [period, setPeriod] = useState(PERIODS[0] ?? '')
  const [show, setShow] = useState<'picture' | 'table'>('picture')
  const { answer } = useAnswer((client) => joinsQuery(client, Number(period)))
  if (answer === null || answer.record === null) return null
  const { days, all } = answer
  return (
    <section aria-label={texts.title} className="mt-4 break-inside-avoid">
      <Panel>
        <header className="flex min-h-11 flex-wrap items-center gap-2 border-b border-line px-4 py-1.5">
          <h2 className="text-sm font-semibold">{texts.title}</h2>
          <span className="ml-auto flex flex-wrap gap-2 print:hidden">
            <ToggleGroup
              label={texts.period}
              value={period}
              onChange={setPeriod}
              options={PERIODS.map((value) => ({ value, body: texts.periods(Number(value)) }))}
            />
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
        <Facts of={all} />
        <div className="px-4 py-3">
          {all.joined + all.waiting === 0 ? (
            <p className="text-fg-2">{texts.none}</p>
          ) : show === 'picture' ? (
            <JoinsPicture days={days} />
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

const SQUARE = 'size-2.5 rounded-[2px]'
const DOT = 'size-2 rounded-full'
/** The chart's mark of each number. */
const MARKS: Readonly<Record<FactName, string>> = {
  joined: `${SQUARE} bg-good-mark`,
  late: `${SQUARE} bg-bad-mark`,
  p50: `${DOT} bg-fg`,
  p95: `${DOT} border-[1.5px] border-fg-2`,
  waiting: 'h-0.5 w-3 bg-fg-2',
}

/** The numbers of the whole period. Their marks make them the chart's legend, too. */
function Facts({ of }: { readonly of: Joins }) {
  const { times, activity } = useMessages()
  const { facts, longest } = activity.joins
  return (
    <dl className="grid grid-cols-2 border-b border-line-soft roomy:grid-cols-5 roomy:[&>*+*]:border-l roomy:[&>*+*]:border-line-soft">
      {FACTS.map((name) => (
        <div key={name} className="min-w-0 px-5 py-2.5 max-tablet:px-3.5">
          <dt className="flex items-center gap-1.5 text-xs text-fg-3">
            <span aria-hidden="true" className={`flex-none ${MARKS[name]}`} />
            {facts[name]}
          </dt>
          <dd className="font-semibold tabular-nums">
            <Fact of={of} name={name} />
            {name === 'late' && of.late > 0 && of.longest !== null && (
              <span className="ml-2 text-xs font-normal text-fg-3">
                {longest(times.longSpan(of.longest))}
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Fact({ of, name }: { readonly of: Joins; readonly name: FactName }) {
  const { times } = useMessages()
  const value = of[name]
  if (value === null) return '–'
  return name === 'p50' || name === 'p95' ? times.longSpan(value) : value
}

/** The table: the last day first, without days that have no machine. */
function JoinsTable({ days }: { readonly days: readonly DayOfJoins[] }) {
  const { joins: texts } = useMessages().activity
  const shown = days.filter(({ joined, waiting }) => joined + waiting > 0).reverse()
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
          {shown.map((day) => (
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
