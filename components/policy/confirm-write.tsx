'use client'

import { useState } from 'react'
import { useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { Button } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { showToast } from '#components/ui/toast.tsx'
import type { PolicySaved } from '#lib/query/policy.ts'

interface ConfirmWriteProps {
  readonly look: 'primary' | 'danger'
  readonly title: string
  readonly text: string
  readonly confirm: string
  readonly outcomes: {
    readonly saved: string
    readonly failed: string
    readonly unknown: string
  }
  readonly write: () => Promise<PolicySaved>
  readonly onClose: () => void
}

/** Asks before something is written beside the policy, and says what came of it. */
export function ConfirmWrite(props: ConfirmWriteProps) {
  const { look, title, text, confirm, outcomes, onClose } = props
  const { policy, documents, decide, common } = useMessages()
  const { pause } = policy
  const [writing, setWriting] = useState(false)

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
    <Dialog
      open
      onClose={onClose}
      title={title}
      footer={
        <>
          <span className="mr-auto text-xs text-fg-3 max-tablet:basis-full max-tablet:empty:hidden">
            {writing && decide.sent}
          </span>
          <Button onClick={onClose}>{writing ? common.close : common.cancel}</Button>
          <Button look={look} busy={writing} onClick={() => void write()}>
            {writing ? pause.writing : confirm}
          </Button>
        </>
      }
    >
      <p className="px-5 py-4 text-pretty">
        <Words text={text} />
      </p>
    </Dialog>
  )
}
