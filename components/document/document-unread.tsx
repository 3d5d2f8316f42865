import { NotRead } from '#components/not-read.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TableSkeleton } from '#components/ui/skeleton.tsx'
import type { Problem } from '#lib/wire/wire.ts'

interface DocumentUnreadProps {
  readonly words: { readonly title: string; readonly failed: string }
  /** Reason that the document could not be read; null while it is being read. */
  readonly problem: Problem | null
  readonly retry: () => void
}

/** Replaces a page whose document is not read yet, or cannot be read. */
export function DocumentUnread({ words, problem, retry }: DocumentUnreadProps) {
  const { failedText } = useMessages().documents
  if (problem === null) return <TableSkeleton title={words.title} />
  return (
    <>
      <h1 className="sr-only">{words.title}</h1>
      <NotRead title={words.failed} text={failedText} problem={problem} onRetry={retry} />
    </>
  )
}
