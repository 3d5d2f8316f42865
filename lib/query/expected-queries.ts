import { useCallback } from 'react'
import type { ExpectedProblem } from '#lib/csr/policy/expected-problem.ts'
import { type DraftCheck, useDraftCheck, useWrite } from '#lib/query/draft.ts'
import { type LatestAnswer, useAnswer } from '#lib/query/live.ts'
import { DOCUMENT_KEYS, expectedListQuery } from '#lib/query/queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { ExpectedAnswer, ExpectedEffect, ExpectedSaved } from '#lib/wire/expected-answers.ts'

export type { ExpectedAnswer } from '#lib/wire/expected-answers.ts'

const PATH = '/api/expected'

/** The list of expected machines, as it is kept and as it is in force. */
export function useExpected(): LatestAnswer<ExpectedAnswer> {
  return useAnswer(expectedListQuery(useLiveClient()))
}

/** Saves a text in place of that version; returns the outcome, and reads the list again. */
export function useSaveExpected(): (
  text: string,
  version: string | null,
) => Promise<ExpectedSaved> {
  const write = useWrite<ExpectedSaved>(DOCUMENT_KEYS.expected)
  return useCallback((text, version) => write(PATH, { text, version }), [write])
}

/** Check of a draft of the list. */
export type ListCheck = DraftCheck<ExpectedProblem, ExpectedEffect>

export function useListCheck(text: string): ListCheck {
  return useDraftCheck(`${PATH}/preview`, text)
}
