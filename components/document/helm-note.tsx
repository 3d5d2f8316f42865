import { TriangleAlert } from 'lucide-react'
import { placeText, valuesOf } from '#components/document/manifest.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import type { DocumentAnswer } from '#lib/wire/document.ts'

/**
 * The values of Countersign's chart that make a document, by the document's key in the ConfigMap.
 */
const VALUES: Readonly<Record<string, { readonly section: string; readonly field: string }>> = {
  'policy.yaml': { section: 'policy', field: 'document' },
  'machines.csv': { section: 'expected', field: 'csv' },
}

interface HelmNoteProps {
  readonly document: Pick<DocumentAnswer<unknown>, 'place' | 'key' | 'helmRelease'>
  /** The text to copy as values. */
  readonly text: string
  /** Whether space is narrow: the button then stands below the text. */
  readonly narrow?: boolean
  readonly className?: string
}

/**
 * Warning for a document whose ConfigMap belongs to a Helm release: its next upgrade undoes a save.
 */
export function HelmNote({ document, text, narrow = false, className }: HelmNoteProps) {
  const { helm } = useMessages().documents
  const { place, key, helmRelease } = document
  if (helmRelease === null || place === null) return null
  const value = Object.hasOwn(VALUES, key) ? VALUES[key] : undefined
  const copy = value !== undefined && <CopyButton text={valuesOf(value, text)} label={helm.copy} />
  return (
    <Note
      icon={TriangleAlert}
      tone="warn"
      title={helm.title}
      {...(className !== undefined && { className })}
      {...(!narrow && copy && { action: copy })}
    >
      <Sentences>
        <Words
          text={helmRelease === '' ? helm.unnamed : helm.owned}
          blanks={{
            where: <ClusterText text={placeText(place)} truncate="none" />,
            release: <ClusterText text={helmRelease} truncate="none" />,
          }}
        />
        <Words
          text={value === undefined ? helm.elsewhere : helm.values}
          blanks={{
            value: <ClusterText text={`${value?.section}.${value?.field}`} truncate="none" />,
            own: <ClusterText text={`${value?.section}.existingConfigMap`} truncate="none" />,
          }}
        />
      </Sentences>
      {narrow && copy && <div className="mt-2">{copy}</div>}
    </Note>
  )
}
