import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { ExpectedProblem } from '#lib/csr/policy/expected-problem.ts'
import { problemOf } from '#lib/query/api.ts'
import { type LatestAnswer, useAnswer } from '#lib/query/live.ts'
import { DOCUMENT_KEYS, expectedListQuery, policyQuery, shadowQuery } from '#lib/query/queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { DocumentPreview } from '#lib/wire/document.ts'
import type { ExpectedAnswer, ExpectedEffect, ExpectedSaved } from '#lib/wire/expected-answers.ts'
import type {
  Compared,
  PolicyAnswer,
  PolicyEffect,
  PolicyProblem,
  PolicySaved,
  ShadowAnswer,
} from '#lib/wire/policy-answers.ts'
import type { Problem } from '#lib/wire/wire.ts'

/** The two documents of the admin. */
type Document = keyof typeof DOCUMENT_KEYS

/** The policy in force, where it is stored, and what this server may do with it. */
export function usePolicy(): LatestAnswer<PolicyAnswer> {
  return useAnswer(policyQuery)
}

/** Each request of the last 24 hours, beside the answer of the policy in force. */
export function useShadow(compared: Compared | null, text: string): LatestAnswer<ShadowAnswer> {
  return useAnswer((client) => shadowQuery(client, compared, text))
}

/** The list of expected machines, as it is stored and as it is in force. */
export function useExpected(): LatestAnswer<ExpectedAnswer> {
  return useAnswer(expectedListQuery)
}

/** Check of a draft against the policy in force. */
export type DraftPreview = DraftCheck<PolicyProblem, PolicyEffect>

export function useDraftPreview(text: string, generation: string): DraftPreview {
  return useDraftCheck('policy', text, generation)
}

export type ListCheck = DraftCheck<ExpectedProblem, ExpectedEffect>

export function useListCheck(text: string): ListCheck {
  return useDraftCheck('expected', text)
}

/** Saves a text over the given version; returns the outcome, and reads the document again. */
export function useSave<Saved extends PolicySaved | ExpectedSaved>(
  document: Document,
): (text: string, version: string | null) => Promise<Saved | Unsaid> {
  const write = useWrite<Saved>(document)
  return (text, version) => write({ text, version })
}

/** Releases the automatic approver's brake. */
export function useReleaseBrake(): () => Promise<PolicySaved> {
  const write = useWrite<PolicySaved>('policy')
  return () => write({}, '/release')
}

/** Sets or releases the kill switch. */
export function usePausePolicy(): (paused: boolean, why: string) => Promise<PolicySaved> {
  const write = useWrite<PolicySaved>('policy')
  return (paused, why) => write({ paused, why }, '/pause')
}

/** The server's answer to a draft; `checking` until it has read exactly this text. */
export type DraftCheck<Line, Effect> =
  | { readonly status: 'checking' }
  | { readonly status: 'refused'; readonly problems: readonly Line[] }
  | { readonly status: 'good'; readonly effect: Effect }
  | { readonly status: 'failed'; readonly problem: Problem }

const CHECKING = { status: 'checking' } as const

/** Checks the draft when typing pauses, and again when `against` changes. */
function useDraftCheck<Line, Effect extends object>(
  document: Document,
  text: string,
  against = '',
): DraftCheck<Line, Effect> {
  const { api } = useLiveClient()
  const [last, setLast] = useState<{
    readonly text: string
    readonly check: DraftCheck<Line, Effect>
  } | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `against` is only the sign to ask again
  useEffect(() => {
    const leaving = new AbortController()
    const { signal } = leaving
    const check = async () => {
      try {
        const options = { method: 'POST', body: { text }, signal } as const
        const preview = await api.json<DocumentPreview<Line, Effect>>(
          `/api/${document}/preview`,
          options,
        )
        setLast({ text, check: checkOf(preview) })
      } catch (error) {
        if (!signal.aborted)
          setLast({ text, check: { status: 'failed', problem: problemOf(error) } })
      }
    }
    // A pause in typing.
    const timer = setTimeout(() => void check(), 300)
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [document, text, against, api])
  return last?.text === text ? last.check : CHECKING
}

function checkOf<Line, Effect extends object>(
  preview: DocumentPreview<Line, Effect>,
): DraftCheck<Line, Effect> {
  return isRefused<Line>(preview)
    ? { status: 'refused', problems: preview.problems }
    : { status: 'good', effect: preview }
}

function isRefused<Line>(preview: object): preview is { readonly problems: readonly Line[] } {
  return 'problems' in preview
}

/** A write whose outcome is unknown, or whose refusal has no outcome of a document. */
interface Unsaid extends Pick<Problem, 'detail' | 'causes'> {
  readonly outcome: 'unknown' | 'error'
  readonly problems: readonly []
}

/** Writes; returns the outcome, and reads the document again. */
function useWrite<Saved>(
  document: Document,
): (body: unknown, beside?: '' | '/release' | '/pause') => Promise<Saved | Unsaid> {
  const { api } = useLiveClient()
  const queryClient = useQueryClient()
  return async (body, beside = '') => {
    try {
      return await api.json<Saved>(`/api/${document}${beside}`, { method: 'POST', body })
    } catch (error) {
      const { status, detail, causes } = problemOf(error)
      // Without an answer the text may have been written.
      return { outcome: status === 0 ? 'unknown' : 'error', detail, causes, problems: [] }
    } finally {
      await queryClient.invalidateQueries({ queryKey: DOCUMENT_KEYS[document] })
    }
  }
}
