import { classNames } from '#components/ui/class-names.ts'

interface CodeBlockProps {
  readonly label: string
  readonly text: string
  readonly className?: string
}

/** Lines of code to read, or to copy by hand. */
export function CodeBlock({ label, text, className }: CodeBlockProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
      tabIndex={0}
      role="group"
      aria-label={label}
      className={classNames(
        'mono overflow-auto rounded-md bg-sunken px-2.5 py-2 leading-[18px] text-fg',
        className,
      )}
    >
      {text}
    </pre>
  )
}
