import { useEffect, useState } from 'react'
import type { Problem } from '#lib/live/wire.ts'
import { problemOf } from '#lib/query/api.ts'
import { useLiveClient } from '#lib/query/client.ts'

export type { DocumentAnswer, DocumentPlace, DocumentSaved } from '#lib/live/document.ts'

/** What the server says of a draft; `checking` until it has seen this very text. */
export type DraftCheck<Preview> =
  | { readonly status: 'checking' }
  | { readonly status: 'checked'; readonly preview: Preview }
  | { readonly status: 'failed'; readonly problem: Problem }

/** A pause in typing, milliseconds. */
const TYPING_MS = 300

const CHECKING = { status: 'checking' } as const

/** Asked when typing pauses, and again when `against`, what it is measured by, is another. */
export function useDraftCheck<Preview>(
  path: string,
  text: string,
  against = '',
): DraftCheck<Preview> {
  const { api } = useLiveClient()
  const [last, setLast] = useState<{
    readonly text: string
    readonly check: DraftCheck<Preview>
  } | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `against` is only the sign to ask again
  useEffect(() => {
    const left = new AbortController()
    const { signal } = left
    const check = async () => {
      try {
        const options = { method: 'POST', body: { text }, signal } as const
        const preview = await api.json<Preview>(path, options)
        setLast({ text, check: { status: 'checked', preview } })
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
