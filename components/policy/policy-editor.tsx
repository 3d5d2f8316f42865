import { useDocumentDraft } from '#components/document/document-draft.ts'
import { DocumentEditor } from '#components/document/document-editor.tsx'
import { editsOf } from '#components/policy/policy-text-panel.tsx'
import { PreviewEffect } from '#components/policy/preview-effect.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { showToast } from '#components/ui/toast.tsx'
import { BUILT_IN_POLICY } from '#lib/csr/policy/built-in-policy.ts'
import { useDraftPreview, useSave } from '#lib/query/document-queries.ts'
import type { PolicyAnswer, PolicySaved } from '#lib/wire/policy-answers.ts'

interface PolicyEditorProps {
  readonly answer: PolicyAnswer
  readonly onDone: () => void
}

/** Edits a copy of the policy, or of the built-in one. The page shows the effect before a save. */
export function PolicyEditor({ answer, onDone }: PolicyEditorProps) {
  const { policy } = useMessages()
  const { editor } = policy
  const { document } = answer
  const text = document?.text ?? null
  const draft = useDocumentDraft({
    kept: { text: text ?? BUILT_IN_POLICY, version: document?.version ?? null },
    save: useSave<PolicySaved>('policy'),
    onSaved() {
      showToast({ tone: 'good', title: editor.saved, description: editor.savedText })
      onDone()
    },
  })
  const check = useDraftPreview(draft.text, answer.policy.generation)
  const isUnchanged = draft.text === text
  return (
    <DocumentEditor
      title={policy.title}
      document={document}
      draft={draft}
      check={isUnchanged ? 'unchanged' : check.status}
      words={editor}
      placeholder={BUILT_IN_POLICY}
      hint={editor.hint[editsOf(answer)]}
      noPlace={editor.noPlace}
      effect={
        <PreviewEffect
          check={check}
          isUnchanged={isUnchanged}
          mode={answer.policy.automatic.mode}
          onGoTo={draft.goTo}
        />
      }
      save={editor.save}
      onSave={() => void draft.submit()}
      onClose={onDone}
    />
  )
}
