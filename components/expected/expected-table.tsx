'use client'

import { useRouter } from 'next/navigation'
import { useMemo, useRef } from 'react'
import { EXPECTED_HEIGHT, useExpectedColumns } from '#components/expected/expected-columns.tsx'
import {
  EXPECTED_FILTERS,
  type ExpectedRow,
  expectedRows,
  filterExpected,
} from '#components/expected/expected-list.ts'
import { useMessages } from '#components/messages.tsx'
import { machinePath } from '#components/shell/routes.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { CountedGroup } from '#components/ui/counted-group.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { useListKeys } from '#components/ui/list-keys.ts'
import { rowsOf } from '#components/ui/rows.ts'
import type { ExpectedMatch } from '#lib/csr/policy/expected-list.ts'
import { useFeed } from '#lib/query/live.ts'
import type { ListedMachine } from '#lib/query/wire.ts'

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
  const list = useListKeys(rowsOf(shown, nameOf), {
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
      <DataTable
        label={texts.table}
        columns={useExpectedColumns()}
        list={list}
        height={EXPECTED_HEIGHT}
        stale={feed.state !== 'live'}
        empty={{
          title: texts.noMatch,
          clear: {
            label: texts.clearFilter,
            onClear() {
              setText('')
              setState('')
            },
          },
        }}
      />
      <p className="mt-3 text-xs text-fg-3">{texts.shown(shown.length, all.length)}</p>
    </>
  )
}

const nameOf = ({ name }: ExpectedRow) => name
