'use client'

import { useMessages, Words } from '#components/messages.tsx'
import { manifestOf } from '#components/policy/manifest.ts'
import { placeText } from '#components/policy/place.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { PanelHead, panelLook } from '#components/ui/panel.tsx'
import type { PolicyDocument } from '#lib/query/policy.ts'

interface SaveElsewhereProps {
  readonly document: PolicyDocument | null
  readonly text: string
}

/** What somebody who may write it does with this text: never with more rights than one has. */
export function SaveElsewhere({ document, text }: SaveElsewhereProps) {
  const { editor } = useMessages().policy
  const place = document?.place ?? null
  const isConfigMap = place?.kind === 'configMap'
  const shown = isConfigMap ? manifestOf(place, document?.key ?? '', text) : text
  const title = isConfigMap ? editor.manifest : editor.toForce
  return (
    <section className={panelLook} aria-label={title}>
      <PanelHead
        title={title}
        action={
          <CopyButton
            text={shown}
            label={isConfigMap ? editor.copyManifest : editor.copyText}
            copiedLabel={editor.copied}
          />
        }
      />
      <div className="grid gap-2 px-4 py-3">
        <p className="text-fg-2">
          {place === null ? (
            <Words text={editor.noPlace} />
          ) : isConfigMap ? (
            editor.mayNot
          ) : (
            <>
              {editor.mayNotFile} <ClusterText text={placeText(place)} truncate="none" />
            </>
          )}
        </p>
        {isConfigMap && (
          <>
            <Code label="kubectl">{'kubectl apply -f policy-configmap.yaml'}</Code>
            <Code label={editor.manifest}>{shown}</Code>
          </>
        )}
      </div>
    </section>
  )
}

function Code({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
      tabIndex={0}
      role="group"
      aria-label={label}
      className="mono max-h-80 overflow-auto rounded-md bg-sunken px-2.5 py-2 text-xs leading-[18px] text-fg"
    >
      {children}
    </pre>
  )
}
