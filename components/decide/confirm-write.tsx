import { type ReactNode, useState } from 'react'
import { ActDialog } from '#components/decide/act-dialog.tsx'
import { Said } from '#components/said.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { showToast } from '#components/ui/toast.tsx'
import type { PolicySaved } from '#lib/wire/policy-answers.ts'

interface Written extends Pick<PolicySaved, 'detail' | 'causes'> {
  /** `saved`, `unknown`, or a code of a failure. */
  readonly outcome: string
}

interface ConfirmWriteProps {
  readonly look: 'primary' | 'danger'
  readonly title: string
  readonly text: string
  readonly confirm: string
  /** Words of the button while the write is under way. */
  readonly writing: string
  readonly outcomes: {
    readonly saved: string
    readonly failed: string
    readonly unknown: string
  }
  readonly write: () => Promise<Written>
  readonly onClose: () => void
  /** Shown below the text: a field of the write. */
  readonly children?: ReactNode
}

/** Asks for a confirmation before a write, and shows the outcome. */
export function ConfirmWrite(props: ConfirmWriteProps) {
  const { look, title, text, confirm, outcomes, onClose } = props
  const { documents } = useMessages()
  const [isWriting, setWriting] = useState(false)

  async function write(): Promise<void> {
    setWriting(true)
    const answer = await props.write()
    const { outcome } = answer
    onClose()
    if (outcome === 'saved') {
      showToast({ tone: 'good', title: outcomes.saved })
      return
    }
    showToast({
      tone: 'bad',
      title: outcome === 'unknown' ? outcomes.unknown : outcomes.failed,
      ...(answer.detail === null
        ? {}
        : {
            description: <Words text={documents.said} blanks={{ message: <Said of={answer} /> }} />,
          }),
    })
  }

  return (
    <ActDialog
      onClose={onClose}
      title={title}
      look={look}
      label={confirm}
      onAct={() => void write()}
      sent={isWriting ? { label: props.writing } : null}
    >
      <div className="grid gap-3 px-5 py-4">
        <p className="text-pretty">
          <Words text={text} />
        </p>
        {props.children}
      </div>
    </ActDialog>
  )
}
