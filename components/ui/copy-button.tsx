import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button, type ButtonLook, type ButtonSize } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useSay } from '#components/ui/live-region.tsx'
import { useMessages } from '#components/ui/messages.tsx'

interface CopyButtonProps {
  /** Exact text for the clipboard. */
  readonly text: string | (() => string | Promise<string>)
  /** Label such as "Copy the missing rule". */
  readonly label: string
  /** Announced and shown for a moment; “Copied” by default. */
  readonly copiedLabel?: string
  /** Shows only the icon; the label becomes the accessible name. */
  readonly iconOnly?: boolean
  readonly look?: ButtonLook
  readonly size?: ButtonSize
}

const SHOWN_MS = 2_000

function toBlob(text: string): Blob {
  return new Blob([text], { type: 'text/plain' })
}

export function CopyButton(props: CopyButtonProps) {
  const { text, label, iconOnly = false, look = 'plain', size = 'small' } = props
  const { common } = useMessages()
  const { copiedLabel = common.copied } = props
  const [copied, setCopied] = useState(false)
  const say = useSay()

  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])

  async function copy(): Promise<void> {
    // `navigator.clipboard` is absent on http:// origins other than loopback, and may refuse.
    const value = typeof text === 'string' ? text : text()
    if (typeof value === 'string') await navigator.clipboard?.writeText(value)
    // A browser forgets the user's press during an await, so pass it the promise at once.
    else await navigator.clipboard?.write([new ClipboardItem({ 'text/plain': value.then(toBlob) })])
    setCopied(navigator.clipboard !== undefined)
    say(copiedLabel)
  }

  return (
    <Button
      look={look}
      size={size}
      square={iconOnly}
      aria-label={iconOnly ? label : undefined}
      onClick={() => void copy().catch(() => setCopied(false))}
    >
      <Icon of={copied ? Check : Copy} size="small" className={copied ? 'text-good-fg' : ''} />
      {!iconOnly && (copied ? copiedLabel : label)}
    </Button>
  )
}
