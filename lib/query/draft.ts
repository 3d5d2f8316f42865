import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { problemOf } from '#lib/query/api.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { DocumentPreview } from '#lib/wire/document.ts'
import type { Problem } from '#lib/wire/wire.ts'

export type { DocumentAnswer, DocumentPlace, DocumentSaved } from '#lib/wire/document.ts'

/** Answer of the server to a draft; `checking` until it has read this very text. */
export type DraftCheck<Line, Effect> =
  | { readonly status: 'checking' }
  | { readonly status: 'refused'; readonly problems: readonly Line[] }
  | { readonly status: 'good'; readonly effect: Effect }
  | { readonly status: 'failed'; readonly problem: Problem }

/** A pause in typing, milliseconds. */
const TYPING_MS = 300

const CHECKING = { status: 'checking' } as const

/** Checked when typing pauses, and again when `against`, the thing compared with, changes. */
export function useDraftCheck<Line, Effect extends object>(
  path: string,
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
    const left = new AbortController()
    const { signal } = left
    const check = async () => {
      try {
        const options = { method: 'POST', body: { text }, signal } as const
        const preview = await api.json<DocumentPreview<Line, Effect>>(path, options)
        setLast({ text, check: checkOf(preview) })
      } catch (error) {
        if (!signal.aborted)
          setLast({ text, check: { status: 'failed', problem: problemOf(error) } })
      }
    }
    const timer = setTimeout(() => void check(), TYPING_MS)
    return () => {
      clearTimeout(timer)
      left.abort()
    }
  }, [path, text, against, api])
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

/** The outcome of a write is not known, or not one of a document. */
interface Unsaid extends Pick<Problem, 'detail' | 'causes'> {
  readonly outcome: 'unknown' | 'error'
  readonly problems: readonly []
}

/** Writes; returns the outcome, and reads the queries under that key again. */
export function useWrite<Saved>(
  queryKey: QueryKey,
): (path: string, body: unknown) => Promise<Saved | Unsaid> {
  const { api } = useLiveClient()
  const queryClient = useQueryClient()
  return useCallback(
    async (path, body) => {
      try {
        return await api.json<Saved>(path, { method: 'POST', body })
      } catch (error) {
        const { status, detail, causes } = problemOf(error)
        // Without an answer it may have been written.
        return { outcome: status === 0 ? 'unknown' : 'error', detail, causes, problems: [] }
      } finally {
        await queryClient.invalidateQueries({ queryKey })
      }
    },
    [api, queryClient, queryKey],
  )
}
