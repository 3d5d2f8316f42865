'use client'

import { ClipboardList, Pencil } from 'lucide-react'
import type { Ref } from 'react'
import { DocumentNotes } from '#components/document/document-notes.tsx'
import { DocumentUnread } from '#components/document/document-unread.tsx'
import { HelmNote } from '#components/document/helm-note.tsx'
import { placeText } from '#components/document/manifest.ts'
import { ExpectedEditor } from '#components/expected/expected-editor.tsx'
import { ExpectedTable } from '#components/expected/expected-table.tsx'
import { useEditing } from '#components/shell/editing.ts'
import { useUrlParam } from '#components/shell/url-param.ts'
import { Button } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { useExpected } from '#lib/query/document-queries.ts'
import type { ExpectedAnswer } from '#lib/wire/expected-answers.ts'

/** The machines that the admin expects, beside those that have arrived. */
export function ExpectedPage() {
  const { expected: texts } = useMessages()
  const { answer, problem, retry } = useExpected()
  const [add, setAdd] = useUrlParam('add')
  const { editing, open, close, opener } = useEditing(add !== '')

  if (answer === null) return <DocumentUnread words={texts} problem={problem} retry={retry} />
  if (editing) {
    return (
      <ExpectedEditor
        answer={answer}
        add={add}
        onDone={() => {
          setAdd('')
          close()
        }}
      />
    )
  }
  return (
    <>
      <h1 className="sr-only">{texts.title}</h1>
      <DocumentNotes document={answer} isInForce={answer.machines !== null} words={texts} />
      <HelmNote document={answer} text={answer.text ?? ''} className="mb-4" />
      {answer.machines === null ? (
        <NoList answer={answer} onWrite={open} opener={opener} />
      ) : (
        <ExpectedTable complete={answer.complete}>
          <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
            <div className="min-w-0 flex-1 basis-80 text-pretty text-fg-2">
              <p className="wrap-anywhere">
                <Place answer={answer} />
              </p>
              <p>{answer.complete ? texts.complete : texts.open}</p>
            </div>
            <Button icon={Pencil} ref={opener} onClick={open}>
              {texts.edit}
            </Button>
          </div>
        </ExpectedTable>
      )}
    </>
  )
}

function Place({ answer: { place } }: { readonly answer: ExpectedAnswer }) {
  const { place: texts } = useMessages().expected
  return place === null ? (
    <Words text={texts.memory} />
  ) : (
    <Words text={texts[place.kind]} blanks={{ where: placeText(place) }} />
  )
}

interface NoListProps {
  readonly answer: ExpectedAnswer
  readonly onWrite: () => void
  readonly opener: Ref<HTMLButtonElement>
}

function NoList({ answer, onWrite, opener }: NoListProps) {
  const texts = useMessages().expected
  return (
    <Panel className="px-6 py-10 text-center">
      <Icon of={ClipboardList} size="large" className="mx-auto text-fg-3" />
      <h2 className="mt-3 text-md font-semibold">{texts.none}</h2>
      <p className="mx-auto mt-1 max-w-[60ch] text-pretty text-fg-2">{texts.noneText}</p>
      <p className="mx-auto mt-2 max-w-[60ch] text-xs text-pretty wrap-anywhere text-fg-3">
        <Place answer={answer} />
      </p>
      <Button ref={opener} look="primary" className="mt-5" onClick={onWrite}>
        {texts.write}
      </Button>
    </Panel>
  )
}
