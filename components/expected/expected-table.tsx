'use client'

import { useRouter } from 'next/navigation'
import { useMemo, useRef } from 'react'
import {
  EXPECTED_FILTERS,
  expectedRows,
  filterExpected,
} from '#components/expected/expected-list.ts'
import { EXPECTED_HEIGHT, ExpectedRow } from '#components/expected/expected-row.tsx'
import { useMessages } from '#components/messages.tsx'
import { useDenseRows } from '#components/shell/dense-rows.ts'
import { machinePath } from '#components/shell/routes.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { CountedGroup } from '#components/ui/counted-group.tsx'
import { DenseTable, denseColumns, NoMatch } from '#components/ui/dense-table.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import type { ExpectedMatch } from '#lib/csr/policy/expected-list.ts'
import { useFeed } from '#lib/query/live.ts'
import type { ListedMachine } from '#lib/query/wire.ts'

const COLUMNS = ['name', 'state', 'stage', 'verdict', 'addresses', 'role'] as const
const WIDTHS = [
  'wide:w-[24%]',
  'w-[138px]',
  'w-[226px] wide:w-[250px]',
  'w-[190px] wide:w-[21%]',
  'w-[132px] wide:w-auto',
  'w-[80px] wide:w-[110px]',
]

interface ExpectedTableProps {
  readonly match: ExpectedMatch<ListedMachine>
}

/** The list against what arrived, live. */
export function ExpectedTable({ match }: ExpectedTableProps) {
  const { expected: texts } = useMessages()
  const feed = useFeed()
  const router = useRouter()
  const [text, setText] = useUrlParam('q')
  const [state, setState] = useUrlParam('state')
  const filter = EXPECTED_FILTERS.find((known) => known === state) ?? 'all'
  const all = useMemo(() => expectedRows(match), [match])
  const shown = useMemo(() => filterExpected(all, text, filter), [all, text, filter])
  const counts = {
    all: all.length,
    missing: match.missing.length,
    arrived: match.arrived.length,
    unexpected: match.unexpected.length,
  }
  const input = useRef<HTMLInputElement>(null)
  const rows = useDenseRows(EXPECTED_HEIGHT, {
    rows: shown,
    keyOf: ({ name }) => name,
    filter: input,
    onOpen: ({ name, machine }) => {
      if (machine !== null) router.push(machinePath(name))
    },
  })
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <FilterField
          label={texts.filter}
          clearLabel={texts.clearFilter}
          value={text}
          onChange={setText}
          inputRef={input}
          className="w-62 max-tablet:w-full"
        />
        <CountedGroup
          label={texts.show}
          value={filter}
          onChange={(value) => setState(value === 'all' ? '' : value)}
          options={EXPECTED_FILTERS}
          names={texts.filters}
          counts={counts}
        />
      </div>
      {shown.length === 0 ? (
        <NoMatch
          title={texts.noMatch}
          clearLabel={texts.clearFilter}
          onClear={() => {
            setText('')
            setState('')
          }}
          filter={input}
        />
      ) : (
        <DenseTable
          label={texts.table}
          columns={denseColumns(COLUMNS, texts.columns, WIDTHS)}
          least="roomy:min-w-[960px]"
          stale={feed.state !== 'live'}
          {...rows}
        >
          {(row, index, isCurrent) => (
            <ExpectedRow key={row.name} row={row} index={index} isCurrent={isCurrent} />
          )}
        </DenseTable>
      )}
      <p className="mt-3 text-xs text-fg-3">{texts.shown(shown.length, all.length)}</p>
    </>
  )
}
