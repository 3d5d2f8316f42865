import { useRef, useState } from 'react'
import type { DocumentProblem } from '#components/document/problems.tsx'
import type { NumberedTextHandle } from '#components/ui/numbered-text.tsx'
import type { DocumentSaved } from '#lib/wire/document.ts'

type Result = DocumentSaved<DocumentProblem>

interface DocumentDraftOptions {
  /** Text and version in force now; the draft began with those at the opening of the editor. */
  readonly kept: { readonly text: string; readonly version: string | null }
  /** Text that the draft begins with, if another than the one in force. */
  readonly begun?: string
  readonly save: (text: string, version: string | null) => Promise<Result>
  readonly onSaved: () => void
}

/** A draft of a document: a save is bound to the version that the draft began with. */
export function useDocumentDraft({ kept, begun = kept.text, save, onSaved }: DocumentDraftOptions) {
  const [text, setText] = useState(begun)
  const [base, setBase] = useState(kept.version)
  const [saving, setSaving] = useState(false)
  /** Result of the last save; null before the first. */
  const [result, setResult] = useState<Result | null>(null)
  const field = useRef<NumberedTextHandle>(null)

  function keepMine(): void {
    setBase(kept.version)
    setResult(null)
  }

  return {
    text,
    saving,
    result,
    /** Whether another text was saved since the draft began; a save's new version is our own. */
    movedOn: !saving && kept.version !== base,
    /** Ref of the text field. */
    attach(handle: NumberedTextHandle | null): void {
      field.current = handle
    },
    change: (next: string) => setText(next),
    goTo: (line: number) => field.current?.goTo(line),
    takeTheirs(): void {
      setText(kept.text)
      keepMine()
    },
    keepMine,
    async submit(sent = text): Promise<void> {
      setSaving(true)
      setResult(null)
      const saved = await save(sent, base)
      setSaving(false)
      if (saved.outcome === 'saved') onSaved()
      else setResult(saved)
    },
  }
}

export type DocumentDraft = ReturnType<typeof useDocumentDraft>
