import { type Ref, useId } from 'react'
import { NOTE_LIMIT } from '#lib/csr/policy/decision-message.ts'

interface NoteFieldProps {
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly required?: boolean
  readonly ref?: Ref<HTMLTextAreaElement>
}

/** The reason of a decision, in the person's own words. */
export function NoteField({ label, hint, value, onChange, required = false, ref }: NoteFieldProps) {
  const id = useId()
  const hintId = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block">
        {label}
      </label>
      <textarea
        ref={ref}
        id={id}
        rows={2}
        maxLength={NOTE_LIMIT}
        required={required}
        aria-describedby={hintId}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="w-full resize-y rounded-md border border-line-control bg-surface px-2.5 py-1.5 text-fg"
      />
      <p id={hintId} className="mt-1 text-xs text-fg-3">
        {hint}
      </p>
    </div>
  )
}
