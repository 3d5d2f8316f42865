import { manifestOf, placeText } from '#components/document/manifest.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import type { DocumentAnswer } from '#lib/wire/document.ts'

interface SaveElsewhereProps {
  /** Null where the server has no place for the document. */
  readonly document: Pick<DocumentAnswer<unknown>, 'place' | 'key'> | null
  readonly text: string
  /** Advice for a server that has no place for the document. */
  readonly noPlace: string
}

/** Steps by which a person who may write the document puts this text in force. */
export function SaveElsewhere({ document, text, noPlace }: SaveElsewhereProps) {
  const words = useMessages().documents
  const place = document?.place ?? null
  const isConfigMap = place?.kind === 'configMap'
  const shown = isConfigMap ? manifestOf(place, document?.key ?? '', text) : text
  const title = isConfigMap ? words.manifest : words.toForce
  return (
    <TitledPanel
      label={title}
      title={title}
      action={<CopyButton text={shown} label={isConfigMap ? words.copyManifest : words.copyText} />}
    >
      <div className="grid gap-2 px-4 py-3">
        <p className="text-fg-2">
          {place === null ? (
            <Words text={noPlace} />
          ) : isConfigMap ? (
            words.mayNot
          ) : (
            <>
              {words.mayNotFile} <ClusterText text={placeText(place)} truncate="none" />
            </>
          )}
        </p>
        {isConfigMap && (
          <>
            <CodeBlock label="kubectl" text="kubectl apply -f manifest.yaml" className="text-xs" />
            <CodeBlock label={words.manifest} text={shown} className="max-h-80 text-xs" />
          </>
        )}
      </div>
    </TitledPanel>
  )
}
