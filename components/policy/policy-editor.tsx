'use client'

import { useId, useRef, useState } from 'react'
import { ListText, type ListTextHandle } from '#components/expected/list-text.tsx'
import { useMessages } from '#components/messages.tsx'
import { PreviewEffect } from '#components/policy/preview-effect.tsx'
import { SaveElsewhere } from '#components/policy/save-elsewhere.tsx'
import { SaveTrouble } from '#components/policy/save-trouble.tsx'
import { Button, type Reason } from '#components/ui/button.tsx'
import { Panel, PanelHead } from '#components/ui/panel.tsx'
import { showToast } from '#components/ui/toast.tsx'
import { BUILT_IN_POLICY } from '#lib/csr/policy/built-in-policy.ts'
import {
  type DraftPreview,
  type PolicyAnswer,
  type SavedAnswer,
  useDraftPreview,
  useSavePolicy,
} from '#lib/query/policy.ts'

interface PolicyEditorProps {
  /** As it is now; the draft began with what it was when the editor opened. */
  readonly answer: PolicyAnswer
  readonly onDone: () => void
}

/** A copy of the text, or of what is built in: what it would change is seen before anything is saved. */
export function PolicyEditor({ answer, onDone }: PolicyEditorProps) {
  const { policy, common } = useMessages()
  const { editor } = policy
  const { document } = answer
  const kept = document?.text ?? null
  const start = kept ?? BUILT_IN_POLICY
  const version = document?.version ?? null
  const [draft, setDraft] = useState(start)
  const [base, setBase] = useState(version)
  const [saving, setSaving] = useState(false)
  const [result, setResult] = useState<SavedAnswer | null>(null)
  const check = useDraftPreview(draft, answer.policy.generation)
  const save = useSavePolicy()
  const text = useRef<ListTextHandle>(null)
  const hintId = useId()
  // While it is being saved, the new version is our own.
  const movedOn = !saving && version !== base
  const off = offReason(draft === kept, movedOn, check, editor.off)
  const mayNot = document === null || answer.mayEdit === false || result?.outcome === 'forbidden'

  async function submit(): Promise<void> {
    setSaving(true)
    setResult(null)
    const saved = await save(draft, base)
    setSaving(false)
    if (saved.outcome === 'saved') {
      showToast({ tone: 'good', title: editor.saved, description: editor.savedText })
      onDone()
    } else {
      setResult(saved)
    }
  }

  return (
    <>
      <h1 className="sr-only">{policy.title}</h1>
      <SaveTrouble
        result={movedOn ? MOVED_ON : result}
        onTheirs={() => {
          setDraft(start)
          setBase(version)
          setResult(null)
        }}
        onMine={() => {
          setBase(version)
          setResult(null)
        }}
        onGoTo={(line) => text.current?.goTo(line)}
      />
      <div className="grid items-start gap-4 wide:grid-cols-[minmax(0,1fr)_420px]">
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <Panel className="overflow-hidden">
            <PanelHead title={editor.title} />
            <ListText
              ref={text}
              label={editor.text}
              describedBy={hintId}
              placeholder={BUILT_IN_POLICY}
              value={draft}
              onChange={setDraft}
            />
            <p id={hintId} className="border-t border-line px-4 py-2 text-xs text-fg-3">
              {editor.hint[mayNot ? 'elsewhere' : 'here']}
            </p>
          </Panel>
          {mayNot && <SaveElsewhere document={document} text={draft} />}
        </div>
        <Panel>
          <PanelHead title={editor.effect} />
          <div
            aria-live="polite"
            className="max-h-[max(240px,calc(100dvh-400px))] overflow-y-auto px-4 py-3 max-tablet:max-h-none"
          >
            <PreviewEffect
              check={check}
              isUnchanged={draft === kept}
              mode={answer.policy.automatic.mode}
              onGoTo={(line) => text.current?.goTo(line)}
            />
          </div>
          <div className="flex gap-2 border-t border-line px-4 py-3 max-tablet:*:h-11 max-tablet:*:flex-1">
            {!mayNot && (
              <Button
                look="primary"
                off={saving ? null : off}
                busy={saving}
                onClick={() => void submit()}
              >
                {saving ? editor.saving : editor.save}
              </Button>
            )}
            <Button onClick={onDone}>{mayNot ? common.close : common.cancel}</Button>
          </div>
        </Panel>
      </div>
    </>
  )
}

const MOVED_ON: SavedAnswer = { outcome: 'changed', detail: null, causes: [], problems: [] }

type OffWords = Readonly<Record<'problems' | 'checking' | 'unchanged' | 'changedMeanwhile', string>>

/** Why there is nothing to save now; null when there is. */
function offReason(
  isUnchanged: boolean,
  movedOn: boolean,
  check: DraftPreview,
  words: OffWords,
): Reason | null {
  if (movedOn) return { text: words.changedMeanwhile }
  if (isUnchanged) return { text: words.unchanged }
  if (check.status === 'checking') return { text: words.checking }
  if (check.status === 'failed' || 'problems' in check.preview) return { text: words.problems }
  return null
}
