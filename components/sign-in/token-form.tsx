import { ChevronRight } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { Said } from '#components/said.tsx'
import { Button } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { Problem } from '#lib/wire/wire.ts'

interface TokenFormProps {
  /** Whether there is no other way to sign in. */
  readonly alone: boolean
  readonly opened: boolean
  readonly demo: boolean
}

/** Signs in by a token that the person pastes. The field alone has the token, never React's state. */
export function TokenForm({ alone, opened, demo }: TokenFormProps) {
  const { token: words } = useMessages().signIn
  const [open, setOpen] = useState(opened)
  const bodyId = useId()
  if (alone) return <Fields look="primary" demo={demo} />
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={bodyId}
        onClick={() => setOpen(!open)}
        className="reach flex w-full items-center gap-1.5 py-2 font-medium text-fg-2 hover:text-fg"
      >
        <Icon
          of={ChevronRight}
          size="small"
          className={classNames('transition-transform', open && 'rotate-90')}
        />
        {words.instead}
      </button>
      <div id={bodyId} hidden={!open}>
        <Fields look="plain" demo={demo} />
      </div>
    </div>
  )
}

interface FieldsProps extends Pick<TokenFormProps, 'demo'> {
  readonly look: 'primary' | 'plain'
}

function Fields({ look, demo }: FieldsProps) {
  const { token: words } = useMessages().signIn
  const { signIn } = useLiveClient()
  const [shown, setShown] = useState(false)
  const [state, setState] = useState<'idle' | 'busy' | Problem>('idle')
  const id = useId()
  const hintId = useId()
  const problemId = useId()
  const problem = typeof state === 'string' ? null : state

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const token = new FormData(event.currentTarget).get('token')
    if (state === 'busy' || typeof token !== 'string' || token.trim() === '') return
    setState('busy')
    setState((await signIn(token.trim())) ?? 'idle')
  }

  return (
    <form onSubmit={(event) => void submit(event)} className="pt-2">
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {words.label}
      </label>
      <div className="relative">
        <input
          id={id}
          name="token"
          type={shown ? 'text' : 'password'}
          required
          autoComplete="off"
          spellCheck={false}
          placeholder="eyJhbGciOi…"
          aria-describedby={problem === null ? hintId : `${problemId} ${hintId}`}
          aria-invalid={problem?.status === 401}
          className="mono h-10 w-full rounded-md border border-line-control bg-surface pr-16 pl-3 text-fg max-tablet:h-11"
        />
        <Button
          look="quiet"
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-1 right-1 my-auto"
        >
          {shown ? words.hide : words.show}
        </Button>
      </div>
      {problem !== null && (
        <p id={problemId} role="alert" className="mt-1.5 text-bad-fg">
          <ProblemWords of={problem} />
        </p>
      )}
      <p id={hintId} className="mt-1.5 text-xs text-pretty text-fg-3">
        <Words text={demo ? words.demoHint : words.hint} />
      </p>
      <Button
        type="submit"
        look={look}
        busy={state === 'busy'}
        className="mt-3 h-10 w-full text-md max-tablet:h-11"
      >
        {words.submit}
      </Button>
    </form>
  )
}

function ProblemWords({ of }: { readonly of: Problem }) {
  const { token: words } = useMessages().signIn
  if (of.status === 401) return words.wrong
  if (of.status === 429) return words.slowDown
  return <Words text={words.failed} blanks={{ message: <Said of={of} /> }} />
}
