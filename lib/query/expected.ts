import { useCallback, useMemo } from 'react'
import {
  type ExpectedMachine,
  type ExpectedMatch,
  matchExpected,
} from '#lib/csr/policy/expected-list.ts'
import type { ExpectedAnswer, ExpectedPreview, ExpectedSaved } from '#lib/live/expected.ts'
import type { ListedMachine } from '#lib/live/listed.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import { type Answered, useAnswer, useWrite } from '#lib/query/answered.ts'
import { type DraftCheck, useDraftCheck } from '#lib/query/draft.ts'
import { useSnapshot } from '#lib/query/live.ts'

export type { ExpectedAnswer, ExpectedSaved } from '#lib/live/expected.ts'

const PATH = '/api/expected'
const KEY = ['expected']

/** The list of expected machines, as it lies there and as it is in force. */
export function useExpected(): Answered<ExpectedAnswer> {
  return useAnswer(KEY, PATH)
}

/** Saves a text in place of that version; answers what came of it, and reads the list again. */
export function useSaveExpected(): (
  text: string,
  version: string | null,
) => Promise<ExpectedSaved> {
  const write = useWrite<ExpectedSaved>(KEY)
  return useCallback((text, version) => write(PATH, { text, version }), [write])
}

/** What a draft would be. */
export type ListCheck = DraftCheck<ExpectedPreview>

export function useListCheck(text: string): ListCheck {
  return useDraftCheck(`${PATH}/preview`, text)
}

/** A list against the live rows; null before the first snapshot, or without a list. */
export function useExpectedMatch(
  list: readonly ExpectedMachine[] | null,
): ExpectedMatch<ListedMachine> | null {
  const snapshot = useSnapshot(whole)
  return useMemo(
    () => (list === null || snapshot === null ? null : matchExpected(list, snapshot.machines)),
    [list, snapshot],
  )
}

const whole = (snapshot: ListedSnapshot) => snapshot
