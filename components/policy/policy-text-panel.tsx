import { Pencil } from 'lucide-react'
import type { Ref } from 'react'
import { Button } from '#components/ui/button.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { TitledPanel } from '#components/ui/panel.tsx'
import { BUILT_IN_POLICY } from '#lib/csr/policy/built-in-policy.ts'
import type { PolicyAnswer } from '#lib/wire/policy-answers.ts'

interface PolicyTextPanelProps {
  readonly answer: PolicyAnswer
  readonly onEdit: () => void
  readonly opener: Ref<HTMLButtonElement>
}

/** The policy's text, and the button that edits it. */
export function PolicyTextPanel({ answer, onEdit, opener }: PolicyTextPanelProps) {
  const { text: words, title } = useMessages().policy
  return (
    <TitledPanel
      label={title}
      title={title}
      aside={words.aside}
      action={
        <Button
          icon={Pencil}
          ref={opener}
          size="small"
          onClick={onEdit}
          className="max-tablet:h-11"
        >
          {words.edit}
        </Button>
      }
    >
      <p className="px-4 pt-2.5 text-xs text-pretty text-fg-2">{words.edits[editsOf(answer)]}</p>
      <CodeBlock
        label={words.label}
        text={answer.document?.text ?? BUILT_IN_POLICY}
        className="m-3 max-h-96"
      />
    </TitledPanel>
  )
}

/** Which text the editor opens, and whether a save puts it in force. */
type Edits = 'inForce' | 'notInForce' | 'first' | 'copy' | 'builtIn'

export function editsOf({ document }: Pick<PolicyAnswer, 'document'>): Edits {
  if (document === null) return 'builtIn'
  if (document.mayEdit === false) return 'copy'
  if (document.text === null) return 'first'
  return document.problems.length > 0 ? 'notInForce' : 'inForce'
}
